/**
 * The error answers of the API and of the control routes. Each is an `ErrorBody` whose `contextId`
 * is the correlation id of the request. The API errors have the vendor's messages where they are known.
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

/** The correlation id of the current request. */
export const CorrelationId = Context.Reference<string>("@genesys-license/emulator/CorrelationId", {
  defaultValue: () => "00000000-0000-0000-0000-000000000000"
})

/** The maximum size of a request body, in bytes: `request.bytes.max` of the platform. */
export const maximumBytes = 512_000

/** An error in the format of the API. `extra.body` may add fields for a control route. */
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

/** The vendor's message, followed by `reason`: the emulator also says what is wrong with the request. */
export const badRequest = (reason: string) =>
  respond(
    400,
    "bad.request",
    `The request could not be understood by the server due to malformed syntax. ${reason.replaceAll(/\s+/g, " ")}`
  )

/** A query parameter has an invalid value. */
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

/** Whether the path has an empty segment. No operation has one. */
export const hasEmptySegment = (url: string): boolean => /\/(\/|$)/.test(url.split("?", 1)[0]!)

/** A path parameter has an invalid value. */
const invalidPath = Effect.fnUntraced(function* ({ message }: Schema.SchemaError) {
  const { url } = yield* HttpServerRequest
  return yield* hasEmptySegment(url) ? notFound : badRequest(message)
})

/** The body is not JSON, or does not match the schema of the operation. */
export const invalidBody = ({ issue }: Schema.SchemaError) => {
  const { field, message } = Problem.fromIssue(issue)
  return field === "" ? badRequest(`${message}.`) : invalidField(field, `${field}: ${message}`)
}

/** A field of the body, such as `users[3].id`, has an invalid value. */
export const invalidField = (field: string, message: string) =>
  respond(400, "constraint.validation", message, {
    body: { details: [{ errorCode: "constraint.validation", fieldName: field }] }
  })

/** The answer would exceed the size limit of the platform. */
export const responseTooLarge = respond(
  400,
  "response.entity.too.large",
  "The response is over the size limit. Reduce pageSize or expand list to reduce response size if applicable"
)

/** `pageSize` exceeds the limit of the emulator. The vendor documents neither a limit nor an error code. */
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

/** The client has none of these permissions and needs at least one of them. */
export const missingAnyPermissions = (permissions: ReadonlyArray<string>) => {
  const message =
    "Unable to perform the requested action. You must have at least one of the following permissions assigned: "
  const list = `[${permissions.join(", ")}]`
  return respond(403, "missing.any.permissions", message + list, {
    body: { messageWithParams: `${message}{permissions}`, messageParams: { permissions: list } }
  })
}

/** The token of a user does not have the scope. */
export const scopeNotAuthorized = (scope: Scope) =>
  respond(403, "app.not.authorized.for.scope", `App not authorized to use scope ${scope}`)

/** The resource or the route does not exist. */
export const notFound = respond(404, "not.found", "The requested resource was not found.")

/** None of the requested user ids exists. */
export const usersNotFound = respond(404, "general.resource.not.found", "The requested user(s) could not be found.")

export const userNotFound = respond(404, "general.resource.not.found", "Unable to find a user with that userId")

/** The body is larger than `limit` bytes. */
export const tooLarge = (limit: number) =>
  respond(413, "request.entity.too.large", `The request is over the size limit. Maximum bytes: ${limit}`)

/** The body is not `application/json`. */
export const unsupportedMediaType = respond(
  415,
  "unsupported.media.type",
  "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header."
)

/** Only the emulator has this error. */
export const misdirected = respond(
  421,
  "emulator.host.not.allowed",
  "The Host header of the request is not a name of this machine, such as localhost or 127.0.0.1. To allow another host name, start the emulator with --allow-host NAME."
)

/** Only the emulator has this error. */
export const foreignOrigin = respond(
  403,
  "emulator.origin.not.allowed",
  "The request comes from a web page on another host. The emulator only allows browser apps on this machine. To allow the apps on another host, start the emulator with --allow-host NAME."
)

/** Only the emulator has this error. */
export const foreignPage = respond(
  403,
  "emulator.control.not.for.pages",
  "The request comes from a web page. Web pages may not call the control routes. Call them from the test program or from a server."
)

/** @see https://developer.genesys.cloud/forum/t/normalized-platform-api-429-responses/12028 */
export const tooManyRequests = (retryAfter: number) =>
  respond(
    429,
    "too.many.requests.retry.after",
    `Rate limit exceeded the maximum. Retry the request in [${retryAfter}] seconds`,
    { headers: { "retry-after": String(retryAfter) } }
  )

/** The emulator has a bug. Its log contains the cause. */
export const internalServerError = respond(
  500,
  "internal.server.error",
  "The server encountered an unexpected condition which prevented it from fulfilling the request."
)

/** Converts the failure of a handler into an answer. Passes interruptions on. */
export const fromCause = <E>(cause: Cause.Cause<E>) => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.failCause(cause)
  const error = Cause.squash(cause)
  if (HttpApiSchemaError.is(error)) {
    if (error.kind === "Query") return invalidQuery(error.cause)
    if (error.kind === "Payload") return invalidBody(error.cause)
    if (error.kind === "Params") return invalidPath(error.cause)
    if (error.kind === "Headers") return badRequest(error.cause.message)
    // Other kinds are answers that do not match the contract: a bug of the emulator, not of the caller.
  }
  if (HttpServerError.isHttpServerError(error)) {
    const { reason } = error
    if (reason._tag === "RouteNotFound") return notFound
    if (reason._tag === "RequestParseError") {
      return reason.reason === "BodyTooLarge" ? tooLarge(maximumBytes) : badRequest("The body could not be read.")
    }
  }
  return Effect.andThen(
    Effect.logError("The emulator could not answer a request because of a bug. Please report it.", cause),
    internalServerError
  )
}
