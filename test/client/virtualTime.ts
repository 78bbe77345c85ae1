/**
 * Runs a program to its end in virtual time: the clock jumps from one sleep to the
 * next, and stands still while anything is still going on.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"

/** Digests are made in another thread, which a busy machine may keep waiting for many turns of the event loop. */
const digests = new Set<Promise<ArrayBuffer>>()
const subtle: SubtleCrypto = Object.getPrototypeOf(globalThis.crypto.subtle)
const { digest } = subtle
subtle.digest = function (this: SubtleCrypto, ...args) {
  const pending = digest.apply(this, args)
  digests.add(pending)
  const forget = () => digests.delete(pending)
  pending.then(forget, forget)
  return pending
}

/** Lets everything happen that needs no time: promises, and the fibers that they wake. */
export const settle: Effect.Effect<void> = Effect.promise(async () => {
  do {
    await Promise.allSettled(digests)
    for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve))
  } while (digests.size > 0)
})

/** The result of `effect`, with as much virtual time as it takes. */
export const elapse = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const clock = yield* TestClock.testClockWith(Effect.succeed)
    const due = new Set<{ readonly at: number }>()
    const observed: TestClock.TestClock = {
      ...clock,
      sleep: (duration) =>
        Effect.suspend(() => {
          const sleep = { at: clock.currentTimeMillisUnsafe() + Duration.toMillis(duration) }
          due.add(sleep)
          return Effect.ensuring(
            clock.sleep(duration),
            Effect.sync(() => due.delete(sleep))
          )
        })
    }
    const fiber = yield* Effect.forkChild(Effect.provideService(effect, Clock.Clock, observed))
    let idle = 0
    for (;;) {
      yield* settle
      const exit = fiber.pollUnsafe()
      if (exit !== undefined) return yield* exit
      const next = Math.min(...[...due].map(({ at }) => at))
      if (Number.isFinite(next)) {
        yield* clock.setTime(Math.max(next, clock.currentTimeMillisUnsafe()))
      } else if (++idle > 500) {
        yield* Fiber.interrupt(fiber)
        return yield* Effect.die(new Error("The program waits for something that is not time"))
      } else {
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 1)))
      }
    }
  })
