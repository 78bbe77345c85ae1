/**
 * Closed by one 429 for every fiber of the client. They leave it spread out, so
 * that the server does not meet them as a herd.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Delay from "../retry/Delay.ts"

export interface Gate {
  readonly isOpen: (nowMillis: number) => boolean
  /** For how long it stays closed; 0 when it is open. */
  readonly leftMillis: (nowMillis: number) => number
  /** Ends when the gate is open. */
  readonly pass: Effect.Effect<void>
  /** Closes it for `wait` from now; the later of two ends counts. */
  readonly close: (wait: Duration.Duration) => Effect.Effect<void>
}

export const make = (): Gate => {
  let closed = { until: Number.NEGATIVE_INFINITY, for: 0 }
  /** More left than it was closed for: the time of day was set back. */
  const isSetBack = (now: number) => closed.until - now > closed.for

  const isOpen = (now: number) => now >= closed.until || isSetBack(now)
  const leftMillis = (now: number) => (isOpen(now) ? 0 : Math.ceil(closed.until - now))

  const pass: Effect.Effect<void> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const left = Duration.millis(leftMillis(now))
    if (Duration.isZero(left)) return Effect.void
    const late = Effect.map(Random.next, (random) => Duration.times(Delay.spread(left), random))
    return Effect.flatMap(late, (late) => Effect.delay(pass, Duration.sum(left, late)))
  })

  return {
    isOpen,
    leftMillis,
    pass,
    close: (wait) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const millis = Math.ceil(Duration.toMillis(wait))
        if (now + millis > closed.until || isSetBack(now)) closed = { until: now + millis, for: millis }
      })
  }
}
