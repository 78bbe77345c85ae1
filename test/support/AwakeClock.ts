/**
 * A clock for tests with real sockets. It counts only the time in which this process runs.
 *
 * A busy machine can pause a process for a second. When the process continues, its timers fire
 * before it reads what has arrived meanwhile. So a timeout of 150 ms ends, although client and
 * server, both in this process, have not run. This clock reads the time once in each turn of the
 * event loop, after all sockets, and counts at most `longestTurn` for a turn. So 150 ms are at
 * least fifteen turns, however long they take. On an idle machine they are 150 ms of real
 * time.
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

/** Sorted: the earliest first. */
const sleepers: Array<Sleeper> = []

const turn = () => {
  const now = performance.now()
  elapsed += Math.min(now - lastTurn, longestTurn)
  lastTurn = now
  while (sleepers.length > 0 && sleepers[0]!.at <= elapsed) sleepers.shift()!.wake()
  next()
}
// Immediates run after the sockets.
const next = () => void setTimeout(() => setImmediate(turn), 2).unref()
next()

/** Milliseconds since this file was loaded. */
export const elapsedMillis = (): number => elapsed

/** Replaces `Date.now()`. */
export const currentTimeMillis = (): number => beganAt + elapsed

/** Replaces `setTimeout`. Returns a function that cancels it. */
export const schedule = (millis: number, wake: () => void): (() => void) => {
  const sleeper: Sleeper = { at: elapsed + millis, wake }
  const place = sleepers.findIndex(({ at }) => at > sleeper.at)
  sleepers.splice(place === -1 ? sleepers.length : place, 0, sleeper)
  return () => {
    const index = sleepers.indexOf(sleeper)
    if (index !== -1) sleepers.splice(index, 1)
  }
}

/** Replaces `setInterval`. Returns a function that cancels it. */
export const every = (millis: number, wake: () => void): (() => void) => {
  let cancel = () => {}
  const again = () => {
    cancel = schedule(millis, () => {
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
      const cancel = schedule(millis, () => resume(Effect.void))
      return Effect.sync(cancel)
    })
  }
}

/** Runs an effect with this clock. */
export const provide = Effect.provideService(Clock.Clock, clock)
