import { describe, expect, it } from "@effect/vitest"
import * as Headers from "effect/http/Headers"
import * as fc from "fast-check"
import * as RateLimitHeaders from "../../../../packages/client/src/transport/limits/RateLimitHeaders.ts"
import * as RateWindow from "../../../../packages/client/src/transport/limits/RateWindow.ts"

const headers = (allowed: unknown, count: unknown, reset: unknown) =>
  Headers.fromInput(
    Object.entries({ allowed, count, reset })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): [string, string] => [`inin-ratelimit-${name}`, String(value)])
  )

const unknown = () => RateWindow.make({ limit: 300, lengthMillis: 60_000 })

/** A window of which `count` of `allowed` are used, and which ends at 60,000 ms. */
const told = (allowed: number, count: number) => {
  const window = unknown()
  window.observe(headers(allowed, count, 60), 0)
  return window
}

describe("RateWindow", () => {
  describe("parse", () => {
    it.each([
      ["all three", [300, 12, 48], { allowed: 300, count: 12, resetMillis: 48_000 }],
      ["spaces around them", [" 300", "12 ", " 48 "], { allowed: 300, count: 12, resetMillis: 48_000 }],
      ["a count of 0", [300, 0, 60], { allowed: 300, count: 0, resetMillis: 60_000 }],
      ["a count above what is allowed", [300, 301, 5], { allowed: 300, count: 301, resetMillis: 5_000 }],
      ["a reset of 0", [300, 300, 0], { allowed: 300, count: 300, resetMillis: 0 }],
      ["the longest wait there is", [300, 300, 180], { allowed: 300, count: 300, resetMillis: 180_000 }],
      ["a reset beyond it", [300, 300, 181], undefined],
      ["a reset that is a time of day", [300, 12, 1_784_808_000], undefined],
      ["a reset that is one in milliseconds", [300, 12, 1_784_808_000_000], undefined],
      ["nothing allowed", [0, 0, 60], undefined],
      ["no allowed", [undefined, 12, 48], undefined],
      ["no count", [300, undefined, 48], undefined],
      ["no reset", [300, 12, undefined], undefined],
      ["none", [undefined, undefined, undefined], undefined],
      ["words", ["many", "few", "soon"], undefined],
      ["NaN", ["NaN", "NaN", "NaN"], undefined],
      ["an empty count", [300, "", 48], undefined],
      ["a negative count", [300, -1, 48], undefined],
      ["a fraction", [300, 1.5, 48], undefined],
      ["an exponent", ["3e2", 12, 48], undefined],
      ["two values in one line", [300, "12, 13", 48], undefined]
    ] as const)("reads %s", (_, [allowed, count, reset], reading) => {
      expect(RateLimitHeaders.parse(headers(allowed, count, reset))).toEqual(reading)
    })
  })

  it("has room, and is as configured, until it is told anything", () => {
    const window = unknown()
    expect(window).toMatchObject({ limit: 300, lengthMillis: 60_000 })
    for (let request = 0; request < 1_000; request++) window.enter()
    expect(window.waitMillis(0)).toBe(0)
  })

  it.each([
    [300, 299, 0, 0],
    [300, 298, 1, 0],
    [300, 298, 2, 60_000],
    [300, 299, 1, 60_000],
    [300, 300, 0, 60_000],
    [300, 400, 0, 60_000],
    [180, 179, 0, 0],
    [180, 180, 0, 60_000]
  ])("allowed %i, used %i, and %i on their way: a wait of %i ms", (allowed, count, pending, wait) => {
    const window = told(allowed, count)
    for (let request = 0; request < pending; request++) window.enter()
    expect(window.waitMillis(0)).toBe(wait)
  })

  it("has room again when a request on its way turns out to be counted already", () => {
    const window = told(300, 298)
    window.enter()
    window.enter()
    expect(window.waitMillis(1_000)).toBe(59_000)
    window.leave()
    window.observe(headers(300, 298, 59), 1_000)
    expect(window.waitMillis(1_000)).toBe(0)
  })

  it("ends when it said", () => {
    const window = told(300, 300)
    expect(window.waitMillis(59_999)).toBe(1)
    expect(window.waitMillis(60_000)).toBe(0)
  })

  it("waits in whole milliseconds, so that no wait is too short to pass", () => {
    expect(told(300, 300).waitMillis(59_999.999_999_9)).toBe(1)
  })

  it("takes the earliest of the ends that it is told", () => {
    const window = told(300, 10)
    window.observe(headers(300, 11, 60), 900)
    window.observe(headers(300, 300, 59), 800)
    expect(window.waitMillis(1_000)).toBe(58_800)
  })

  it("is not misled by an answer that was overtaken", () => {
    const window = told(300, 300)
    window.observe(headers(300, 297, 60), 50)
    expect(window.waitMillis(100)).toBe(59_900)
  })

  it("begins again with an answer after its end", () => {
    const window = told(300, 300)
    window.observe(headers(300, 1, 60), 60_020)
    expect(window.waitMillis(60_020)).toBe(0)
    window.observe(headers(300, 300, 60), 60_040)
    expect(window.waitMillis(60_040)).toBe(59_980)
  })

  it("begins again with an answer that tells of a much later end, although its own was not yet over", () => {
    const window = told(300, 300)
    window.observe(headers(300, 1, 60), 59_500)
    expect(window.waitMillis(59_500)).toBe(0)
  })

  it("is ours from the answer that was counted first until another window begins", () => {
    const window = unknown()
    expect(window.isOurs).toBe(false)
    // An answer that has overtaken the first one.
    window.observe(headers(300, 2, 60), 0)
    expect(window.isOurs).toBe(false)
    window.observe(headers(300, 1, 60), 10)
    window.observe(headers(300, 3, 59), 1_100)
    expect(window.isOurs).toBe(true)
    expect(window.leftMillis(1_100)).toBe(58_900)
    window.observe(headers(300, 7, 60), 60_010)
    expect(window.isOurs).toBe(false)
  })

  it("takes the longest rest it is told of for the length of a window", () => {
    const window = unknown()
    window.observe(headers(300, 200, 4), 0)
    expect(window.lengthMillis).toBe(4_000)
    window.observe(headers(300, 1, 6), 4_000)
    window.observe(headers(300, 200, 2), 8_000)
    expect(window.lengthMillis).toBe(6_000)
  })

  it("follows what is allowed when it changes in mid-run", () => {
    const window = told(300, 200)
    window.observe(headers(180, 201, 50), 10_000)
    expect(window.limit).toBe(180)
    expect(window.waitMillis(10_000)).toBe(50_000)
    window.observe(headers(600, 202, 49), 11_000)
    expect(window.waitMillis(11_000)).toBe(0)
  })

  it("learns nothing from nonsense", () => {
    const window = told(300, 300)
    window.observe(headers("many", "few", "soon"), 1_000)
    window.observe(headers(300, 1, 1_784_808_000), 1_000)
    window.observe(Headers.empty, 1_000)
    expect(window).toMatchObject({ limit: 300, lengthMillis: 60_000 })
    expect(window.waitMillis(1_000)).toBe(59_000)
  })

  it("does not last an hour when the clock is set back by one", () => {
    const window = told(300, 300)
    expect(window.waitMillis(-3_600_000)).toBe(0)
  })

  it("never waits for longer than a window, whatever it is told", () => {
    const reading = fc.tuple(fc.nat(400), fc.nat(400), fc.nat(200), fc.nat(120_000))
    fc.assert(
      fc.property(fc.array(reading), (readings) => {
        const window = unknown()
        let now = 0
        for (const [allowed, count, reset, later] of readings) {
          now += later
          window.enter()
          window.observe(headers(allowed, count, reset), now)
          const wait = window.waitMillis(now)
          expect(wait).toBeGreaterThanOrEqual(0)
          expect(wait).toBeLessThanOrEqual(window.lengthMillis)
          expect(Number.isInteger(wait)).toBe(true)
        }
      }),
      { seed: 20_260_723 }
    )
  })
})
