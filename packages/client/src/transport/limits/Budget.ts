/**
 * The budget of requests, which prevents 429. Each request needs room in two places:
 *
 * - the server's rate window, as its responses report it (`RateWindow`)
 * - a count of the sent requests: those of this transport (`OwnCount`), or those of all processes
 *   that share a store (`SharedCount`)
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Metrics from "../call/Metrics.ts"
import type { Call } from "../call/Call.ts"
import type * as Gate from "./Gate.ts"
import type * as RateWindow from "./RateWindow.ts"

/** A count of the sent requests. */
export interface Count {
  /** How long to wait before `take` can succeed, in milliseconds, as far as known. 0 if it may succeed now. */
  readonly waitMillis: (nowMillis: number) => number
  /** Counts one request and returns 0. If there is no room, returns how many milliseconds to wait. */
  readonly take: (call: Call) => Effect.Effect<number>
}

/** The budget of one transport. */
export interface Budget {
  /** Waits for room in both, and then runs `send`. The request counts as running until `send` ends. */
  readonly spend: <A, E>(send: Effect.Effect<A, E>, call: Call) => Effect.Effect<A, E>
}

export const make = (options: {
  readonly window: RateWindow.RateWindow
  readonly count: Count
  /** The budget is checked only while the gate is open. */
  readonly gate: Gate.Gate
}): Budget => {
  const { count, gate, window } = options
  const waitMillis = (now: number) => Math.max(window.waitMillis(now), count.waitMillis(now))

  /** What the waiting requests assume about the window. When a response changes that, they check again. */
  let assumed = { full: false, limit: window.limit, lengthMillis: window.lengthMillis }
  const changed = Latch.makeUnsafe()
  const wait = Effect.fnUntraced(function* (millis: number, call: Call) {
    Metrics.count(Metrics.waits, call)
    yield* Effect.timeoutOption(changed.await, millis)
  })

  /** Enters the window if it has room, and returns 0. Otherwise returns how long to wait. */
  const takePlace = (now: number) => {
    const millis = waitMillis(now)
    if (millis === 0) window.enter()
    assumed = { full: millis > 0, limit: window.limit, lengthMillis: window.lengthMillis }
    return millis
  }
  const leavePlace = (now: number) => {
    window.leave()
    const isAnother = window.limit !== assumed.limit || window.lengthMillis !== assumed.lengthMillis
    const isWrong = isAnother || (assumed.full && waitMillis(now) === 0)
    return isWrong ? changed.release : Effect.void
  }

  const spend: Budget["spend"] = (send, call) => {
    // Remembered, because an interruption at any step must leave the window if it was entered.
    let hasPlace = false
    const leave = () => {
      if (!hasPlace) return Effect.void
      hasPlace = false
      return leavePlace(call.clock.currentTimeMillisUnsafe())
    }
    const enterAfter = (millis: number) => Effect.andThen(wait(millis, call), enter)
    const enter: typeof send = Effect.suspend(() => {
      const now = call.clock.currentTimeMillisUnsafe()
      if (!gate.isOpen(now)) return Effect.andThen(gate.pass, enter)
      const millis = takePlace(now)
      if (millis > 0) return enterAfter(millis)
      hasPlace = true
      return Effect.flatMap(count.take(call), (millis) =>
        millis > 0 ? Effect.andThen(leave(), enterAfter(millis)) : send
      )
    })
    return Effect.onExit(enter, leave)
  }
  return { spend }
}
