/**
 * The state of one call of an operation, from its first attempt to its result. The policies of
 * the transport share it.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Headers from "effect/http/Headers"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import type { ResolvedCallOptions } from "./CallOptions.ts"
import { GenesysError, OutcomeUnknown, type Timeout, UnexpectedResponse } from "../../errors/GenesysError.ts"
import { elapsedMillis } from "./Deadlines.ts"
import type { Redaction } from "./Redaction.ts"

/** What is known before the first attempt. */
export interface Target {
  /** The vendor's name of the operation. */
  readonly operation: string
  /** Permissions of which the contract requires any one. */
  readonly permissions: ReadonlyArray<string>
  /** Whether the operation changes anything, so that a retry might change it twice. */
  readonly writes: boolean
  /** The success status whose body is a JSON document. Absent if none is expected: the login, a raw request, `204`. */
  readonly documentStatus?: number | undefined
  readonly options: ResolvedCallOptions
  readonly redaction: Redaction
  /** The context of the caller. */
  readonly context: Context.Context<never>
}

/** The policies set the mutable fields, attempt by attempt. */
export interface Call extends Target {
  readonly clock: Clock.Clock
  /** When `callTimeout` ends, in {@link elapsedMillis}. */
  readonly endsAt: number
  /** How many requests were sent so far. */
  attempts: number
  /** How many responses had status 429 so far. */
  rateLimited: number
  /** Whether the server may have processed a request without a response that says so. */
  maybeProcessed: boolean
  /** The correlation id of the last response, unredacted. Show only {@link correlationIdOf}. */
  correlationId: string | undefined
  /** The last body. An error quotes it if it does not match the contract. */
  body: string | undefined
  /** The parsed last body, if JSON is expected. */
  document: unknown
  /** The headers of the last request. They are redacted, because a server may echo them. */
  sent: Headers.Headers | undefined
  /** Whether a retry was due, but the client's retry quota was used up. */
  retryQuotaExhausted: boolean
  /**
   * The fiber of the current attempt, to interrupt at a timeout. It is not a function that
   * interrupts: V8 treats a function in a property as long-lived, and would keep in memory all
   * that it refers to, such as a page of users.
   */
  fiber: Fiber.Fiber<unknown, GenesysError> | undefined
  /** The timeout that interrupted it. */
  late: Timeout | undefined
}

/**
 * Sends a request. The transport is a chain of these: each policy takes a `Send` and returns a
 * `Send`. It succeeds with a 2xx response whose complete body is in `call.body`.
 */
export type Send = (request: HttpClientRequest, call: Call) => Effect.Effect<HttpClientResponse, GenesysError>

export const make = (target: Target): Call => {
  const clock = Context.get(target.context, Clock.Clock)
  return {
    ...target,
    clock,
    endsAt: elapsedMillis(clock) + Duration.toMillis(target.options.callTimeout),
    attempts: 0,
    rateLimited: 0,
    maybeProcessed: false,
    correlationId: undefined,
    body: undefined,
    document: undefined,
    sent: undefined,
    retryQuotaExhausted: false,
    fiber: undefined,
    late: undefined
  }
}

/** The annotations of a log line about a call. */
export const logged = (call: Call, error: GenesysError) => ({
  operation: call.operation,
  attempts: call.attempts,
  reason: error.reason._tag,
  ...correlationIdOf(call)
})

/** Removes the secrets of the call from a text of the server. */
export const withoutSecrets = ({ redaction, sent }: Call, text: string): string => redaction.redact(text, sent)

/** The redacted correlation id. It is redacted only here, because most responses have one that nobody reads. */
const correlationIdOf = (call: Call) =>
  call.correlationId === undefined ? {} : { correlationId: withoutSecrets(call, call.correlationId) }

/** The beginning of the last body, on one line and redacted. `undefined` if there is none. */
export const sample = (call: Call): string | undefined => {
  if (call.body === undefined || call.body === "") return undefined
  // Redacted before it is cut, because half a secret is not recognized.
  const safe = withoutSecrets(call, call.body).slice(0, 10_000)
  return quote(safe, 120).trim()
}

/** The error for a 2xx response that does not match the contract. */
export const unexpected = (
  call: Call,
  problem: string,
  { isUnreadable = false }: { readonly isUnreadable?: boolean } = {}
): GenesysError => {
  const began = sample(call)
  const reason = new UnexpectedResponse({
    problem,
    ...(began !== undefined && { sample: began }),
    ...(isUnreadable && { isUnreadable })
  })
  return new GenesysError({ operation: call.operation, reason })
}

/**
 * The error that the caller gets: with attempts and correlation id, and as `OutcomeUnknown` if
 * a change may have been made.
 */
export const annotate = (error: GenesysError, call: Call): GenesysError => {
  // The login has already annotated its own error.
  if (error.operation !== call.operation) return error
  const reason =
    call.writes && call.maybeProcessed && error.reason._tag !== "OutcomeUnknown"
      ? new OutcomeUnknown({ because: error.reason })
      : error.reason
  return new GenesysError({
    operation: call.operation,
    reason,
    ...(call.attempts > 0 && { attempts: call.attempts }),
    ...correlationIdOf(call),
    ...(call.retryQuotaExhausted && { retryQuotaExhausted: true })
  })
}
