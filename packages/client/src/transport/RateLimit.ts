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
import * as Latch from "effect/Latch"
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
  const { limiter, window } = options
  // Another window is another count.
  const key = () => `${options.key}:${window.limit}/${window.lengthMillis}`

  /** Closed by a 429: until when, and for how long. */
  let closed = { until: Number.NEGATIVE_INFINITY, for: 0 }
  const close = (wait: Duration.Duration) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const millis = Math.ceil(Duration.toMillis(wait))
      if (now + millis > closed.until || isSetBack(now)) closed = { until: now + millis, for: millis }
    })
  /** More left than it was closed for. */
  const isSetBack = (now: number) => closed.until - now > closed.for

  /** Ends when no 429 stands in the way. */
  const gate: Effect.Effect<void> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (now >= closed.until || isSetBack(now)) return Effect.void
    const left = Duration.millis(Math.ceil(closed.until - now))
    const late = Effect.map(Random.next, (random) => Duration.times(Delay.spread(left), random))
    return Effect.flatMap(late, (late) => Effect.delay(gate, Duration.sum(left, late)))
  })

  /** What those who wait for a place believe; an answer that proves it wrong wakes them. */
  let believed: { readonly full: boolean; readonly key: string } | undefined
  const answered = Latch.makeUnsafe()
  const wait = Effect.fnUntraced(function* (millis: number, full: boolean) {
    const call = yield* Call
    // The first belief stays until it is proved wrong: those who came with it may still wait.
    believed = { full: full || believed?.full === true, key: believed?.key ?? key() }
    yield* Metrics.count(Metrics.waits, call.operation)
    yield* Effect.raceFirst(Effect.sleep(millis), answered.await)
  })

  /** Takes a place in the window if there is one; otherwise tells how long to wait for it. */
  const takePlace = Effect.map(Clock.currentTimeMillis, (now) => {
    const millis = window.waitMillis(now)
    if (millis === 0) window.enter()
    return millis
  })
  const leavePlace = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    window.leave()
    if (believed === undefined) return Effect.void
    if (key() === believed.key && !(believed.full && window.waitMillis(now) === 0)) return Effect.void
    believed = undefined
    return answered.release
  })

  /** Takes one request of the budget, which others may share; tells how long to wait when there is none. */
  const takeRequest = Effect.suspend(() => {
    const windowMillis = window.lengthMillis * slack
    return limiter
      .consume({
        key: key(),
        algorithm: "fixed-window",
        onExceeded: "fail",
        limit: window.limit,
        window: windowMillis
      })
      .pipe(
        Effect.as(0),
        Effect.catch(({ message, reason }) => {
          if (reason._tag === "RateLimitExceeded") {
            const millis = Math.max(1, Math.ceil(Duration.toMillis(reason.retryAfter)))
            // Much more than a window is the time of day set back, and not a budget.
            return Effect.succeed(millis < 2 * windowMillis ? millis : 0)
          }
          // A store that is down must not stop the work; the server still says 429.
          return Effect.as(Effect.logWarning(`The store of the rate limiter failed: ${message}`), 0)
        })
      )
  })

  const through = <A, E, R>(send: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Call> => {
    const later = (millis: number, full: boolean) => Effect.succeed(Effect.andThen(wait(millis, full), through(send)))
    return Effect.andThen(
      gate,
      Effect.acquireUseRelease(
        takePlace,
        (millis) =>
          millis > 0
            ? later(millis, true)
            : Effect.flatMap(takeRequest, (millis) =>
                millis > 0 ? later(millis, false) : Effect.map(send, Effect.succeed)
              ),
        (millis) => (millis > 0 ? Effect.void : leavePlace)
      ).pipe(Effect.flatten)
    )
  }

  return HttpClient.transform(self, (send) =>
    Effect.flatMap(Call, (call) => {
      let waits = 0
      /** A 429 of this call, and not of its login, which has waited already. */
      const isWaitable = (error: LicenseError) =>
        error.reason._tag === "RateLimited" && error.operation === call.operation && !Delay.isTooLong(error.retryAfter)
      return through(send).pipe(
        Effect.tapError((error) => {
          if (!isWaitable(error)) return Effect.void
          const { retryAfter } = error
          // "Now" is no answer to "when": it would be asked again at once.
          const wait =
            retryAfter === undefined || Duration.isZero(retryAfter) ? Delay.backoff(waits) : Effect.succeed(retryAfter)
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
