/**
 * What stands before every operation, in this order: token, rate window, scope,
 * permission, body. The order is that of a gateway: a request that is refused for
 * its rights still counts against the limit, and the body is looked at last.
 */
import { Authorization } from "@genesys-license/schema/Authorization"
import * as Operation from "@genesys-license/schema/Operation"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as ErrorResponse from "./ErrorResponse.ts"
import { OAuth } from "../oauth/OAuth.ts"
import type { Session } from "../oauth/OAuth.ts"
import { Organization } from "../organization/Organization.ts"
import * as RateWindow from "../oauth/RateWindow.ts"
import * as RequestBody from "./RequestBody.ts"

/** The bearer token of the contract, checked. Every refusal is an `ErrorBody`. */
export const layer = Layer.effect(
  Authorization,
  Effect.gen(function* () {
    const oauth = yield* OAuth
    const organization = yield* Organization
    const rateWindow = yield* RateWindow.RateWindow

    /** What the client and its roles permit. */
    const permissionsOf = Effect.fnUntraced(function* ({ client }: Session) {
      return client.roles.length === 0
        ? client.permissions
        : [...client.permissions, ...(yield* organization.permissionsOf(client.roles))]
    })

    return Authorization.of({
      "PureCloud OAuth": Effect.fnUntraced(function* (handle, { credential, endpoint }) {
        const token = Redacted.value(credential)
        if (token === "") return yield* ErrorResponse.authenticationRequired
        const session = Option.getOrUndefined(yield* oauth.session(token))
        if (session === undefined) return yield* ErrorResponse.badCredentials

        const admission = yield* rateWindow.take(token, session.client.rateLimit)
        if (admission._tag === "Refused") return yield* ErrorResponse.tooManyRequests(admission.retryAfter)

        const refusal =
          (yield* rightsRefusal(Operation.of(endpoint), session.scopes, yield* permissionsOf(session))) ??
          (yield* RequestBody.refusal(endpoint, ErrorResponse.maximumBytes))
        if (refusal !== undefined) return refusal

        const response = yield* handle
        return response.status < 300 ? HttpServerResponse.setHeaders(response, RateWindow.headers(admission)) : response
      })
    })
  })
)

/** The answer to a session that lacks the scope or the permission for the operation. */
const rightsRefusal = Effect.fnUntraced(function* (
  { permissions, scopes }: Operation.Operation,
  granted: Session["scopes"],
  permitted: ReadonlyArray<string>
) {
  if (granted !== undefined && !scopes.some((scope) => granted.includes(scope))) {
    return yield* ErrorResponse.scopeNotAuthorized(scopes.at(-1) ?? "license")
  }
  if (permissions.length > 0 && !permissions.some((permission) => permitted.includes(permission))) {
    return yield* ErrorResponse.missingAnyPermissions(permissions)
  }
  return undefined
})
