/**
 * Asks which organization answers.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { OrganizationService } from "@genesys-license/client/OrganizationService"
import * as Effect from "effect/Effect"
import type { OrganizationIdentity } from "./OrganizationIdentity.ts"

/** Reads id and name of the organization at `host`. */
export const identity = (host: string): Effect.Effect<OrganizationIdentity, GenesysError, OrganizationService> =>
  OrganizationService.use(({ me }) => me).pipe(
    Effect.map(({ id, name }) => ({ id, ...(name !== undefined && { name }), host }))
  )

/**
 * Whether the client may not read the organization, or a gateway does not have the operation. Only
 * the host is known then. Other failures are temporary, or would hit the next request as well.
 */
export const isUnavailable = ({ reason }: GenesysError): boolean => unavailable.has(reason._tag)

const unavailable: ReadonlySet<string> = new Set(["Forbidden", "NotFound", "Refused", "UnexpectedResponse"])
