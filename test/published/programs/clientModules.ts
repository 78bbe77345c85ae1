/**
 * Uses all services by their modules, so that TypeScript writes out every model in their signatures.
 */
import * as AssignmentBatch from "@genesys-license/client/AssignmentBatch"
import { BillingService } from "@genesys-license/client/BillingService"
import { GenesysTransport } from "@genesys-license/client/GenesysTransport"
import { LicenseService } from "@genesys-license/client/LicenseService"
import { OrganizationService } from "@genesys-license/client/OrganizationService"
import { RoleService } from "@genesys-license/client/RoleService"
import { UserService } from "@genesys-license/client/UserService"

export const license = LicenseService.useSync((service) => ({ ...service }))
export const users = UserService.useSync((service) => ({ ...service }))
export const roles = RoleService.useSync((service) => ({ ...service }))
export const organization = OrganizationService.useSync((service) => ({ ...service }))
export const billing = BillingService.useSync((service) => ({ ...service }))
export const transport = GenesysTransport.useSync((service) => ({ ...service }))
export const batch = { ...AssignmentBatch }
