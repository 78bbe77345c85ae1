import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as RateLimiter from "effect/persistence/RateLimiter"
import { TestClock } from "effect/testing"
import * as Budget from "../../../../packages/client/src/transport/limits/Budget.ts"
import * as Deadlines from "../../../../packages/client/src/transport/call/Deadlines.ts"
import * as Gate from "../../../../packages/client/src/transport/limits/Gate.ts"
import * as RateWindow from "../../../../packages/client/src/transport/limits/RateWindow.ts"
import * as SharedCount from "../../../../packages/client/src/transport/limits/SharedCount.ts"
import { serviceOf } from "../../clients.ts"
import { elapse } from "../../virtualTime.ts"
import { call } from "../call.ts"

const aStore = serviceOf(
  RateLimiter.RateLimiter,
  Layer.fresh(RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory)))
)

/** A process: what it knows of windows, and its count in the store. */
const aProcess = Effect.fnUntraced(function* (
  limiter: RateLimiter.RateLimiter,
  { limit = 300, lengthMillis = 60_000 }: { readonly limit?: number; readonly lengthMillis?: number } = {}
) {
  const window = RateWindow.make({ limit, lengthMillis })
  const count = SharedCount.make({ limiter, window, key: "k", deadlines: yield* Deadlines.make })
  const learn = (allowed: number, seconds: number, used = 1) =>
    Effect.map(Clock.currentTimeMillis, (now) =>
      window.observe(
        Headers.fromInput({
          "inin-ratelimit-allowed": `${allowed}`,
          "inin-ratelimit-count": `${used}`,
          "inin-ratelimit-reset": `${seconds}`
        }),
        now
      )
    )
  const take = Effect.flatMap(call, count.take)
  const times = (n: number) => Effect.forEach(Array.from({ length: n }), () => take)
  return { window, count, learn, take, times }
})

/** Lets as many through as the store does, and counts how often it is asked. */
const counting = (limiter: RateLimiter.RateLimiter) => {
  const counted = { asked: 0 }
  const consume: typeof limiter.consume = (options) => {
    counted.asked += 1
    return limiter.consume(options)
  }
  return { counted, limiter: { ...limiter, consume } }
}

const down = new RateLimiter.RateLimiterError({
  reason: new RateLimiter.RateLimitStoreError({ message: "no connection", cause: undefined })
})

/** A store that does as it is told. */
const moody = Effect.map(aStore, (limiter) => {
  const mood = { now: "well" as "well" | "down" | "silent", asked: 0 }
  const consume: typeof limiter.consume = (options) => {
    mood.asked += 1
    if (mood.now === "down") return Effect.fail(down)
    return mood.now === "silent" ? Effect.never : limiter.consume(options)
  }
  return { mood, limiter: { ...limiter, consume } }
})

const withWarnings = <A, E, R>(test: (warnings: ReadonlyArray<string>) => Effect.Effect<A, E, R>) => {
  const warnings: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => void (logLevel === "Warn" && warnings.push(String(message))))
  return Effect.provide(test(warnings), Logger.layer([logger]))
}

