/**
 * The budget of requests, so that no 429 happens: a place in the server's window,
 * and a request of the count that processes may share.
 *
 * Effect's `RateLimiter` counts, in a store that is a service (memory, or Redis when
 * processes share a token). The server's own window (`RateWindow`) corrects it.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import * as Metrics from "../Metrics.ts"
import { Call } from "./Call.ts"
import type * as Gate from "./Gate.ts"
import type * as RateWindow from "./RateWindow.ts"

export interface Budget {
  /** Waits for a place and a request of the budget, and keeps the place until `send` has ended. */
  readonly spend: <A, E, R>(send: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R | Call>
}

/**
 * Our windows are this much longer than the server's, so that they never begin
 * before its own: requests arrive a little after they are sent.
 */
const slack = 1.01

export const make = (options: {
  readonly limiter: RateLimiter.RateLimiter
  readonly window: RateWindow.RateWindow
  /** Passed before every look at the budget. */
  readonly gate: Gate.Gate
  /** Who shares the budget. */
  readonly key: string
}): Budget => {
  const { gate, limiter, window } = options
  // Another window is another count.
  const key = () => `${options.key}:${window.limit}/${window.lengthMillis}`

  /** What those who wait for a place believe; an answer that proves it wrong wakes them. */
  let believed = { full: false, key: key() }
  const answered = Latch.makeUnsafe()
  const wait = Effect.fnUntraced(function* (millis: number) {
    const call = yield* Call
    yield* Metrics.count(Metrics.waits, call.operation)
    yield* Effect.timeoutOption(answered.await, millis)
  })

  /** Takes a place in the window if there is one; otherwise tells how long to wait for it. */
  const takePlace = Effect.map(Clock.currentTimeMillis, (now) => {
    const millis = window.waitMillis(now)
    if (millis === 0) window.enter()
    believed = { full: millis > 0, key: key() }
    return millis
  })
  const leavePlace = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    window.leave()
    const wrong = key() !== believed.key || (believed.full && window.waitMillis(now) === 0)
    return wrong ? answered.release : Effect.void
  })

  /** Takes one request of the count; tells how long to wait when there is none. */
  const takeRequest = Effect.suspend(() => {
    const windowMillis = window.lengthMillis * slack
    const consumed = limiter.consume({
      key: key(),
      algorithm: "fixed-window",
      onExceeded: "fail",
      limit: window.limit,
      window: windowMillis
    })
    return Effect.as(consumed, 0).pipe(
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

  const spend = <A, E, R>(send: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | Call> => {
    const later = (millis: number) => Effect.succeed(Effect.andThen(wait(millis), spend(send)))
    const look = Effect.acquireUseRelease(
      takePlace,
      (millis) =>
        millis > 0
          ? later(millis)
          : Effect.flatMap(takeRequest, (millis) => (millis > 0 ? later(millis) : Effect.map(send, Effect.succeed))),
      (millis) => (millis > 0 ? Effect.void : leavePlace)
    )
    return Effect.andThen(gate.pass, Effect.flatten(look))
  }
  return { spend }
}
