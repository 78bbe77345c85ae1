import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import * as OwnCount from "../../../../packages/client/src/transport/limits/OwnCount.ts"
import * as RateWindow from "../../../../packages/client/src/transport/limits/RateWindow.ts"
import { call } from "../call.ts"

const make = (limit: number, lengthMillis: number) => {
  const window = RateWindow.make({ limit, lengthMillis })
  const count = OwnCount.make(window)
  return { window, count, take: Effect.flatMap(call, count.take) }
}

describe("OwnCount", () => {
  it.effect("gives what a window has, and then tells when the next begins", () =>
    Effect.gen(function* () {
      const { take } = make(2, 10_000)
      expect([yield* take, yield* take, yield* take]).toEqual([0, 0, 10_050])
      yield* TestClock.adjust(10_049)
      expect(yield* take).toBe(1)
      yield* TestClock.adjust(1)
      expect([yield* take, yield* take, yield* take]).toEqual([0, 0, 10_050])
    })
  )

  it.effect("begins a window with its first request, however long there was none", () =>
    Effect.gen(function* () {
      const { take } = make(1, 10_000)
      yield* TestClock.adjust("1 hour")
      expect([yield* take, yield* take]).toEqual([0, 10_050])
    })
  )

  it.effect("goes by the limit and the length that the server has told by then", () =>
    Effect.gen(function* () {
      const { take, window } = make(1, 60_000)
      expect([yield* take, yield* take]).toEqual([0, 60_300])
      window.observe(
        Headers.fromInput({
          "inin-ratelimit-allowed": "3",
          "inin-ratelimit-count": "1",
          "inin-ratelimit-reset": "6"
        }),
        0
      )
      expect([yield* take, yield* take, yield* take]).toEqual([0, 0, 6_030])
    })
  )

  it.effect("ends with the server's window, if that gets shorter, even if nobody asks meanwhile", () =>
    Effect.gen(function* () {
      const { take, window } = make(2, 60_000)
      const observe = (allowed: string, count: string, reset: string, now: number) =>
        window.observe(
          Headers.fromInput({
            "inin-ratelimit-allowed": allowed,
            "inin-ratelimit-count": count,
            "inin-ratelimit-reset": reset
          }),
          now
        )
      expect(yield* take).toBe(0)
      observe("300", "1", "60", 0)
      expect(yield* take).toBe(0)
      observe("2", "2", "1", 0)
      expect(yield* take).toBe(1_300)
      yield* TestClock.adjust("5 seconds")
      expect([yield* take, yield* take, yield* take]).toEqual([0, 0, 60_300])
    })
  )

  it.effect("does not wait for an hour when the clock is set back by one", () =>
    Effect.gen(function* () {
      const { take } = make(1, 10_000)
      yield* TestClock.setTime(3_600_000)
      expect(yield* take).toBe(0)
      yield* TestClock.setTime(0)
      expect([yield* take, yield* take]).toEqual([0, 10_050])
    })
  )

  it("never gives more than the limit in a window, and whoever comes back when told to is let through", () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 50 })
    return fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: 1, max: 5 }), (gaps, limit) =>
        Effect.gen(function* () {
          const { take } = make(limit, 10_000)
          let now = 0
          const given: Array<number> = []
          for (const gap of gaps) {
            now += gap
            yield* TestClock.setTime(now)
            const millis = yield* take
            now += millis
            yield* TestClock.setTime(now)
            if (millis > 0) expect(yield* take).toBe(0)
            given.push(now)
          }
          let first = 0
          given.forEach((at, n) => {
            if (at - given[first]! >= 10_050) first = n
            expect(n - first).toBeLessThan(limit)
          })
        }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise)
      )
    )
  })
})
