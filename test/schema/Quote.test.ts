import { describe, expect, it } from "@effect/vitest"
import { quote } from "@genesys-license/schema/Quote"
import * as fc from "fast-check"

describe("quote", () => {
  it.each([
    ["plain", "plain"],
    ["two\r\n\tlines", "two lines"],
    ["\u001b[2Jgone", " [2Jgone"],
    ["abc\u202edef", "abc def"],
    ["a\ud800b", "a b"],
    ["日本 🔑", "日本 🔑"],
    // A Persian word, a Sinhala name, and a family, which joiners hold together.
    ["می\u200cخواهم", "می\u200cخواهم"],
    ["ශ්\u200dරී", "ශ්\u200dරී"],
    ["👩\u200d👧", "👩\u200d👧"],
    ["❤️\u200d🔥", "❤️\u200d🔥"],
    ["a\u200d\u200db", "a b"],
    ["\u200cabc\u200d", " abc "],
    ["x\u200d\u202ey", "x y"]
  ])("makes of %j one line: %j", (text, line) => {
    expect(quote(text)).toBe(line)
  })

  it("does not cut a character in two", () => {
    expect(quote("ab🔑cd", 3)).toBe("ab…")
    expect(quote("ab🔑cd", 4)).toBe("ab🔑…")
  })

  it("is short, moves no cursor, and leaves alone what is short and moves none, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.integer({ min: 1, max: 100 }), (text, most) => {
        const line = quote(text, most)
        expect(line.length).toBeLessThanOrEqual(most + 1)
        expect(line.replace(/(?<=\S)[\u200c\u200d](?=\S)/g, "")).not.toMatch(/\p{C}/u)
        expect(quote(line, most + 1)).toBe(line)
      }),
      { seed: 20_261_124, numRuns: 200 }
    )
  })
})