describe("SharedCount", () => {
  it.effect.each<readonly [one: number, other: number]>([
    [60, 31],
    [31, 60],
    [60, 3],
    [3, 60],
    [180, 1]
  ])("is shared by processes that know windows of %i and of %i seconds", ([one, other]) =>
    Effect.gen(function* () {
      const limiter = yield* aStore
      const a = yield* aProcess(limiter, { limit: 10 })
      const b = yield* aProcess(limiter, { limit: 10 })
      expect(yield* b.times(1)).toEqual([0])
      yield* b.learn(10, other)
      expect(yield* a.times(1)).toEqual([0])
      yield* a.learn(10, one)
      const waits = [...(yield* a.times(8)), ...(yield* b.times(5)), ...(yield* a.times(3))]
      expect(waits.filter((millis) => millis === 0)).toHaveLength(8)
    }).pipe(Effect.scoped)
  )

  it.effect("corrects what it has counted by a guess, once it has learned what windows are", () =>
    Effect.gen(function* () {
      const limiter = yield* aStore
      const first = yield* aProcess(limiter)
      expect(Math.max(...(yield* first.times(300)))).toBe(0)
      expect(yield* first.take).toBe(60_300)
      expect(first.count.waitMillis(0)).toBe(60_300)
      yield* first.learn(300, 6)
      // What was refused by the guess holds no more.
      expect(first.count.waitMillis(0)).toBe(0)
      expect(yield* first.take).toBeLessThanOrEqual(6_030)
      yield* TestClock.adjust(6_070)
      expect(yield* first.take).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.effect("adds what the store has forgotten, if it has opened the window of the server", () =>
    Effect.gen(function* () {
      const limiter = yield* aStore
      const opener = yield* aProcess(limiter, { limit: 10, lengthMillis: 20_000 })
      const other = yield* aProcess(limiter, { limit: 10, lengthMillis: 20_000 })
      // So slowly that the store forgets each of them before the next.
      for (const used of [1, 2, 3, 4]) {
        yield* opener.take
        yield* opener.learn(10, 20 - 3 * (used - 1), used)
        yield* other.learn(10, 20 - 3 * (used - 1), used)
        yield* TestClock.adjust("3 seconds")
      }
      // Six are left, however many ask for them at the same time.
      const waits = yield* Effect.forEach([opener, other, opener, opener, other, opener, opener], ({ take }) => take, {
        concurrency: "unbounded"
      })
      expect(waits.filter((millis) => millis === 0)).toHaveLength(6)
    }).pipe(Effect.scoped)
  )

  it.effect("moves the end of a full window to the server's, if it has opened that", () =>
    Effect.gen(function* () {
      const limiter = yield* aStore
      const opener = yield* aProcess(limiter, { limit: 10, lengthMillis: 20_000 })
      const late = yield* aProcess(limiter, { limit: 10, lengthMillis: 20_000 })
      yield* opener.times(1)
      // The request was long on its way, so that the server's window begins later than the store's.
      yield* TestClock.adjust(500)
      yield* opener.learn(10, 20)
      yield* opener.times(9)
      expect(yield* opener.times(3)).toEqual([20_000, 20_000, 20_000])
      // Who has not seen an answer is told by the store.
      expect(yield* late.take).toBe(20_000)
    }).pipe(Effect.scoped)
  )

  it.effect("is full until the window of the server ends, as far as the process knows", () =>
    Effect.gen(function* () {
      const limiter = yield* aStore
      const one = yield* aProcess(limiter, { limit: 10, lengthMillis: 20_000 })
      yield* one.times(10)
      yield* TestClock.adjust(500)
      yield* one.learn(10, 20, 7)
      expect(yield* one.take).toBe(20_000)
    }).pipe(Effect.scoped)
  )

  it.effect("lets each request count whole milliseconds, as Redis rounds them up", () =>
    Effect.gen(function* () {
      const refills: Array<number> = []
      const limiter = yield* serviceOf(
        RateLimiter.RateLimiter,
        Layer.fresh(
          RateLimiter.layer.pipe(
            Layer.provide(
              Layer.effect(
                RateLimiter.RateLimiterStore,
                Effect.map(RateLimiter.RateLimiterStore, (store) => ({
                  ...store,
                  fixedWindow: (asked) => {
                    refills.push(Duration.toMillis(asked.refillRate))
                    return store.fixedWindow(asked)
                  }
                }))
              ).pipe(Layer.provide(RateLimiter.layerStoreMemory))
            )
          )
        )
      )
      for (const [limit, lengthMillis] of [
        [300, 60_000],
        [300, 20_000],
        [300, 6_000],
        [180, 60_000],
        [100_000, 60_000]
      ] as const) {
        yield* (yield* aProcess(limiter, { limit, lengthMillis })).take
      }
      // The last would be two thirds too long.
      expect(refills).toEqual([201, 67, 20, 335, 0.603])
    }).pipe(Effect.scoped)
  )

  it.effect("asks again after a window of its own, and obeys", () =>
    Effect.gen(function* () {
      const limiter = yield* aStore
      const a = yield* aProcess(limiter, { limit: 2 })
      const b = yield* aProcess(limiter, { limit: 2, lengthMillis: 10_000 })
      yield* a.times(2)
      expect(yield* b.take).toBe(10_050)
      yield* TestClock.adjust(10_050)
      expect(yield* b.take).toBe(10_050)
      yield* TestClock.adjust(50_250)
      expect(yield* b.take).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.effect("remembers what the store refuses, so that nobody asks in vain", () =>
    Effect.gen(function* () {
      const { counted, limiter } = counting(yield* aStore)
      const windows = 4
      const budgets = yield* Effect.forEach([1, 2], () =>
        Effect.map(aProcess(limiter, { limit: 10, lengthMillis: 10_000 }), ({ count, window }) =>
          Budget.make({ gate: Gate.make(), window, count })
        )
      )
      yield* Effect.forEach(
        budgets.flatMap((budget) => Array.from({ length: windows * 5 }, () => budget)),
        (budget) => Effect.flatMap(call, (call) => budget.spend(Effect.sleep("5 millis"), call)),
        { concurrency: "unbounded" }
      )
      expect(counted.asked).toBeLessThanOrEqual(windows * (10 + budgets.length))
    }).pipe(Effect.scoped, elapse)
  )

  it.effect("goes without a store that is down, warns once of each outage, and uses it when it is back", () =>
    withWarnings((warnings) =>
      Effect.gen(function* () {
        const { limiter, mood } = yield* moody
        const { times } = yield* aProcess(limiter, { limit: 3 })
        for (const outage of [1, 2]) {
          mood.now = "down"
          expect(yield* times(50)).toEqual(Array.from({ length: 50 }, () => 0))
          expect(warnings).toHaveLength(outage)
          expect(warnings.at(-1)).toContain("no connection")
          mood.now = "well"
          expect((yield* times(4)).filter((millis) => millis > 0)).toHaveLength(1)
          yield* TestClock.adjust("2 minutes")
        }
      }).pipe(Effect.scoped)
    )
  )

  it.effect("waits a second for a store that says nothing, then goes on, and asks it again only now and then", () =>
    withWarnings((warnings) =>
      Effect.gen(function* () {
        const { limiter, mood } = yield* moody
        const { take, times } = yield* aProcess(limiter, { limit: 3 })
        const elapsed = Effect.map(Clock.currentTimeMillis, (now) => now)
        mood.now = "silent"
        expect(yield* take).toBe(0)
        expect(yield* elapsed).toBe(1_000)
        yield* times(100)
        expect(yield* elapsed).toBe(1_000)
        expect(mood.asked).toBe(1)
        yield* Effect.sleep("10 seconds")
        mood.now = "well"
        expect((yield* times(4)).filter((millis) => millis > 0)).toHaveLength(1)
        expect(warnings).toHaveLength(1)
      }).pipe(Effect.scoped, elapse)
    )
  )
})
