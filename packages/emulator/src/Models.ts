/**
 * The models of the contract that appear in public signatures.
 *
 * Public signatures import them from here, and the package exports this module. TypeScript can then write
 * declarations of other packages that re-export these signatures without a dependency on the schema package.
 */
export type { Division } from "@genesys-license/schema/authorization/Division"
export type { Grant } from "@genesys-license/schema/authorization/Grant"
export type { PermissionPolicy, Role } from "@genesys-license/schema/authorization/Role"
export type { BillingContract, BillingContractPeriodDetail } from "@genesys-license/schema/billing/Contract"
export type { BillingUsageReport } from "@genesys-license/schema/billing/UsageReport"
export type { OperationName } from "@genesys-license/schema/GenesysCloudApi"
export type { LicenseId, PermissionId, RoleId, UserId } from "@genesys-license/schema/Ids"
export type { list, optional } from "@genesys-license/schema/Lenient"
export type { LicenseAssignmentRequest, LicenseUpdateStatus } from "@genesys-license/schema/license/Assignment"
export type { LicenseDefinition, LicenseDefinitionEncoded } from "@genesys-license/schema/license/Definition"
export type {
  LicenseUser,
  UserLicenses,
  UserLicensesById,
  UserLicensesEntityListing
} from "@genesys-license/schema/license/User"
export type { Person } from "@genesys-license/schema/users/Person"
