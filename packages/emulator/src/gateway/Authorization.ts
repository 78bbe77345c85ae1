/**
 * What stands before every operation, in this order: token, rate window, scope,
 * permission, body. The order is that of a gateway: a request that is refused for
 * its rights still counts against the limit, and the body is looked at last.
 */
import { Authorization } from "@genesys-license/schema/Authorization"
import * as Operation from "@genesys-license/schema/Operation"
import * as Effect from "effect/Effect"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as ErrorResponse from "./ErrorResponse.ts"
import { OAuth } from "../oauth/OAuth.ts"
import type { Session } from "../oauth/OAuth.ts"
import { Organization } from "../organization/Organization.ts"
import * as RateWindow from "../oauth/RateWindow.ts"
import * as ReceivedBody from "./ReceivedBody.ts"

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
          (yield* bodyRefusal(endpoint))
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

/** The answer to a body that is not worth parsing. Reading it here is reading it once: the request keeps it. */
const bodyRefusal = Effect.fnUntraced(function* (endpoint: HttpApiEndpoint.Top) {
  if (endpoint.payload.size === 0) return undefined
  const request = yield* HttpServerRequest
  const mediaType = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase()
  if (mediaType !== undefined && mediaType !== "application/json") return yield* ErrorResponse.unsupportedMediaType
  const body = yield* Effect.orDie(request.arrayBuffer)
  yield* ReceivedBody.note(body)
  if (mediaType === undefined && body.byteLength > 0) return yield* ErrorResponse.unsupportedMediaType
  return body.byteLength > ErrorResponse.maximumBytes ? yield* ErrorResponse.tooLarge : undefined
})
