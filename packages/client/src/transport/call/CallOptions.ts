/**
 * The options of a client and of a single call.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Headers from "effect/http/Headers"
import type * as HttpClient from "effect/http/HttpClient"
import * as Option from "effect/Option"
import type * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import * as Predicate from "effect/Predicate"
import * as Record from "effect/Record"

/** The options of a single call. A client has them too, as defaults for its calls. */
export interface CallOptions {
  /** The timeout of one request, from sending it to the last byte of the body (default: 30 seconds). */
  readonly attemptTimeout?: Duration.Input | undefined
  /** The timeout of the whole call: attempts, waits for token and rate limit, and delays between attempts (default: 5 minutes). */
  readonly callTimeout?: Duration.Input | undefined
  /** Maximum retries after the first attempt (default: 3). Waiting for the rate limit does not count. */
  readonly retries?: number | undefined
  /** Headers of every request of the call (default: none). `authorization` is ignored. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** The rate limit to assume until the server reports its own. */
export interface RateLimit {
  /** Requests per window (default: 300). */
  readonly limit: number
  /** The length of a window (default: 60 seconds). */
  readonly window: Duration.Input
}

/** The options of a client. */
export interface ClientOptions extends CallOptions {
  /** Text before the client's own product token in the header `User-Agent` (default: none). */
  readonly userAgent?: string | undefined
  /** Maximum size of a response body in bytes, after decompression (default: 67108864, which is 64 MiB). */
  readonly maxResponseBytes?: number | undefined
  /** The rate limit to begin with (default: 300 per 60 seconds, the platform's default for a token). */
  readonly rateLimit?: RateLimit | undefined
  /**
   * Stops sending requests while the service keeps failing: calls then fail with `CircuitOpen`
   * (default: none). The key is the address and the credentials, so one breaker may serve many
   * organizations.
   */
  readonly circuitBreaker?: CircuitBreaker.CircuitBreaker | undefined
  /**
   * Wraps the platform's `HttpClient` (default: none). The wrapped client sends every attempt,
   * and also the login, so it sees the secrets.
   */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/** The defaults of the options that have one. */
export const defaults = {
  attemptTimeout: "30 seconds",
  callTimeout: "5 minutes",
  retries: 3,
  headers: {},
  maxResponseBytes: 64 * 1024 * 1024,
  /** @see https://developer.genesys.cloud/organization/organization/limits#platform-api */
  rateLimit: { limit: 300, window: "60 seconds" }
} as const

/** The options of one call, with all defaults. */
export interface ResolvedCallOptions {
  readonly attemptTimeout: Duration.Duration
  readonly callTimeout: Duration.Duration
  readonly retries: number
  /** The headers of every request, without `authorization`, which the client sets itself. */
  readonly headers: Headers.Headers
}

/** Merges the options: those of the call override those of the client, which override the defaults. */
export const resolve = (client: ClientOptions, call: CallOptions): ResolvedCallOptions => ({
  attemptTimeout: Duration.fromInputUnsafe(call.attemptTimeout ?? client.attemptTimeout ?? defaults.attemptTimeout),
  callTimeout: Duration.fromInputUnsafe(call.callTimeout ?? client.callTimeout ?? defaults.callTimeout),
  retries: call.retries ?? client.retries ?? defaults.retries,
  headers: Headers.remove(
    Headers.fromInput({
      accept: "application/json",
      ...client.headers,
      ...call.headers,
      "user-agent": client.userAgent === undefined ? product : `${client.userAgent} ${product}`
    }),
    "authorization"
  )
})

/** The product token of this client in `User-Agent`. */
const product = "genesys-license"

const noDuration = `must be a duration above zero, such as "5 seconds", or a number of milliseconds`

/** NaN if the value is not a duration: options may come from a file, or from a program without types. */
const millisOf = (value: Duration.Input): number =>
  Option.match(Duration.fromInput(value), { onNone: () => Number.NaN, onSome: Duration.toMillis })

const nameOfHeader = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

// RFC 9110 §5.5: visible characters, space and tab, and the upper half of Latin-1.
const valueOfHeader = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * Returns why headers cannot be sent, without their values. Checked here, because platforms
 * check late, some only after they have connected, and their errors contain the value.
 */
const problemOfHeaders = (headers: Readonly<Record<string, string>>): string | undefined => {
  for (const name in headers) {
    if (!nameOfHeader.test(name)) return `${JSON.stringify(name)} is not a valid header name`
    if (!valueOfHeader.test(headers[name]!)) {
      return `the header ${name} contains a character that a header cannot contain`
    }
  }
  return undefined
}

/** Returns the first invalid option, and what is wrong with it. `undefined` if all are valid. */
export const problem = (options: ClientOptions): { readonly setting: string; readonly problem: string } | undefined => {
  for (const setting of ["attemptTimeout", "callTimeout"] as const) {
    const value = options[setting]
    if (value !== undefined && !(millisOf(value) > 0)) return { setting, problem: noDuration }
  }
  if (options.retries !== undefined && !(Number.isInteger(options.retries) && options.retries >= 0)) {
    return { setting: "retries", problem: "must be a whole number of 0 or more" }
  }
  const { headers = {}, maxResponseBytes, rateLimit, userAgent } = options
  if (maxResponseBytes !== undefined && !(Number.isInteger(maxResponseBytes) && maxResponseBytes > 0)) {
    return { setting: "maxResponseBytes", problem: "must be a whole number of bytes, 1 or more" }
  }
  if (rateLimit !== undefined && !(Number.isInteger(rateLimit.limit) && rateLimit.limit > 0)) {
    return { setting: "rateLimit.limit", problem: "must be a whole number of requests, 1 or more" }
  }
  if (rateLimit !== undefined && !(millisOf(rateLimit.window) > 0 && Number.isFinite(millisOf(rateLimit.window)))) {
    return { setting: "rateLimit.window", problem: noDuration }
  }
  if (userAgent !== undefined && problemOfHeaders({ "user-agent": userAgent }) !== undefined) {
    return { setting: "userAgent", problem: "contains a character that a header cannot contain" }
  }
  const inHeaders = problemOfHeaders(headers)
  return inHeaders === undefined ? undefined : { setting: "headers", problem: `cannot be sent: ${inHeaders}` }
}

/** The options of a call that overrides none. */
export const unchanged: CallOptions = {}

/** The options of the calls inside an effect. They override those of the client. {@link withCallOptions} adds to them. */
export const CurrentCallOptions = Context.Reference<CallOptions>("@genesys-license/client/CurrentCallOptions", {
  defaultValue: () => unchanged
})

/** Merges the options of nested effects: those of the inner effect override those of the outer one. */
const merge = (outer: CallOptions, inner: CallOptions): CallOptions => ({
  ...outer,
  ...Record.filter(inner as Record<string, unknown>, Predicate.isNotUndefined),
  ...(outer.headers && inner.headers && { headers: { ...outer.headers, ...inner.headers } })
})

/**
 * Sets options for the calls inside an effect: `license.getUser(id).pipe(withCallOptions({ retries: 0 }))`.
 *
 * It can be nested: the innermost value of an option is used, and headers are merged.
 */
export const withCallOptions: {
  (options: CallOptions): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, options: CallOptions): Effect.Effect<A, E, R>
} = dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, options: CallOptions): Effect.Effect<A, E, R> =>
  Effect.updateService(self, CurrentCallOptions, (outer) => merge(outer, options))
)
