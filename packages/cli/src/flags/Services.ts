/**
 * The services that commands use. All share one transport, so they share its token and rate limit.
 */
import { BillingService } from "@genesys-license/client/BillingService"
import type { GenesysTransport } from "@genesys-license/client/GenesysTransport"
import { LicenseService } from "@genesys-license/client/LicenseService"
import { OrganizationService } from "@genesys-license/client/OrganizationService"
import { RoleService } from "@genesys-license/client/RoleService"
import { UserService } from "@genesys-license/client/UserService"
import * as Layer from "effect/Layer"

export type Services = BillingService | LicenseService | OrganizationService | RoleService | UserService

export const layer: Layer.Layer<Services, never, GenesysTransport> = Layer.mergeAll(
  BillingService.layerTransport,
  LicenseService.layerTransport,
  OrganizationService.layerTransport,
  RoleService.layerTransport,
  UserService.layerTransport
)
