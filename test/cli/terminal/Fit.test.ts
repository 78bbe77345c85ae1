import { describe, expect, it } from "@effect/vitest"
import * as Fit from "genesys-license/terminal/Fit"
import * as Table from "genesys-license/terminal/Table"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const rows = [
  {
    userId: "0f8faa09-68b4-4ade-995d-835180f34faf",
    name: "Ana María",
    licenses: "cloudCX2, communicate, gcSTAupgrade"
  },
  { userId: "60a31dc0-71e6-4568-a9ce-85b9b34067e5", name: "می\u200cخواهم 👩\u200d👧", licenses: "cloudCX3" }
]
const table = (most: number) =>
  Effect.map(Stream.mkString(Table.ofRows(Stream.fromIterable(rows), ["userId", "name", "licenses"], most)), (text) =>
    text.trimEnd().split("\n")
  )

describe("a table", () => {
  it.effect("is whole where there is room, and where nobody looks", () =>
    Effect.gen(function* () {
      expect(yield* table(Infinity)).toEqual(yield* table(200))
      expect((yield* table(Infinity))[1]).toContain("0f8faa09-68b4-4ade-995d-835180f34faf")
    })
  )

  it.effect("cuts ids first, and then words, but none of them in two", () =>
    Effect.gen(function* () {
      expect((yield* table(70)).slice(0, 2)).toEqual([
        "userId                name         licenses",
        "0f8faa09-68b4-4ade…   Ana María    cloudCX2, communicate, gcSTAupgrade"
      ])
      expect((yield* table(50))[1]).toBe("0f8faa09…   Ana María    cloudCX2, communicate,…")
    })
  )

  it.effect("takes no more columns than there are, with whatever signs, and keeps the joiners of names", () =>
    Effect.gen(function* () {
      for (let most = 45; most < 120; most++) {
        const lines = yield* table(most)
        for (const line of lines) expect(Fit.width(line)).toBeLessThanOrEqual(most)
        expect(lines[2]).toContain("می\u200cخواهم")
      }
    })
  )
})

describe("a cell", () => {
  it.each([
    ["two words", 20, "two words"],
    ["two words", 8, "two…"],
    ["two words", 4, "two…"],
    ["oneverylongword", 6, "oneve…"],
    ["日本語の名前", 7, "日本語…"]
  ])("%j in %i columns is %j", (text, most, cut) => {
    expect(Fit.cell(text, most)).toBe(cut)
    expect(Fit.width(cut)).toBeLessThanOrEqual(most)
  })
})

describe("a sentence", () => {
  it("is broken between words, and goes on below its beginning", () => {
    expect(Fit.wrap("  one two three\nfour", 10)).toBe("  one two\n  three\nfour")
    expect(Fit.wrap("a-word-that-is-longer than that", 8)).toBe("a-word-that-is-longer\nthan\nthat")
    expect(Fit.wrap("x ".repeat(300), Infinity)).toBe("x ".repeat(300))
  })
})
