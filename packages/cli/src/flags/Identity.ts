/**
 * The identity of the organization, as plans, journals and snapshots record it.
 */
import * as Asking from "@genesys-license/admin/organization/Asking"
import type { OrganizationIdentity } from "@genesys-license/admin/organization/OrganizationIdentity"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { OrganizationService } from "@genesys-license/client/OrganizationService"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Organization } from "./Connection.ts"

/**
 * Reads the id of the organization. If the client may not read it, or a gateway does not
 * have the operation, stderr says so and the host alone identifies the organization.
 */
export const identity: Effect.Effect<OrganizationIdentity, GenesysError, Organization | OrganizationService> =
  Effect.gen(function* () {
    const { label: host } = yield* Organization
    return yield* Asking.identity(host).pipe(
      Effect.catchIf(Asking.isUnavailable, ({ message }) =>
        Effect.as(
          Console.error(
            `The id of the organization cannot be read. It is identified by its host ${host} only. ${message}`
          ),
          { host }
        )
      )
    )
  })

/** The name of the organization, for a page. If it cannot be read, stderr says so and the host takes its place. */
export const name: Effect.Effect<string, GenesysError, Organization | OrganizationService> = Effect.gen(function* () {
  const { label } = yield* Organization
  return yield* OrganizationService.use(({ me }) => me).pipe(
    Effect.map(({ name = "" }) => (name === "" ? label : name)),
    Effect.catchIf(Asking.isUnavailable, ({ message }) =>
      Effect.as(
        Console.error(`The name of the organization cannot be read, so the title of the page has ${label}. ${message}`),
        label
      )
    )
  )
})
