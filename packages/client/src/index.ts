/**
 * The Genesys Cloud License API and related APIs (users, roles, organization, billing) as
 * Effect layers.
 *
 * @module
 */

// Services.
export { type Billing, BillingService, type Period } from "./BillingService.ts"
export { type License, layerWith, LicenseService } from "./license/LicenseService.ts"
export { type Organizations, OrganizationService } from "./OrganizationService.ts"
export { type Roles, RoleService, type RolesOptions } from "./RoleService.ts"
export { type PeopleOptions, type UserQuery, type Users, UserService } from "./UserService.ts"

// Connection, transport and options.
export type * as Credentials from "./cloud/Credentials.ts"
export { GenesysCloud } from "./cloud/GenesysCloud.ts"
export type { Gateway, Options as GenesysCloudOptions } from "./cloud/Settings.ts"
export {
  type CallOptions,
  type ClientOptions,
  CurrentCallOptions,
  defaults,
  type RateLimit,
  withCallOptions
} from "./transport/call/CallOptions.ts"
export { CurrentOperation } from "./transport/CurrentOperation.ts"
export { GenesysTransport, layerRateLimiter, type Transport } from "./transport/GenesysTransport.ts"
export type { Options as ServiceOptions } from "./transport/ServiceLayers.ts"

// Errors.
export * from "./errors/GenesysError.ts"

// Results and options of reading lists and changing licenses.
export * as Drift from "./errors/Drift.ts"
export { PagePosition } from "./errors/PagePosition.ts"
export type { Options as AssignmentBatchOptions } from "./license/AssignmentBatch.ts"
export { AssignmentChange, AssignmentOutcome } from "./license/AssignmentOutcome.ts"
export type { Options as UserStreamOptions, UserPage } from "./license/UserStream.ts"
export type { Page } from "./paging/Page.ts"
export type { Options as PagesOptions } from "./paging/Pages.ts"

// The models in signatures.
export type * from "./Models.ts"
