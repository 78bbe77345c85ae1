/**
 * One call of an operation, from its first attempt to its result: what the
 * policies of the transport know about it, and what they find out.
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
  /** Any one of these is needed, by contract. */
  readonly permissions: ReadonlyArray<string>
  /** Repeating it may repeat a change. */
  readonly writes: boolean
  /** The status of a success that has a JSON document. Absent where none is promised: the login, a raw request, `204`. */
  readonly documentStatus?: number | undefined
  readonly options: ResolvedCallOptions
  readonly redaction: Redaction
  /** Of the caller. */
  readonly context: Context.Context<never>
}

/** What is mutable is found out by the policies, attempt by attempt. */
export interface Call extends Target {
  readonly clock: Clock.Clock
  /** When its time is over, in {@link elapsedMillis}. */
  readonly endsAt: number
  /** Requests sent so far. */
  attempts: number
  /** Answers with 429 so far. */
  rateLimited: number
  /** A request went out that was neither answered nor certainly lost. */
  maybeProcessed: boolean
  /** That of the last answer, as the server sent it; {@link correlationIdOf} may be shown. */
  correlationId: string | undefined
  /** The last body; quoted in an error when it is not what was promised. */
  body: string | undefined
  /** What the last body says, where JSON is expected. */
  document: unknown
  /** The headers of the last request: an answer may echo them. */
  sent: Headers.Headers | undefined
  /** A further attempt was due, but the client's retry quota was empty. */
  retryQuotaExhausted: boolean
  /**
   * What makes the attempt that is going on; to be interrupted when its time is over. Not
   * a function that does it: V8 takes one that is assigned to a property for long-lived,
   * and keeps with it all that it holds, here a page of users.
   */
  fiber: Fiber.Fiber<unknown, GenesysError> | undefined
  /** Why it was. */
  late: Timeout | undefined
}

/**
 * What the transport is made of: each policy takes a `Send` and gives a `Send`. A
 * success is a 2xx answer, whose whole body is in `call.body`.
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

/** What a log line may say about the call. */
export const logged = (call: Call, error: GenesysError) => ({
  operation: call.operation,
  attempts: call.attempts,
  reason: error.reason._tag,
  ...correlationIdOf(call)
})

/** A text from the server without the secrets of the call. */
export const withoutSecrets = ({ redaction, sent }: Call, text: string): string => redaction.redact(text, sent)

/** The correlation id, if there is one. Most answers have one that nobody looks at, so secrets are cut out here. */
const correlationIdOf = (call: Call) =>
  call.correlationId === undefined ? {} : { correlationId: withoutSecrets(call, call.correlationId) }

/** The beginning of the last body, on one line and without secrets; absent when there is none. */
export const sample = (call: Call): string | undefined => {
  if (call.body === undefined || call.body === "") return undefined
  // Secrets are cut out before the text is: half a secret is not recognized.
  const safe = withoutSecrets(call, call.body).slice(0, 10_000)
  return quote(safe, 120).trim()
}

/** A 2xx that cannot be used. */
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
 * The error as the caller sees it: with what the call has found out, and, where a
 * change may have happened although no answer says so, as `OutcomeUnknown`.
 */
export const annotate = (error: GenesysError, call: Call): GenesysError => {
  // An error of the login was annotated there.
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
