/**
 * The License API of Genesys Cloud, and its neighbours, as Effect layers.
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
export { GenesysTransport, layerRateLimiter, type Transport } from "./transport/GenesysTransport.ts"
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

// The models of the contract that signatures name: a package that hands them on need not depend on the schema.
export type { Division } from "@genesys-license/schema/authorization/Division"
export type { Grant } from "@genesys-license/schema/authorization/Grant"
export type { PermissionPolicy, Role, RoleReference } from "@genesys-license/schema/authorization/Role"
export type {
  BillingCharge,
  BillingContract,
  BillingContractPeriod,
  BillingContractPeriodDetail,
  BillingPlan,
  BillingPlanItem,
  BillingProduct
} from "@genesys-license/schema/billing/Contract"
export type {
  BillingUsage,
  BillingUsageReport,
  BillingUsageResource
} from "@genesys-license/schema/billing/UsageReport"
export type { Detail, ErrorBody, Limit } from "@genesys-license/schema/ErrorBody"
export type { LicenseId, PermissionId, RoleId, UserId } from "@genesys-license/schema/Ids"
export type { LicenseAssignmentRequest } from "@genesys-license/schema/license/Assignment"
export type {
  AddressableLicenseDefinition,
  LicenseDefinition,
  Permissions
} from "@genesys-license/schema/license/Definition"
export type { LicenseOrgToggle } from "@genesys-license/schema/license/Toggle"
export type { LicenseUser, UserLicenses, UserLicensesEntityListing } from "@genesys-license/schema/license/User"
export type { Organization } from "@genesys-license/schema/organization/Organization"
export type { Region } from "@genesys-license/schema/Region"
export type {
  GroupReference,
  OAuthLastTokenIssued,
  Person,
  UserAuthorization,
  UserEntityListing,
  UserReference
} from "@genesys-license/schema/users/Person"
export type { UserExpansion, UserState } from "@genesys-license/schema/users/UsersApi"
