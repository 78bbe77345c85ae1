import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import * as Deadlines from "../../../../packages/client/src/transport/call/Deadlines.ts"

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

/** What somebody does: adds one that is due so much later, calls off the nth, or lets time pass. */
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.integer({ min: -10, max: 2_000 }) }) },
    { weight: 2, arbitrary: fc.record({ callOff: fc.nat({ max: 60 }) }) },
    { weight: 1, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 1_500 }) }) }
  ),
  { maxLength: 120 }
)

/** The plain way: a list of them, looked through at every millisecond. */
const followPlainly = (all: ReadonlyArray<{ add: number } | { callOff: number } | { pass: number }>) =>
  Effect.gen(function* () {
    const { clock, deadlines, now } = yield* withSleeps
    const called: Array<readonly [n: number, at: number]> = []
    const expected: Array<readonly [n: number, at: number]> = []
    const plain: Array<{ readonly at: number; isOver: boolean }> = []
    const callOffs: Array<() => void> = []
    for (const step of all) {
      if ("add" in step) {
        const n = plain.length
        // Never at once: what is due already is called a millisecond later.
        plain.push({ at: Math.max(now() + 1, now() + step.add), isOver: false })
        callOffs.push(deadlines.add(clock, now() + step.add, () => called.push([n, now()])))
      } else if ("callOff" in step) {
        callOffs[step.callOff]?.()
        const off = plain[step.callOff]
        if (off !== undefined) off.isOver = true
      } else {
        const until = now() + step.pass
        plain.forEach((deadline, n) => {
          if (deadline.isOver || deadline.at > until) return
          deadline.isOver = true
          expected.push([n, deadline.at])
        })
        yield* TestClock.adjust(step.pass)
      }
    }
    const inOrder = (times: typeof called) => [...times].sort(([a], [b]) => a - b)
    expect(inOrder(called)).toEqual(inOrder(expected))
  }).pipe(Effect.scoped)

describe("Deadlines", () => {
  it.effect("are those of the plain way, whatever is added and called off in between", () =>
    Effect.gen(function* () {
      for (const all of fc.sample(steps, { seed: 20_261_127, numRuns: 100 })) yield* followPlainly(all)
    })
  )

  it.effect("calls each of 200,000 that are pending, but for those called off", () =>
    Effect.gen(function* () {
      const { clock, deadlines, now } = yield* withSleeps
      const began = now()
      const total = 200_000
      const times = new Float64Array(total)
      const due = (n: number) => 1 + ((n * 7_919) % 5_000)
      const callOffs = Array.from({ length: total }, (_, n) =>
        deadlines.add(clock, began + due(n), () => (times[n]! += now() - began))
      )
      for (let n = 0; n < total; n += 3) callOffs[n]!()
      yield* TestClock.adjust("10 seconds")
      const wrong = times.findIndex((at, n) => at !== (n % 3 === 0 ? 0 : due(n)))
      expect(wrong).toBe(-1)
    })
  )

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
