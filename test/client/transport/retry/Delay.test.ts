import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import * as Delay from "../../../../packages/client/src/transport/retry/Delay.ts"
import { always } from "../../clients.ts"

const seed = 20_260_723
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe("Delay", () => {
  it.each([
    [0, 500],
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 16_000],
    [6, 20_000],
    [7, 20_000],
    [10_000, 20_000]
  ])("has for retry %i a ceiling of %i ms", (n, millis) => {
    expect(Duration.toMillis(Delay.ceiling(n))).toBe(millis)
  })

  it("backs off for anything from nothing to the ceiling", () => {
    fc.assert(
      fc.property(fc.nat(100), random, (n, random) => {
        const delay = Duration.toMillis(Effect.runSync(Delay.backoff(n).pipe(always(random))))
        expect(delay).toBeGreaterThanOrEqual(0)
        expect(delay).toBeLessThanOrEqual(Duration.toMillis(Delay.ceiling(n)))
        expect(delay).toBeCloseTo(random * Duration.toMillis(Delay.ceiling(n)), 5)
      }),
      { seed }
    )
  })

  it("backs off for as long as it would anyway, or for what the server asks for where that is more", () => {
    fc.assert(
      fc.property(fc.nat(100), random, fc.nat(180_000), (n, random, asked) => {
        const backoff = Delay.backoff(n, Duration.millis(asked)).pipe(always(random))
        const delay = Duration.toMillis(Effect.runSync(backoff))
        expect(delay).toBeGreaterThanOrEqual(asked)
        expect(delay).toBeCloseTo(Math.max(asked, random * Duration.toMillis(Delay.ceiling(n))), 5)
      }),
      { seed }
    )
  })

  it("spreads a crowd over a tenth of the wait, and over a second at most", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (wait) => {
        const spread = Duration.toMillis(Delay.spread(Duration.millis(wait)))
        expect(spread).toBeCloseTo(Math.min(1_000, wait / 10), 5)
      }),
      { seed }
    )
  })

  it.each([
    [undefined, false],
    [0, false],
    [179_999, false],
    [180_000, false],
    [180_001, true],
    [10_800_000, true]
  ])("finds that %s ms are too long to wait: %s", (millis, tooLong) => {
    expect(Delay.isTooLong(millis === undefined ? undefined : Duration.millis(millis))).toBe(tooLong)
  })
})
