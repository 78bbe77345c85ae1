import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import * as Deadlines from "../../../packages/client/src/transport/Deadlines.ts"

/** Deadlines, and how many sleeps they have taken. */
const withSleeps = Effect.gen(function* () {
  const deadlines = yield* Deadlines.make
  const real = yield* Clock.Clock
  const sleeps: Array<"slept" | "sleeping" | "interrupted"> = []
  const clock: Clock.Clock = {
    ...real,
    currentTimeMillisUnsafe: () => real.currentTimeMillisUnsafe(),
    monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
    sleep: (duration) =>
      Effect.suspend(() => {
        const n = sleeps.push("sleeping") - 1
        return real.sleep(duration).pipe(
          Effect.tap(() => Effect.sync(() => (sleeps[n] = "slept"))),
          Effect.onInterrupt(() => Effect.sync(() => (sleeps[n] = "interrupted")))
        )
      })
  }
  return { deadlines, clock, sleeps, now: () => Deadlines.elapsedMillis(clock) }
})

const moment = fc.integer({ min: -10, max: 5_000 })

/** Deadlines of the same beginning, in milliseconds from there, and when some of them are called off. */
const waits = fc.array(fc.record({ at: moment, calledOffAt: fc.option(moment.filter((at) => at > 0)) }))

const follow = Effect.fnUntraced(function* (
  all: ReadonlyArray<{ readonly at: number; readonly calledOffAt: number | null }>
) {
  const { clock, deadlines, now } = yield* withSleeps
  const began = now()
  const called: Array<{ readonly n: number; readonly at: number }> = []
  const callOffs = all.map(({ at }, n) => deadlines.add(clock, began + at, () => called.push({ n, at: now() - began })))
  // Never at once, also where the time has come already.
  expect(called).toEqual([])
  const due = all.map(({ at }) => Math.max(1, at))
  const moments = new Set([...due, ...all.flatMap(({ calledOffAt }) => calledOffAt ?? [])])
  for (const at of [...moments].sort((a, b) => a - b)) {
    yield* TestClock.adjust(began + at - now())
    all.forEach(({ calledOffAt }, n) => calledOffAt === at && callOffs[n]!())
  }
  const expected = all.flatMap(({ calledOffAt }, n) =>
    calledOffAt === null || calledOffAt >= due[n]! ? [{ n, at: due[n]! }] : []
  )
  expect(called.sort((a, b) => a.n - b.n)).toEqual(expected)
}, Effect.scoped)

describe("Deadlines", () => {
  it.effect("calls each that is not called off, once, at its time", () =>
    Effect.gen(function* () {
      for (const deadlines of fc.sample(waits, { seed: 20_261_126, numRuns: 50 })) yield* follow(deadlines)
    })
  )

  it.effect("takes one sleep for any number of them, and none when nobody is waited for", () =>
    Effect.gen(function* () {
      const { clock, deadlines, now, sleeps } = yield* withSleeps
      for (let n = 0; n < 1_000; n++) deadlines.add(clock, now() + 30_000, () => {})()
      expect(sleeps).toEqual(["sleeping"])
      yield* TestClock.adjust("1 second")
      expect(sleeps).toEqual(["slept"])
      yield* TestClock.adjust("1 minute")
      expect(sleeps).toEqual(["slept"])
    })
  )

  it.effect("wakes for one that is earlier than those before it", () =>
    Effect.gen(function* () {
      const { clock, deadlines, now, sleeps } = yield* withSleeps
      const called: Array<string> = []
      deadlines.add(clock, now() + 900, () => called.push("later"))
      deadlines.add(clock, now() + 100, () => called.push("earlier"))
      expect(sleeps).toEqual(["interrupted", "sleeping"])
      yield* TestClock.adjust("100 millis")
      expect(called).toEqual(["earlier"])
      yield* TestClock.adjust("800 millis")
      expect(called).toEqual(["earlier", "later"])
    })
  )

  it.effect("does not call one that another has called off at the same time", () =>
    Effect.gen(function* () {
      const { clock, deadlines, now } = yield* withSleeps
      const called: Array<string> = []
      let callOff = () => {}
      deadlines.add(clock, now() + 100, () => {
        called.push("first")
        callOff()
      })
      callOff = deadlines.add(clock, now() + 100, () => called.push("second"))
      yield* TestClock.adjust("1 second")
      expect(called).toEqual(["first"])
    })
  )

  it.effect("follows the clock of whoever is waiting", () =>
    Effect.gen(function* () {
      const first = yield* withSleeps
      const called: Array<string> = []
      first.deadlines.add(first.clock, first.now() + 500, () => called.push("first"))
      const another: Clock.Clock = { ...first.clock, sleep: () => Effect.never }
      first.deadlines.add(another, first.now() + 600, () => called.push("another"))
      expect(first.sleeps).toEqual(["interrupted"])
    })
  )

  it.effect("sleeps no more once its scope is closed", () =>
    Effect.gen(function* () {
      const { clock, now, sleeps, deadlines } = yield* Effect.scoped(
        Effect.tap(withSleeps, ({ clock, deadlines, now }) =>
          Effect.sync(() => deadlines.add(clock, now() + 500, () => {}))
        )
      )
      expect(sleeps).toEqual(["interrupted"])
      expect(now()).toBe(Deadlines.elapsedMillis(clock))
      expect(deadlines).toBeDefined()
    })
  )
})
