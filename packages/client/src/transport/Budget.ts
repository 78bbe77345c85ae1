/**
 * The budget of requests, so that no 429 happens: a place in the server's window,
 * and a request of the count that processes may share.
 *
 * Effect's `RateLimiter` counts, in a store that is a service (memory, or Redis when
 * processes share a token). The server's own window (`RateWindow`) corrects it.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import * as Metrics from "./Metrics.ts"
import type { Call } from "./Call.ts"
import type * as Gate from "./Gate.ts"
import type * as RateWindow from "./RateWindow.ts"

export interface Budget {
  /** Waits for a place and a request of the budget, and keeps the place until `send` has ended. */
  readonly spend: <A, E>(send: Effect.Effect<A, E>, call: Call) => Effect.Effect<A, E>
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
  let counted = { limit: Number.NaN, lengthMillis: Number.NaN, key: "" }
  const key = () => {
    const { lengthMillis, limit } = window
    if (counted.limit !== limit || counted.lengthMillis !== lengthMillis) {
      counted = { limit, lengthMillis, key: `${options.key}:${limit}/${lengthMillis}` }
    }
    return counted.key
  }

  /** What those who wait for a place believe; an answer that proves it wrong wakes them. */
  let believed = { full: false, key: key() }
  const answered = Latch.makeUnsafe()
  const wait = Effect.fnUntraced(function* (millis: number, call: Call) {
    Metrics.count(Metrics.waits, call)
    yield* Effect.timeoutOption(answered.await, millis)
  })

  /** Takes a place in the window if there is one; otherwise tells how long to wait for it. */
  const takePlace = (now: number) => {
    const millis = window.waitMillis(now)
    if (millis === 0) window.enter()
    believed = { full: millis > 0, key: key() }
    return millis
  }
  const leavePlace = (now: number) => {
    window.leave()
    const wrong = key() !== believed.key || (believed.full && window.waitMillis(now) === 0)
    return wrong ? answered.release : Effect.void
  }

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
    return Effect.matchEffect(consumed, {
      onSuccess: () => Effect.succeed(0),
      onFailure: ({ message, reason }) => {
        if (reason._tag === "RateLimitExceeded") {
          const millis = Math.max(1, Math.ceil(Duration.toMillis(reason.retryAfter)))
          // Much more than a window is the time of day set back, and not a budget.
          return Effect.succeed(millis < 2 * windowMillis ? millis : 0)
        }
        // A store that is down must not stop the work; the server still says 429.
        return Effect.as(Effect.logWarning(`The store of the rate limiter failed: ${message}`), 0)
      }
    })
  })

  const spend: Budget["spend"] = (send, call) => {
    // Kept here, so that an interruption at any step finds out whether there is a place to leave.
    let hasPlace = false
    const leave = () => {
      if (!hasPlace) return Effect.void
      hasPlace = false
      return leavePlace(call.clock.currentTimeMillisUnsafe())
    }
    const later = (millis: number) => Effect.andThen(wait(millis, call), enter)
    const enter: typeof send = Effect.suspend(() => {
      const now = call.clock.currentTimeMillisUnsafe()
      if (!gate.isOpen(now)) return Effect.andThen(gate.pass, enter)
      const millis = takePlace(now)
      if (millis > 0) return later(millis)
      hasPlace = true
      return Effect.flatMap(takeRequest, (millis) => (millis > 0 ? Effect.andThen(leave(), later(millis)) : send))
    })
    return Effect.onExit(enter, leave)
  }
  return { spend }
}
