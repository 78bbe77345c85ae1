/**
 * Stops asking a service that does not answer: Effect's circuit breaker, told what
 * counts as not answering. Only there when the options have one.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import { CircuitOpen, GenesysError } from "../../errors/GenesysError.ts"
import * as Timeout from "../call/Timeout.ts"
import type { Send } from "../call/Call.ts"

/** A refusal is an answer; a broken connection, a time-out and a 5xx are none. */
const classify = (exit: Exit.Exit<unknown, GenesysError>): CircuitBreaker.Outcome => {
  if (Exit.isSuccess(exit)) return CircuitBreaker.success
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (error === undefined) return CircuitBreaker.ignored
  // The time of a call may have gone by with waiting.
  if (error.reason._tag === "Timeout" && error.reason.scope === "call") return CircuitBreaker.ignored
  switch (error.reason._tag) {
    case "ServerError":
    case "Timeout":
    case "ConnectionFailed":
      return CircuitBreaker.failure({ retryAfter: error.retryAfter })
    case "RateLimited":
      return CircuitBreaker.ignored
    default:
      return CircuitBreaker.success
  }
}

/** Fails with `CircuitOpen`, without sending anything, while the circuit is open. */
export const apply =
  (send: Send, options: { readonly breaker: CircuitBreaker.CircuitBreaker; readonly key: string }): Send =>
  (request, call) => {
    const execute = options.breaker.execute(
      Effect.suspend(() => send(request, call)),
      { key: options.key, classify }
    )
    // The breaker's store may be far away, too.
    return Timeout.waiting(execute, call).pipe(
      Effect.catchTag("CircuitBreakerError", ({ reason }) => {
        const wait = "retryAfter" in reason ? { retryAfter: reason.retryAfter } : {}
        return Effect.fail(new GenesysError({ operation: call.operation, reason: new CircuitOpen(wait) }))
      })
    )
  }
