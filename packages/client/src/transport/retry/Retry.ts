/**
 * Which failures are repeated, how often and when. 429 is not among them: see
 * `RateLimit`.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { GenesysError } from "../../errors/GenesysError.ts"
import * as Metrics from "../call/Metrics.ts"
import { type Call, type Send, logged } from "../call/Call.ts"
import * as Delay from "./Delay.ts"
import type * as RetryQuota from "./RetryQuota.ts"
import * as Timeout from "../call/Timeout.ts"

/**
 * Whether another attempt may help and can do no harm: a failure that passes, of
 * this call and not of its login, and for a write only one that certainly left
 * nothing behind.
 */
export const isRepeatable = (error: GenesysError, call: Call): boolean =>
  error.reason.isRetryable &&
  error.reason._tag !== "RateLimited" &&
  // The time of a call that is over is over for all further attempts.
  !(error.reason._tag === "Timeout" && error.reason.scope === "call") &&
  error.operation === call.operation &&
  !Delay.isTooLong(error.retryAfter) &&
  !(call.writes && call.maybeProcessed)

/** Repeats what is repeatable, `retries` times, as long as the quota lasts. */
export const apply = (send: Send, { quota }: { readonly quota: RetryQuota.RetryQuota }): Send => {
  const wait = Effect.fnUntraced(function* (error: GenesysError, call: Call, delay: Duration.Duration) {
    Metrics.count(Metrics.retries, call)
    yield* Effect.annotateLogs(Effect.logDebug("Repeating"), logged(call, error))
    yield* Timeout.waiting(Effect.sleep(delay), call)
  })
  return (request, call) => {
    /** `paid` is what the retry before it has cost. */
    const attempt = (done: number, paid: number): ReturnType<Send> =>
      Effect.matchEffect(send(request, call), {
        onSuccess: (response) => {
          quota.refill(paid)
          return Effect.succeed(response)
        },
        onFailure: (error) =>
          done < call.options.retries && isRepeatable(error, call) ? repeat(error, done) : Effect.fail(error)
      })
    const repeat = (error: GenesysError, done: number) =>
      Effect.flatMap(Delay.backoff(done, error.retryAfter), (delay) => {
        if (!Timeout.isTimeFor(delay, call)) return Effect.fail(error)
        const price = quota.take(error.reason)
        call.retryQuotaExhausted = price === undefined
        return price === undefined
          ? Effect.fail(error)
          : Effect.andThen(
              wait(error, call, delay),
              Effect.suspend(() => attempt(done + 1, price))
            )
      })
    return attempt(0, 0)
  }
}
