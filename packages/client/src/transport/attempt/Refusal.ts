/**
 * The reason for a response that is not 2xx.
 */
import { ErrorBody } from "@genesys-license/schema/ErrorBody"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Exit from "effect/Exit"
import * as Headers from "effect/http/Headers"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Record from "effect/Record"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import {
  Forbidden,
  NetworkLogin,
  NotFound,
  RateLimited,
  type Reason,
  Refused,
  ServerError,
  Unauthorized,
  UnexpectedRedirect
} from "../../errors/GenesysError.ts"

const decodeErrorBody = Schema.decodeUnknownExit(Schema.fromJsonString(ErrorBody))

const decodeObject = Schema.decodeUnknownExit(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))

/** `undefined` also if decoding dies, because a deeply nested document overflows the stack. */
const successOf = <A>(exit: Exit.Exit<A, unknown>) => Option.getOrUndefined(Exit.getSuccess(exit))

/**
 * Reads an error body of Genesys Cloud. If some field has an unexpected type, keeps only message,
 * code and context id. Returns `undefined` for anything else, such as the HTML of a proxy.
 */
export const parseBody = (text: string): ErrorBody | undefined => {
  const body = successOf(decodeErrorBody(text))
  if (body !== undefined) return body
  const object = successOf(decodeObject(text))
  if (object === undefined) return undefined
  const essentials = Record.filter(
    { message: object["message"], code: object["code"], contextId: object["contextId"] },
    Predicate.isString
  )
  return { ...essentials, details: [], errors: [] }
}

/**
 * Reads `Retry-After`: whole seconds or an HTTP date (RFC 9110, section 10.2.3). A date in the
 * past is zero. Any other value is ignored.
 */
export const parseRetryAfter = (value: string | undefined, nowMillis: number): Duration.Duration | undefined => {
  if (value === undefined) return undefined
  const parsed = Headers.parseRetryAfter(value)
  if (Result.isFailure(parsed)) return undefined
  return parsed.success._tag === "Duration"
    ? parsed.success.duration
    : Duration.millis(Math.max(0, DateTime.toEpochMillis(parsed.success.dateTime) - nowMillis))
}

const permission = /^[a-zA-Z][\w-]*(:[\w*-]+){2}$/

/** The permissions that a 403 names in its parameters or its message. */
export const missingPermissions = (body: ErrorBody | undefined): ReadonlyArray<string> => {
  const texts = [...Object.values(body?.messageParams ?? {}), body?.message ?? ""]
  const found = texts.flatMap((text) => text.split(/[\s,;'"[\]()]+/)).map((word) => word.replace(/\.$/, ""))
  return [...new Set(found.filter((word) => permission.test(word)))]
}

/** The reason for a status. `permissions` are those of the contract, used if a 403 names none. */
export const reason = (answer: {
  readonly status: number
  readonly headers: Headers.Headers
  readonly text: string
  readonly permissions: ReadonlyArray<string>
  readonly nowMillis: number
}): Reason => {
  const { status } = answer
  const body = parseBody(answer.text)
  const withBody = body === undefined ? {} : { body }
  const after = parseRetryAfter(answer.headers["retry-after"], answer.nowMillis)
  const wait = after === undefined ? {} : { retryAfter: after }
  if (status === 401) return new Unauthorized(withBody)
  if (status === 403) {
    const named = missingPermissions(body)
    const concernsPermissions = body?.code === undefined || /^missing\.|^not\.authorized$/.test(body.code)
    return new Forbidden({
      ...withBody,
      permissions: named.length > 0 ? named : concernsPermissions ? answer.permissions : []
    })
  }
  if (status === 407 || status === 511) return new NetworkLogin({ status })
  if (status === 404) return new NotFound(withBody)
  if (status === 429) return new RateLimited({ ...withBody, ...wait })
  if (status === 408 || status >= 500) return new ServerError({ ...withBody, ...wait, status })
  // In a browser, a redirect that is not followed has status 0 and no headers.
  if (status === 0 || (status >= 300 && status < 400)) return new UnexpectedRedirect({ status })
  return new Refused({ ...withBody, status })
}
