/**
 * Everything that is not 2xx, in the words of the License API: one `ErrorBody`
 * for each code, whose `contextId` is the correlation id of the request.
 */
import * as Problem from "@genesys-license/schema/Problem"
import type { ErrorBodyEncoded } from "@genesys-license/schema/ErrorBody"
import type { Scope } from "@genesys-license/schema/Operation"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { HttpApiSchemaError } from "effect/http-api/HttpApiError"
import * as HttpServerError from "effect/http/HttpServerError"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Schema from "effect/Schema"

/** The id of the request being answered. */
export const CorrelationId = Context.Reference<string>("@genesys-license/emulator/CorrelationId", {
  defaultValue: () => "00000000-0000-0000-0000-000000000000"
})

/** The largest request that is read, in bytes: `request.bytes.max` of the platform. */
export const maximumBytes = 512_000

/** An error in the shape of the API. A control route may say more in its body than the API does. */
export const respond = (
  status: number,
  code: string,
  message: string,
  extra: {
    readonly body?: Pick<ErrorBodyEncoded, "messageWithParams" | "messageParams" | "details"> & {
      readonly [field: string]: unknown
    }
    readonly headers?: { readonly [name: string]: string }
  } = {}
) =>
  Effect.map(CorrelationId, (contextId) =>
    HttpServerResponse.jsonUnsafe(
      { message, code, status, contextId, details: [], errors: [], ...extra.body } satisfies ErrorBodyEncoded,
      { status, headers: extra.headers }
    )
  )

/** `reason` says what the caller got wrong; the vendor's own message does not. */
export const badRequest = (reason: string) =>
  respond(
    400,
    "bad.request",
    `The request could not be understood by the server due to malformed syntax. ${reason.replaceAll(/\s+/g, " ")}`
  )

/** A parameter of the query has a value that it cannot have. */
export const invalidQuery = Effect.fnUntraced(function* ({ issue }: Schema.SchemaError) {
  const { field, message } = Problem.fromIssue(issue)
  const { url } = yield* HttpServerRequest
  const [path = "", search] = url.split("?", 2)
  const values = new URLSearchParams(search).getAll(field)
  const [, entity] = /\/(user|role)s$/.exec(path) ?? []
  if (field === "id" && entity !== undefined) {
    return yield* respond(400, `max.${entity}.ids`, `Only 100 ${entity}s can be requested at a time.`)
  }
  const allowed = values.length > 1 && message === "Expected string" ? "one value" : message.replace(/^Expected /, "")
  return yield* respond(
    400,
    "invalid.query.param.value",
    `Value [${values.join(", ")}] is not valid for parameter [${field}]. Allowable values are: ${allowed}`,
    { body: { details: [{ errorCode: "invalid.query.param.value", fieldName: field }] } }
  )
})

/** Whether the path has a segment that is empty: no operation has one. */
export const hasEmptySegment = (url: string): boolean => /\/(\/|$)/.test(url.split("?", 1)[0]!)

/** A part of the path that names nothing. */
const invalidPath = Effect.fnUntraced(function* ({ message }: Schema.SchemaError) {
  const { url } = yield* HttpServerRequest
  return yield* hasEmptySegment(url) ? notFound : badRequest(message)
})

/** A body that is not JSON, or JSON that the operation does not take. */
export const invalidBody = ({ issue }: Schema.SchemaError) => {
  const { field, message } = Problem.fromIssue(issue)
  return field === "" ? badRequest(`${message}.`) : invalidField(field, `${field}: ${message}`)
}

/** A field of a body, such as `users[3].id`, has a value that it cannot have. */
export const invalidField = (field: string, message: string) =>
  respond(400, "constraint.validation", message, {
    body: { details: [{ errorCode: "constraint.validation", fieldName: field }] }
  })

/** The answer would be larger than any that is sent. */
export const responseTooLarge = respond(
  400,
  "response.entity.too.large",
  "The response is over the size limit. Reduce pageSize or expand list to reduce response size if applicable"
)

