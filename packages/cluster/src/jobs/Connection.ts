/**
 * Connects a job to its organization, with a token, a rate limit and retries of its own.
 */
import * as Organizations from "@genesys-license/admin/fleet/Organizations"
import * as Secrets from "@genesys-license/admin/fleet/Secrets"
import * as Asking from "@genesys-license/admin/organization/Asking"
import type { OrganizationIdentity } from "@genesys-license/admin/organization/OrganizationIdentity"
import { GenesysCloud } from "@genesys-license/client/GenesysCloud"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { GenesysTransport } from "@genesys-license/client/GenesysTransport"
import { LicenseService } from "@genesys-license/client/LicenseService"
import { OrganizationService } from "@genesys-license/client/OrganizationService"
import * as Proxy from "@genesys-license/client/Proxy"
import { UserService } from "@genesys-license/client/UserService"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** The services that a job may use. */
export type Services = GenesysCloud | LicenseService | OrganizationService | UserService

/** The services of one organization. The secret is read for each job, so it can be replaced at any time. */
export const layer = (organization: Organizations.Organization, secrets: string | undefined) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const connection = Organizations.connection(organization, yield* Secrets.read(organization, secrets))
      const circuitBreaker = yield* CircuitBreaker.make({
        tripPolicy: CircuitBreaker.consecutive(3),
        openDuration: "1 minute"
      }).pipe(Effect.provide(CircuitBreaker.layerStoreMemory()))
      const transport = GenesysTransport.layer({ ...connection, circuitBreaker, userAgent: "genesys-license-cluster" })
      return Layer.mergeAll(
        LicenseService.layerTransport,
        OrganizationService.layerTransport,
        UserService.layerTransport
      ).pipe(Layer.provide(transport), Layer.merge(GenesysCloud.layer(connection)))
    })
  )

/** The HTTP client of a worker, through the proxy that the environment names. Its jobs reuse its sockets. */
export const http = Layer.unwrap(
  Effect.map(Proxy.read, (proxy) =>
    proxy === undefined ? UndiciHttpClient.layer : UndiciHttpClient.layerProxy(proxy.options)
  )
)

/** The organization that answers. If its id may not be read, only the host is known. */
export const identity: Effect.Effect<OrganizationIdentity, GenesysError, GenesysCloud | OrganizationService> =
  Effect.gen(function* () {
    const host = new URL((yield* GenesysCloud).apiUrl).host
    return yield* Effect.catchIf(Asking.identity(host), Asking.isUnavailable, () => Effect.succeed({ host }))
  })
