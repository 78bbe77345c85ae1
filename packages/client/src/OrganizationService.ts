/**
 * Reads the organization of the token: its name, for reports, and its id, to check before a
 * change that it is the right organization.
 *
 * @see https://developer.genesys.cloud/organization/
 */
import { OrganizationApi } from "@genesys-license/schema/organization/OrganizationApi"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { GenesysError } from "./errors/GenesysError.ts"
import type { Organization } from "./Models.ts"
import * as ServiceLayers from "./transport/ServiceLayers.ts"

/** Reads the organization of the token. */
export interface Organizations {
  /** The organization of the token. By contract, it needs no permission. */
  readonly me: Effect.Effect<Organization, GenesysError>
}

/** Reads the organization of the token. */
export class OrganizationService extends Context.Service<OrganizationService, Organizations>()(
  "@genesys-license/client/OrganizationService"
) {
  /** On a given transport, which other services share. */
  static readonly layerTransport = ServiceLayers.layerTransport(OrganizationService, ({ group }): Organizations => ({
    me: group(OrganizationApi.groups.organizations).getOrganizationsMe()
  }))
  /** From values. Needs only an `HttpClient`. */
  static readonly layer = (options: ServiceLayers.Options) =>
    ServiceLayers.layer(OrganizationService.layerTransport, options)
  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig = ServiceLayers.layerConfig(OrganizationService.layerTransport)
}
