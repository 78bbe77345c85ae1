/**
 * The budget of requests: the one owner of 429.
 *
 * Effect's `RateLimiter` counts the requests of a window, in a store that is a
 * service (memory, or Redis when processes share a token). The server's own window
 * (`RateWindow`) corrects it, and one 429 closes a gate for every fiber of the
 * client, which they leave spread out.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import * as Random from "effect/Random"
import type { LicenseError } from "../LicenseError.ts"
import * as Metrics from "../Metrics.ts"
import { Call, logged } from "./Call.ts"
import * as Delay from "./Delay.ts"
import type * as RateWindow from "./RateWindow.ts"

/** 429s of one call that are waited out. */
export const maxWaits = 5

/**
 * Our windows are this much longer than the server's, so that they never begin
 * before its own: requests arrive a little after they are sent.
 */
const slack = 1.01

/** Lets requests through at the rate of the server, and repeats those that it answers with 429. */
export const apply = (
  self: HttpClient.HttpClient.With<LicenseError, Call>,
  options: {
    readonly limiter: RateLimiter.RateLimiter
    readonly window: RateWindow.RateWindow
    /** Who shares the budget. */
    readonly key: string
  }
): HttpClient.HttpClient.With<LicenseError, Call> => {
  const { key, limiter, window } = options
  let closedUntil = Number.NEGATIVE_INFINITY
  const waiting = Effect.flatMap(Call, (call) => Metrics.count(Metrics.waits, call.operation))

  /** Ends when neither a 429 nor a used up window stands in the way. */
  const open: Effect.Effect<void, never, Call> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (now < closedUntil) {
      const left = Duration.millis(closedUntil - now)
      const late = Effect.map(Random.next, (random) => Duration.times(Delay.spread(left), random))
      return Effect.flatMap(late, (late) => Effect.delay(open, Duration.sum(left, late)))
    }
    const wait = window.waitMillis(now)
    return wait > 0 ? Effect.andThen(waiting, Effect.delay(open, wait)) : Effect.void
  })

  /** One request of the budget, waited for. */
  const take = Effect.suspend(() =>
    limiter.consume({
      // Another window is another count.
      key: `${key}:${window.limit}/${window.lengthMillis}`,
      algorithm: "fixed-window",
      onExceeded: "delay",
      limit: window.limit,
      window: window.lengthMillis * slack
    })
  ).pipe(
    Effect.flatMap(({ delay }) =>
      Duration.isZero(delay) ? Effect.void : Effect.andThen(waiting, Effect.sleep(delay))
    ),
    // A store that is down must not stop the work; the server still says 429.
    Effect.catch((error) => Effect.logWarning(`The store of the rate limiter failed: ${error.message}`))
  )

  const close = Effect.fnUntraced(function* (wait: Duration.Duration) {
    const now = yield* Clock.currentTimeMillis
    closedUntil = Math.max(closedUntil, now + Duration.toMillis(wait))
  })

  return HttpClient.transform(self, (send) =>
    Effect.flatMap(Call, (call) => {
      let waits = 0
      /** A 429 of this call, and not of its login, which has waited already. */
      const isWaitable = (error: LicenseError) =>
        error.reason._tag === "RateLimited" && error.operation === call.operation && !Delay.isTooLong(error.retryAfter)
      return Effect.andThen(open, take).pipe(
        // The window may have closed while we waited for the store.
        Effect.andThen(open),
        Effect.andThen(
          Effect.suspend(() => {
            call.admission = window.admit()
            return send
          })
        ),
        Effect.tapError((error) => {
          if (!isWaitable(error)) return Effect.void
          const wait = error.retryAfter === undefined ? Delay.backoff(waits) : Effect.succeed(error.retryAfter)
          waits += 1
          return Effect.flatMap(wait, close).pipe(
            Effect.andThen(Metrics.count(Metrics.rateLimited, call.operation)),
            Effect.andThen(Effect.logDebug("Waiting for the rate limit").pipe(Effect.annotateLogs(logged(call, error))))
          )
        }),
        Effect.retry({ times: maxWaits, while: isWaitable })
      )
    })
  )
}
