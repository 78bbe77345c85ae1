/**
 * Which organization this is, as documents record it.
 */
import type { OrganizationIdentity } from "@genesys-license/admin/organization/OrganizationIdentity"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { OrganizationService } from "@genesys-license/client/OrganizationService"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { Organization } from "./Connection.ts"

/**
 * Reads the id of the organization. Where it may not be read, or a gateway does not
 * know the operation, that is said on stderr, and only the host tells it from others.
 */
export const identity: Effect.Effect<OrganizationIdentity, GenesysError, Organization | OrganizationService> =
  Effect.gen(function* () {
    const { label: host } = yield* Organization
    return yield* OrganizationService.use(({ me }) => me).pipe(
      Effect.map(({ id, name }): OrganizationIdentity => ({ id, ...(name !== undefined && { name }), host })),
      Effect.catchIf(isNotTold, ({ message }) =>
        Effect.as(
          Console.error(
            `The id of the organization cannot be read, so that only its host, ${host}, tells it from others. ${message}`
          ),
          { host }
        )
      )
    )
  })

/** What a page calls the organization. Where its name may not be read, that is said on stderr, and it is the host. */
export const name: Effect.Effect<string, GenesysError, Organization | OrganizationService> = Effect.gen(function* () {
  const { label } = yield* Organization
  return yield* OrganizationService.use(({ me }) => me).pipe(
    Effect.map(({ name = "" }) => (name === "" ? label : name)),
    Effect.catchIf(isNotTold, ({ message }) =>
      Effect.as(
        Console.error(`The page is titled ${label}: the name of the organization cannot be read. ${message}`),
        label
      )
    )
  )
})

/** Other failures may pass, or meet the next request as well. */
const isNotTold = ({ reason }: GenesysError) =>
  reason._tag === "Forbidden" ||
  reason._tag === "NotFound" ||
  reason._tag === "Refused" ||
  reason._tag === "UnexpectedResponse"