/** A page may be too large before anybody has looked at its users. The vendor documents neither the size nor the code. */
export const pageTooLarge = (pageSize: number) =>
  respond(400, "invalid.value", `Value [${pageSize}] is not valid for field type [pageSize]. The page is too large.`)

/** No token was sent. */
export const authenticationRequired = respond(
  401,
  "authentication.required",
  "No authentication bearer token specified in authorization header."
)

/** The token is unknown, expired or revoked. */
export const badCredentials = respond(401, "bad.credentials", "Invalid login credentials.")

/** The client has none of these permissions, and needs one of them. */
export const missingAnyPermissions = (permissions: ReadonlyArray<string>) => {
  const message =
    "Unable to perform the requested action. You must have at least one of the following permissions assigned: "
  const list = `[${permissions.join(", ")}]`
  return respond(403, "missing.any.permissions", message + list, {
    body: { messageWithParams: `${message}{permissions}`, messageParams: { permissions: list } }
  })
}

/** The token of a user lacks the scope. */
export const scopeNotAuthorized = (scope: Scope) =>
  respond(403, "app.not.authorized.for.scope", `App not authorized to use scope ${scope}`)

/** There is no such thing, or no such route. */
export const notFound = respond(404, "not.found", "The requested resource was not found.")

/** None of the users that were asked for by their ids. */
export const usersNotFound = respond(404, "general.resource.not.found", "The requested user(s) could not be found.")

export const userNotFound = respond(404, "general.resource.not.found", "Unable to find a user with that userId")

/** `limit`: the most bytes that are read. */
export const tooLarge = (limit: number) =>
  respond(413, "request.entity.too.large", `The request is over the size limit. Maximum bytes: ${limit}`)

/** The body is no `application/json`. */
export const unsupportedMediaType = respond(
  415,
  "unsupported.media.type",
  "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header."
)

/** Not of the API: the emulator's own. */
export const misdirected = respond(
  421,
  "emulator.host.not.allowed",
  "The emulator answers by the names of this machine only, such as 127.0.0.1 or localhost. Start it with --allow-host NAME to reach it by another name."
)

/** Not of the API: the emulator's own. */
export const foreignOrigin = respond(
  403,
  "emulator.origin.not.allowed",
  "The emulator answers apps that this machine serves, and no websites: the Origin of the request is another host. Start it with --allow-host NAME to let in an app of that host."
)

/** Not of the API: the emulator's own. */
export const foreignPage = respond(
  403,
  "emulator.control.not.for.pages",
  "No page in a browser may use the control routes. Call them from the test itself, or from a server."
)

/** @see https://developer.genesys.cloud/forum/t/normalized-platform-api-429-responses/12028 */
export const tooManyRequests = (retryAfter: number) =>
  respond(
    429,
    "too.many.requests.retry.after",
    `Rate limit exceeded the maximum. Retry the request in [${retryAfter}] seconds`,
    { headers: { "retry-after": String(retryAfter) } }
  )

/** The emulator is at fault. What happened is in its log. */
export const internalServerError = respond(
  500,
  "internal.server.error",
  "The server encountered an unexpected condition which prevented it from fulfilling the request."
)

/** The answer to a request that no handler has answered. An interruption stays one. */
export const fromCause = <E>(cause: Cause.Cause<E>) => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause)
  const error = Cause.squash(cause)
  if (HttpApiSchemaError.is(error)) {
    if (error.kind === "Query") return invalidQuery(error.cause)
    if (error.kind === "Payload") return invalidBody(error.cause)
    if (error.kind === "Params") return invalidPath(error.cause)
    if (error.kind === "Headers") return badRequest(error.cause.message)
    // An answer that does not fit the contract is no mistake of the caller.
  }
  if (HttpServerError.isHttpServerError(error)) {
    const { reason } = error
    if (reason._tag === "RouteNotFound") return notFound
    if (reason._tag === "RequestParseError") {
      return reason.reason === "BodyTooLarge" ? tooLarge(maximumBytes) : badRequest("The body could not be read.")
    }
  }
  return Effect.andThen(Effect.logError("The emulator failed to answer", cause), internalServerError)
}
