/**
 * What can be set for a client, and for a single call.
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

/** What a single call can change; everything else belongs to the client. */
export interface CallOptions {
  /** One attempt, from send to the last byte of the body. Default: 30 seconds. */
  readonly attemptTimeout?: Duration.Input | undefined
  /** The whole call: all attempts, and all waiting in between. Default: 5 minutes. */
  readonly callTimeout?: Duration.Input | undefined
  /** Further attempts after the first failed. Does not count waiting for the rate limit. Default: 3. */
  readonly retries?: number | undefined
  /** Sent with every request of the call. `authorization` is not taken from here. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** The rate limit that is assumed until the server tells another. */
export interface RateLimit {
  /** Requests per window. Default: 300. */
  readonly limit: number
  /** Default: 60 seconds. */
  readonly window: Duration.Input
}

/** What a client can change. */
export interface ClientOptions extends CallOptions {
  /** Put before the client's own product token in `User-Agent`. Default: none. */
  readonly userAgent?: string | undefined
  /** The largest body in bytes, after decompression. Default: 64 MiB. */
  readonly maxResponseBytes?: number | undefined
  /** Default: 300 per 60 seconds, as the platform's default for a token. */
  readonly rateLimit?: RateLimit | undefined
  /**
   * Stops asking a service that does not answer: calls fail with `CircuitOpen` while it is
   * open. Its key is the address and the grant, so that one may serve many organizations.
   * Default: none.
   */
  readonly circuitBreaker?: CircuitBreaker.CircuitBreaker | undefined
  /**
   * Changes the platform's `HttpClient` beneath all policies: it sees every attempt, the
   * login and its secrets included. Default: none.
   */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/** The defaults, where an option has one. */
export const defaults = {
  attemptTimeout: "30 seconds",
  callTimeout: "5 minutes",
  retries: 3,
  headers: {},
  maxResponseBytes: 64 * 1024 * 1024,
  /** @see https://developer.genesys.cloud/organization/organization/limits#platform-api */
  rateLimit: { limit: 300, window: "60 seconds" }
} as const

/** The options of one call, with nothing left open. */
export interface ResolvedCallOptions {
  readonly attemptTimeout: Duration.Duration
  readonly callTimeout: Duration.Duration
  readonly retries: number
  /** Of every request. Without `authorization`, which is that of the grant or the token, and never the caller's. */
  readonly headers: Headers.Headers
}

/** What holds for a call: its own options, then those of the client, then the defaults. */
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

/** The product token of this client. */
const product = "genesys-license"

const noDuration = `must be a duration of more than nothing, such as "5 seconds", or a number of milliseconds`

/** NaN for what is no duration: options may come from a file, or from a program without types. */
const millisOf = (value: Duration.Input): number =>
  Option.match(Duration.fromInput(value), { onNone: () => Number.NaN, onSome: Duration.toMillis })

const nameOfHeader = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

// RFC 9110 §5.5: visible characters, space and tab, and the upper half of Latin-1.
const valueOfHeader = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * Why these headers cannot be sent, without their values. Platforms check late, and some
 * after they have connected; and their errors repeat the value.
 */
const problemOfHeaders = (headers: Readonly<Record<string, string>>): string | undefined => {
  for (const name in headers) {
    if (!nameOfHeader.test(name)) return `${JSON.stringify(name)} is not the name of a header`
    if (!valueOfHeader.test(headers[name]!)) {
      return `the header ${name} holds a character that cannot travel in a header`
    }
  }
  return undefined
}

/** Which option cannot be used, and why; nothing when all can. */
export const problem = (options: ClientOptions): { readonly setting: string; readonly problem: string } | undefined => {
  for (const setting of ["attemptTimeout", "callTimeout"] as const) {
    const value = options[setting]
    if (value !== undefined && !(millisOf(value) > 0)) return { setting, problem: noDuration }
  }
  if (options.retries !== undefined && !(Number.isInteger(options.retries) && options.retries >= 0)) {
    return { setting: "retries", problem: "must be 0, 1, 2 ..." }
  }
  const { headers = {}, maxResponseBytes, rateLimit, userAgent } = options
  if (maxResponseBytes !== undefined && !(Number.isInteger(maxResponseBytes) && maxResponseBytes > 0)) {
    return { setting: "maxResponseBytes", problem: "must be a number of bytes" }
  }
  if (rateLimit !== undefined && !(Number.isInteger(rateLimit.limit) && rateLimit.limit > 0)) {
    return { setting: "rateLimit.limit", problem: "must be 1 or more requests" }
  }
  if (rateLimit !== undefined && !(millisOf(rateLimit.window) > 0 && Number.isFinite(millisOf(rateLimit.window)))) {
    return { setting: "rateLimit.window", problem: noDuration }
  }
  if (userAgent !== undefined && problemOfHeaders({ "user-agent": userAgent }) !== undefined) {
    return { setting: "userAgent", problem: "holds a character that cannot travel in a header" }
  }
  const inHeaders = problemOfHeaders(headers)
  return inHeaders === undefined ? undefined : { setting: "headers", problem: `cannot be sent: ${inHeaders}` }
}

/** The options of a call that has none of its own. */
export const unchanged: CallOptions = {}

/** The options of the calls inside an effect, over those of the client. {@link withCallOptions} adds to them. */
export const CurrentCallOptions = Context.Reference<CallOptions>("@genesys-license/client/CurrentCallOptions", {
  defaultValue: () => unchanged
})

/** The options of an outer effect, under those of an inner one. */
const merge = (outer: CallOptions, inner: CallOptions): CallOptions => ({
  ...outer,
  ...Record.filter(inner as Record<string, unknown>, Predicate.isNotUndefined),
  ...(outer.headers && inner.headers && { headers: { ...outer.headers, ...inner.headers } })
})

/**
 * Sets options of the calls inside an effect: `license.getUser(id).pipe(withCallOptions({ retries: 0 }))`.
 *
 * Nested, they add up: an option that is set closer to the call wins, and headers are merged.
 */
export const withCallOptions: {
  (options: CallOptions): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, options: CallOptions): Effect.Effect<A, E, R>
} = dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, options: CallOptions): Effect.Effect<A, E, R> =>
  Effect.updateService(self, CurrentCallOptions, (outer) => merge(outer, options))
)
