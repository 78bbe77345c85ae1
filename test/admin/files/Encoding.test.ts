import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Encoding from "../../../packages/admin/src/files/Encoding.ts"
import { reasonOf } from "../organization.ts"

const text = 'userId;name\r\nu1;"Jürgen Müller 😀"\r\n'
const utf8 = new TextEncoder().encode(text)
const utf16 = (order: "le" | "be") =>
  Uint8Array.from(
    [...text]
      .join("")
      .split("")
      .flatMap((unit) => {
        const code = unit.charCodeAt(0)
        return order === "le" ? [code & 0xff, code >> 8] : [code >> 8, code & 0xff]
      })
  )

describe("Encoding", () => {
  it.effect.each<[name: string, encoding: Encoding.Encoding, bytes: ReadonlyArray<number>]>([
    ["UTF-8", "utf-8", [...utf8]],
    ["UTF-8 with a byte order mark", "utf-8", [0xef, 0xbb, 0xbf, ...utf8]],
    ["UTF-16LE", "utf-16le", [...utf16("le")]],
    ["UTF-16LE with a byte order mark", "utf-16le", [0xff, 0xfe, ...utf16("le")]],
    ["UTF-16BE", "utf-16be", [...utf16("be")]],
    ["UTF-16BE with a byte order mark", "utf-16be", [0xfe, 0xff, ...utf16("be")]]
  ])("of %s is found, and the text is read", ([, encoding, bytes]) =>
    Effect.gen(function* () {
      expect(Encoding.of(Uint8Array.from(bytes))).toBe(encoding)
      expect(yield* Encoding.decode(Uint8Array.from(bytes), "people.csv")).toBe(text)
    })
  )

  it.effect("of nothing is UTF-8", () =>
    Effect.gen(function* () {
      expect(yield* Encoding.decode(new Uint8Array(), "people.csv")).toBe("")
    })
  )

  it.effect("of Windows is refused at the line of its first umlaut", () =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from("userId;name\r\na;Jane\r\nb;J\xfcrgen\r\nc;M\xfcller\r\n", (unit) =>
        unit.charCodeAt(0)
      )
      const reason = yield* reasonOf(Encoding.decode(bytes, "people.csv"))
      expect(reason.message).toBe('people.csv, line 3: not UTF-8; save the file as UTF-8 (in Excel: "CSV UTF-8").')
    })
  )

  it.effect("of UTF-16 that was cut within a character is refused", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(Encoding.decode(utf16("le").slice(0, -1), "people.csv"))
      expect(reason.message).toContain("people.csv: the UTF-16 text is cut off")
    })
  )
})
