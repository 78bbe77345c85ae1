/**
 * One timer for everything that must be over in time.
 *
 * `Effect.timeout` takes two fibers and a timer for each effect, and of ten thousand
 * hardly one is ever late. Here one fiber sleeps, and looks who is late when it wakes.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/** Milliseconds of a clock that nobody sets: the time of day may jump while somebody waits. */
export const elapsedMillis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

export interface Deadlines {
  /** Calls `onLate` when `atMillis` has come, in {@link elapsedMillis}, but never at once; gives what calls it off. */
  readonly add: (clock: Clock.Clock, atMillis: number, onLate: () => void) => () => void
}

/** Nobody is waited for any more after so long: a sleeping fiber keeps its process from ending. */
const longestSleep = 1_000

interface Deadline {
  readonly at: number
  readonly onLate: () => void
  /** Where it stands among those that are pending; -1 when it no longer does. */
  place: number
}

export const make: Effect.Effect<Deadlines, never, Scope.Scope> = Effect.gen(function* () {
  // Not a `Set`: one that is always added to and deleted from keeps what was in it until the next full collection.
  const pending: Array<Deadline> = []
  const remove = (deadline: Deadline) => {
    if (deadline.place < 0) return
    const last = pending.pop()!
    if (last !== deadline) {
      pending[deadline.place] = last
      last.place = deadline.place
    }
    deadline.place = -1
  }

  let watch: { readonly clock: Clock.Clock; readonly fiber: Fiber.Fiber<void>; readonly wakesAt: number } | undefined
  const sleepUntil = (clock: Clock.Clock, at: number) => {
    const now = elapsedMillis(clock)
    const millis = Math.min(longestSleep, Math.max(1, Math.ceil(at - now)))
    const fiber = Effect.runForkWith(Context.make(Clock.Clock, clock))(
      Effect.andThen(
        Effect.sleep(millis),
        Effect.sync(() => look(clock))
      )
    )
    watch = { clock, fiber, wakesAt: now + millis }
  }
  const look = (clock: Clock.Clock) => {
    watch = undefined
    const now = elapsedMillis(clock)
    for (const deadline of pending.filter(({ at }) => at <= now)) {
      // One that is late may have called off another.
      if (deadline.place < 0) continue
      remove(deadline)
      deadline.onLate()
    }
    if (pending.length > 0) sleepUntil(clock, Math.min(...pending.map(({ at }) => at)))
  }

  yield* Effect.addFinalizer(() => Effect.sync(() => watch?.fiber.interruptUnsafe()))
  return {
    add: (clock, at, onLate) => {
      const deadline = { at, onLate, place: pending.length }
      pending.push(deadline)
      if (watch === undefined || at < watch.wakesAt || clock !== watch.clock) {
        watch?.fiber.interruptUnsafe()
        sleepUntil(clock, at)
      }
      return () => remove(deadline)
    }
  }
})
