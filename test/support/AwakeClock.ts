/**
 * A clock for tests with real sockets. It counts only the time in which this process runs.
 *
 * On a busy machine a process stands still, for a second perhaps. When it goes on, its timers
 * are due before anything is read that has arrived meanwhile: a time-out of 150 ms is over
 * although client and server, both in this process, have not done a thing. This clock looks
 * at the time once a turn of the event loop, after all sockets had theirs, and no turn counts
 * for more than `longestTurn`. So 150 ms are fifteen turns or more, however long they take,
 * and 150 ms by the clock on the wall where nobody is in the way.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

const longestTurn = 10

const beganAt = Date.now()
let elapsed = 0
let lastTurn = performance.now()

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** The earliest first. */
const sleepers: Array<Sleeper> = []

const turn = () => {
  const now = performance.now()
  elapsed += Math.min(now - lastTurn, longestTurn)
  lastTurn = now
  while (sleepers.length > 0 && sleepers[0]!.at <= elapsed) sleepers.shift()!.wake()
  next()
}
// Immediates come after the sockets.
const next = () => void setTimeout(() => setImmediate(turn), 2).unref()
next()

/** Milliseconds since this file was loaded. */
export const elapsedMillis = (): number => elapsed

/** What `Date.now()` is by this clock. */
export const currentTimeMillis = (): number => beganAt + elapsed

/** `setTimeout` by this clock; gives what calls it off. */
export const later = (millis: number, wake: () => void): (() => void) => {
  const sleeper: Sleeper = { at: elapsed + millis, wake }
  const place = sleepers.findIndex(({ at }) => at > sleeper.at)
  sleepers.splice(place === -1 ? sleepers.length : place, 0, sleeper)
  return () => {
    const index = sleepers.indexOf(sleeper)
    if (index !== -1) sleepers.splice(index, 1)
  }
}

/** `setInterval` by this clock; gives what calls it off. */
export const every = (millis: number, wake: () => void): (() => void) => {
  let cancel = () => {}
  const again = () => {
    cancel = later(millis, () => {
      again()
      wake()
    })
  }
  again()
  return () => cancel()
}

const nanos = (millis: number) => BigInt(Math.round(millis * 1e6))

const clock: Clock.Clock = {
  currentTimeMillisUnsafe: currentTimeMillis,
  currentTimeMillis: Effect.sync(currentTimeMillis),
  currentTimeNanosUnsafe: () => nanos(currentTimeMillis()),
  currentTimeNanos: Effect.sync(() => nanos(currentTimeMillis())),
  monotonicTimeNanosUnsafe: () => nanos(elapsed),
  monotonicTimeNanos: Effect.sync(() => nanos(elapsed)),
  sleep: (duration) => {
    const millis = Duration.toMillis(duration)
    if (millis <= 0) return Effect.yieldNow
    if (millis === Infinity) return Effect.never
    return Effect.callback<void>((resume) => {
      const cancel = later(millis, () => resume(Effect.void))
      return Effect.sync(cancel)
    })
  }
}

/** Runs an effect by this clock. */
export const provide = Effect.provideService(Clock.Clock, clock)
