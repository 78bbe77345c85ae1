/**
 * Stops sending requests while the service keeps failing, with Effect's circuit breaker. Used only
 * if the options have a `circuitBreaker`.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import { CircuitOpen, GenesysError } from "../../errors/GenesysError.ts"
import type { Deadlines } from "../call/Deadlines.ts"
import * as Timeout from "../call/Timeout.ts"
import type { Send } from "../call/Call.ts"

/** Broken connections, timeouts and 5xx count as failures. A refusal does not: the service has answered. */
const classify = (exit: Exit.Exit<unknown, GenesysError>): CircuitBreaker.Outcome => {
  if (Exit.isSuccess(exit)) return CircuitBreaker.success
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (error === undefined) return CircuitBreaker.ignored
  // The call may have spent its time waiting, so this says nothing about the service.
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
  (
    send: Send,
    options: { readonly breaker: CircuitBreaker.CircuitBreaker; readonly key: string; readonly deadlines: Deadlines }
  ): Send =>
  (request, call) => {
    const execute = options.breaker.execute(
      Effect.suspend(() => send(request, call)),
      { key: options.key, classify }
    )
    // The breaker may have a remote store, so it is subject to `callTimeout` too.
    return Timeout.waiting(execute, call, options.deadlines).pipe(
      Effect.catchTag("CircuitBreakerError", ({ reason }) => {
        const wait = "retryAfter" in reason ? { retryAfter: reason.retryAfter } : {}
        return Effect.fail(new GenesysError({ operation: call.operation, reason: new CircuitOpen(wait) }))
      })
    )
  }
