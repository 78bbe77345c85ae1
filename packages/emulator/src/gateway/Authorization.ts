/**
 * The checks before every operation, in this order: token, rate limit, scope, permission, body.
 * A real gateway has the same order: a request that lacks a permission counts against the rate
 * limit, and the body is checked last.
 */
import { Authorization } from "@genesys-license/schema/Authorization"
import * as Operation from "@genesys-license/schema/Operation"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as BearerToken from "./BearerToken.ts"
import * as ErrorResponse from "./ErrorResponse.ts"
import type { Session } from "../oauth/OAuth.ts"
import { Organization } from "../organization/Organization.ts"
import * as Permissions from "../organization/Permissions.ts"
import * as RequestBody from "./RequestBody.ts"

/** The security middleware of the contract. Every refusal is an `ErrorBody`. */
export const layer = Layer.effect(
  Authorization,
  Effect.gen(function* () {
    const admit = yield* BearerToken.make
    const organization = yield* Organization

    const permissionsOf = Effect.fnUntraced(function* ({ client }: Session) {
      return client.roles.length === 0
        ? client.permissions
        : [...client.permissions, ...(yield* organization.permissionsOf(client.roles))]
    })

    return Authorization.of({
      "PureCloud OAuth": Effect.fnUntraced(function* (handle, { credential, endpoint }) {
        const session = yield* admit(credential)
        if (HttpServerResponse.isHttpServerResponse(session)) return session
        const refusal =
          (yield* rightsRefusal(Operation.of(endpoint), session.scopes, yield* permissionsOf(session))) ??
          (yield* RequestBody.refusal(endpoint, ErrorResponse.maximumBytes))
        return refusal ?? (yield* handle)
      })
    })
  })
)

/** The refusal of a session without the scope or the permission for the operation. `undefined` if it has both. */
const rightsRefusal = Effect.fnUntraced(function* (
  { permissions, scopes }: Operation.Operation,
  granted: Session["scopes"],
  permitted: ReadonlyArray<string>
) {
  if (granted !== undefined && !scopes.some((scope) => granted.includes(scope))) {
    return yield* ErrorResponse.scopeNotAuthorized(scopes.at(-1) ?? "license")
  }
  if (
    permissions.length > 0 &&
    !permissions.some((asked) => permitted.some((granted) => Permissions.permits(granted, asked)))
  ) {
    return yield* ErrorResponse.missingAnyPermissions(permissions)
  }
  return undefined
})
