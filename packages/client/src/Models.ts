/**
 * The models of the contract that appear in signatures.
 *
 * Signatures import them from here, and this module is an entry point of the package. So the
 * type declarations of a package that uses the client do not need the schema package.
 */
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
export type { LicenseAssignmentRequest, LicenseUpdateStatus } from "@genesys-license/schema/license/Assignment"
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
