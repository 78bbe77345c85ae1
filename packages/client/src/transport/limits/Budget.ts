/**
 * The budget of requests, so that no 429 happens: a place in the server's window
 * (`RateWindow`), and a request of a count: of this transport alone (`OwnCount`), or of all
 * processes that share a store (`SharedCount`).
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Metrics from "../call/Metrics.ts"
import type { Call } from "../call/Call.ts"
import type * as Gate from "./Gate.ts"
import type * as RateWindow from "./RateWindow.ts"

/** Counts requests. */
export interface Count {
  /** How long there is nothing to take, in milliseconds, as far as is known; 0 when `take` may be tried. */
  readonly waitMillis: (nowMillis: number) => number
  /** Takes one request; gives 0, or how many milliseconds to wait when there is none. */
  readonly take: (call: Call) => Effect.Effect<number>
}

export interface Budget {
  /** Waits for a place and a request of the budget, and keeps the place until `send` has ended. */
  readonly spend: <A, E>(send: Effect.Effect<A, E>, call: Call) => Effect.Effect<A, E>
}

export const make = (options: {
  readonly window: RateWindow.RateWindow
  readonly count: Count
  /** Passed before every look at the budget. */
  readonly gate: Gate.Gate
}): Budget => {
  const { count, gate, window } = options
  const waitMillis = (now: number) => Math.max(window.waitMillis(now), count.waitMillis(now))

  /** What those who wait for a place believe; an answer that proves it wrong wakes them. */
  let believed = { full: false, limit: window.limit, lengthMillis: window.lengthMillis }
  const answered = Latch.makeUnsafe()
  const wait = Effect.fnUntraced(function* (millis: number, call: Call) {
    Metrics.count(Metrics.waits, call)
    yield* Effect.timeoutOption(answered.await, millis)
  })

  /** Takes a place in the window if there is one; otherwise tells how long to wait for it. */
  const takePlace = (now: number) => {
    const millis = waitMillis(now)
    if (millis === 0) window.enter()
    believed = { full: millis > 0, limit: window.limit, lengthMillis: window.lengthMillis }
    return millis
  }
  const leavePlace = (now: number) => {
    window.leave()
    const isAnother = window.limit !== believed.limit || window.lengthMillis !== believed.lengthMillis
    const wrong = isAnother || (believed.full && waitMillis(now) === 0)
    return wrong ? answered.release : Effect.void
  }

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
      return Effect.flatMap(count.take(call), (millis) => (millis > 0 ? Effect.andThen(leave(), later(millis)) : send))
    })
    return Effect.onExit(enter, leave)
  }
  return { spend }
}
