/**
 * The models of the contract that signatures name. Signatures import them from here, and this module is an entry of the
 * package: so a package that hands them on need not depend on the schema to write out its types.
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
