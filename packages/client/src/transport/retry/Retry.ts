/**
 * Decides which failures are retried, how many times and when. `RateLimit` handles 429.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { GenesysError } from "../../errors/GenesysError.ts"
import * as Metrics from "../call/Metrics.ts"
import { type Call, type Send, logged } from "../call/Call.ts"
import type { Deadlines } from "../call/Deadlines.ts"
import * as Delay from "./Delay.ts"
import type * as RetryQuota from "./RetryQuota.ts"
import * as Timeout from "../call/Timeout.ts"

/**
 * Whether to retry: the failure is temporary, it is of this call and not of its login, and, for a
 * write, the server certainly did not process the request.
 */
export const isRetriable = (error: GenesysError, call: Call): boolean =>
  error.reason.isRetryable &&
  error.reason._tag !== "RateLimited" &&
  // After `callTimeout` there is no time for another attempt.
  !(error.reason._tag === "Timeout" && error.reason.scope === "call") &&
  error.operation === call.operation &&
  !Delay.isTooLong(error.retryAfter) &&
  !(call.writes && call.maybeProcessed)

/** Retries at most `retries` times, as long as the quota lasts. */
export const apply = (
  send: Send,
  { deadlines, quota }: { readonly quota: RetryQuota.RetryQuota; readonly deadlines: Deadlines }
): Send => {
  const wait = Effect.fnUntraced(function* (error: GenesysError, call: Call, delay: Duration.Duration) {
    Metrics.count(Metrics.retries, call)
    yield* Effect.annotateLogs(Effect.logDebug("Retrying"), logged(call, error))
    yield* Timeout.waiting(Effect.sleep(delay), call, deadlines)
  })
  return (request, call) => {
    /** `done` is the number of retries so far, and `paid` the price of the last one. */
    const attempt = (done: number, paid: number): ReturnType<Send> =>
      Effect.matchEffect(send(request, call), {
        onSuccess: (response) => {
          quota.refill(paid)
          return Effect.succeed(response)
        },
        onFailure: (error) =>
          done < call.options.retries && isRetriable(error, call) ? retry(error, done) : Effect.fail(error)
      })
    const retry = (error: GenesysError, done: number) =>
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
