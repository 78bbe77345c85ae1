/**
 * The requests of one transport, counted in memory: a window begins with the first request
 * after the one before has ended.
 *
 * Needed as long as the server has said nothing of its own window, and where it never does.
 */
import * as Effect from "effect/Effect"
import type { Count } from "./Budget.ts"
import type * as RateWindow from "./RateWindow.ts"

/**
 * Windows are longer than the server's by this factor, because the server's begin later: when
 * the first request arrives.
 */
const slack = 1.005

/** Counts against the limit and length that `window` knows at the time. */
export const make = (window: RateWindow.RateWindow): Count => {
  let beganAt = Number.NEGATIVE_INFINITY
  let requests = 0

  const leftMillis = (now: number) => beganAt + window.lengthMillis * slack - now
  /** A clock that was set back would make the window longer than windows are. */
  const isOver = (now: number) => now < beganAt || leftMillis(now) <= 0
  const waitMillis = (now: number) => (isOver(now) || requests < window.limit ? 0 : Math.ceil(leftMillis(now)))

  return {
    waitMillis,
    take: ({ clock }) =>
      Effect.sync(() => {
        const now = clock.currentTimeMillisUnsafe()
        const millis = waitMillis(now)
        if (millis > 0) return millis
        if (isOver(now)) {
          beganAt = now
          requests = 0
        }
        requests += 1
        return 0
      })
  }
}
