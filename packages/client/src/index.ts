/**
 * The License API of Genesys Cloud, and its neighbours, as Effect layers.
 *
 * @module
 */

// Services.
export { type Billing, BillingService, type Period } from "./BillingService.ts"
export { type License, layerWith, LicenseService } from "./license/LicenseService.ts"
export { type Organizations, OrganizationService } from "./OrganizationService.ts"
export { type Roles, RoleService, type RolesOptions } from "./RoleService.ts"
export { type PeopleOptions, type UserQuery, type Users, UserService } from "./UserService.ts"

// What they stand on.
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
export { GenesysTransport, type Transport } from "./transport/GenesysTransport.ts"
export type { Options as ServiceOptions } from "./transport/ServiceLayers.ts"

// What they fail with.
export * from "./errors/GenesysError.ts"

// Reading lists, and changing licenses.
export * as Drift from "./errors/Drift.ts"
export { PagePosition } from "./errors/PagePosition.ts"
export type { Options as AssignmentBatchOptions } from "./license/AssignmentBatch.ts"
export { AssignmentChange, AssignmentOutcome } from "./license/AssignmentOutcome.ts"
export type { Options as UserStreamOptions, UserPage } from "./license/UserStream.ts"
export type { Page } from "./paging/Page.ts"
export type { Options as PagesOptions } from "./paging/Pages.ts"

// The models that they take and give.
export type * from "./Models.ts"
