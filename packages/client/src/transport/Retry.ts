/**
 * Which failures are repeated, how often and when. 429 is not among them: see
 * `RateLimit`.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Schedule from "effect/Schedule"
import type { LicenseError } from "../LicenseError.ts"
import * as Metrics from "../Metrics.ts"
import { Call, logged } from "./Call.ts"
import * as Delay from "./Delay.ts"
import type * as RetryQuota from "./RetryQuota.ts"

/**
 * Whether another attempt may help and can do no harm: a failure that passes, of
 * this call and not of its login, and for a write only one that certainly left
 * nothing behind.
 */
export const isRepeatable = (error: LicenseError, call: Call["Service"]): boolean =>
  error.reason.isRetryable &&
  error.reason._tag !== "RateLimited" &&
  error.operation === call.operation &&
  !Delay.isTooLong(error.retryAfter) &&
  !(call.writes && call.maybeProcessed)

const schedule = Schedule.forever.pipe(
  Schedule.setInputType<LicenseError>(),
  Schedule.modifyDelay(({ attempt, input }) => Delay.backoff(attempt - 1, input.retryAfter))
)

/** Repeats what is repeatable, `retries` times, as long as the quota lasts. */
export const apply = (
  self: HttpClient.HttpClient.With<LicenseError, Call>,
  options: { readonly quota: RetryQuota.RetryQuota; readonly retries: Effect.Effect<number> }
): HttpClient.HttpClient.With<LicenseError, Call> =>
  HttpClient.transform(self, (send) =>
    Effect.gen(function* () {
      const call = yield* Call
      const retries = yield* options.retries
      let done = 0
      let paid = 0
      const isWorthIt = Effect.fnUntraced(function* (error: LicenseError) {
        if (done >= retries || !isRepeatable(error, call)) return false
        const price = options.quota.take(error.reason)
        call.retryQuotaExhausted = price === undefined
        if (price === undefined) return false
        done += 1
        paid = price
        yield* Metrics.count(Metrics.retries, call.operation)
        yield* Effect.logDebug("Repeating").pipe(Effect.annotateLogs(logged(call, error)))
        return true
      })
      return yield* Effect.retry(send, { while: isWorthIt, schedule }).pipe(
        Effect.tap(() => Effect.sync(() => options.quota.refill(paid)))
      )
    })
  )
