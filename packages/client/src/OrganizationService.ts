/**
 * The organization that a token belongs to: its name for reports, and its id, which
 * tells it from every other before anything is changed.
 *
 * @see https://developer.genesys.cloud/organization/
 */
import { OrganizationApi } from "@genesys-license/schema/organization/OrganizationApi"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { GenesysError } from "./errors/GenesysError.ts"
import type { Organization } from "./Models.ts"
import * as ServiceLayers from "./transport/ServiceLayers.ts"

/** Tells which organization it is. */
export interface Organizations {
  /** The organization of the token. Needs no permission by contract. */
  readonly me: Effect.Effect<Organization, GenesysError>
}

/** Tells which organization the token belongs to. */
export class OrganizationService extends Context.Service<OrganizationService, Organizations>()(
  "@genesys-license/client/OrganizationService"
) {
  /** On a given transport, together with other services. */
  static readonly layerTransport = ServiceLayers.layerTransport(OrganizationService, ({ group }): Organizations => ({
    me: group(OrganizationApi.groups.organizations).getOrganizationsMe()
  }))
  /** From values; needs an `HttpClient` only. */
  static readonly layer = (options: ServiceLayers.Options) =>
    ServiceLayers.layer(OrganizationService.layerTransport, options)
  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig = ServiceLayers.layerConfig(OrganizationService.layerTransport)
}
