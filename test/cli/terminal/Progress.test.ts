import { describe, expect, it } from "@effect/vitest"
import { type Frame, line } from "genesys-license/terminal/Progress"

const frame = (frame: Partial<Frame> = {}): string =>
  line({
    label: "Reading users",
    done: 12_500,
    total: 50_000,
    perRequest: 100,
    elapsedMillis: 5_000,
    stillMillis: 0,
    now: 0,
    window: undefined,
    columns: 120,
    colors: false,
    ...frame
  })

const full = "█".repeat(6)
const open = "░".repeat(18)

describe("a line of progress", () => {
  it("tells how far it is, how long it will take and how fast it goes", () => {
    expect(frame()).toBe(`Reading users  ${full}${open}  12,500 of 50,000  15s left  2,500/s`)
  })

  it("tells what is left of the rate window", () => {
    const window = { allowed: 300, left: 210, endsAt: 20_000 }
    expect(frame({ total: 30_000, window })).toMatch(
      / 12,500 of 30,000 {2}7s left {2}2,500\/s {2}210 of 300 requests left$/
    )
  })

  it("counts the windows that must be waited for", () => {
    // 375 requests are to be sent: 210 in this window, the rest in the next one, which begins in 20 s.
    const window = { allowed: 300, left: 210, endsAt: 20_000 }
    expect(frame({ window })).toContain(" 20s left ")
    // 875: this window, the next, and one after that.
    expect(frame({ total: 100_000, window })).toContain(" 2m 20s left ")
  })

  it("says that it waits, and for how long", () => {
    const window = { allowed: 300, left: 2, endsAt: 41_000 }
    expect(frame({ window, stillMillis: 2_000 })).toContain("  waiting 41s for the rate limit")
    expect(frame({ window, stillMillis: 100 })).not.toContain("waits")
  })

  it("forgets a window that is over", () => {
    expect(frame({ now: 5_000, window: { allowed: 300, left: 0, endsAt: 4_000 }, stillMillis: 5_000 })).toBe(frame())
  })

  it("has no bar while nobody knows how much there is, and no speed before there is one", () => {
    expect(
      line({
        label: "Reading users",
        done: 0,
        perRequest: 100,
        elapsedMillis: 10,
        stillMillis: 10,
        now: 0,
        window: undefined,
        columns: 80,
        colors: true
      })
    ).toBe("Reading users  0")
    expect(frame({ done: 0 })).toBe(`Reading users  ${"░".repeat(24)}  0 of 50,000`)
    expect(frame({ done: 0, total: 0 })).toBe(`Reading users  ${"█".repeat(24)}  0 of 0`)
  })

  it("fits the terminal, and leaves out what matters least", () => {
    const window = { allowed: 300, left: 210, endsAt: 20_000 }
    for (let columns = 1; columns < 120; columns++) expect(frame({ columns, window }).length).toBeLessThan(columns)
    expect(frame({ columns: 70, window })).toBe(`Reading users  ${full}${open}  12,500 of 50,000  20s left`)
  })

  it("is colored only where that is wanted", () => {
    expect(frame({ colors: true })).toContain(`\x1b[36m${full}\x1b[39m${open}`)
    expect(frame()).not.toContain("\x1b")
  })
})
