/**
 * A gate that a 429 closes for all requests of a client. Afterwards the waiting requests go on
 * spread out, so that the server does not get them all at once.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Delay from "../retry/Delay.ts"

/** The gate of one client. */
export interface Gate {
  /** Whether requests may be sent now. */
  readonly isOpen: (nowMillis: number) => boolean
  /** How long it stays closed. 0 if it is open. */
  readonly leftMillis: (nowMillis: number) => number
  /** Waits until the gate is open. */
  readonly pass: Effect.Effect<void>
  /** Closes it for `wait` from now. If it is already closed for longer, nothing changes. */
  readonly close: (wait: Duration.Duration) => Effect.Effect<void>
}

export const make = (): Gate => {
  let closed = { until: Number.NEGATIVE_INFINITY, for: 0 }
  /** If more time is left than it was closed for, the system clock was set back. */
  const isSetBack = (now: number) => closed.until - now > closed.for

  const isOpen = (now: number) => now >= closed.until || isSetBack(now)
  const leftMillis = (now: number) => (isOpen(now) ? 0 : Math.ceil(closed.until - now))

  const pass: Effect.Effect<void> = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const left = Duration.millis(leftMillis(now))
    if (Duration.isZero(left)) return Effect.void
    const jitter = Effect.map(Random.next, (random) => Duration.times(Delay.spread(left), random))
    return Effect.flatMap(jitter, (jitter) => Effect.delay(pass, Duration.sum(left, jitter)))
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
