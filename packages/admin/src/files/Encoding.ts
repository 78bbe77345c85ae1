/**
 * In which encoding a text is: UTF-8, or UTF-16 as Windows PowerShell and older
 * spreadsheets write it. Anything else looks like no text, and is refused.
 */
import * as Effect from "effect/Effect"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"

export type Encoding = "utf-8" | "utf-16le" | "utf-16be"

/** By the byte order mark; without one, by the first character, which is an ASCII one in a CSV and in JSON. */
export const of = ([first, second]: Uint8Array): Encoding => {
  if (first === 0xff && second === 0xfe) return "utf-16le"
  if (first === 0xfe && second === 0xff) return "utf-16be"
  if (second === 0 && first !== 0) return "utf-16le"
  if (first === 0 && second !== undefined && second !== 0) return "utf-16be"
  return "utf-8"
}

/** The text, without its byte order mark. `source` is what errors call it. */
export const decode = (bytes: Uint8Array, source: string): Effect.Effect<string, AdminError> => {
  const encoding = of(bytes)
  return Effect.try({
    try: () => new TextDecoder(encoding, { fatal: true }).decode(bytes),
    catch: () =>
      fail(
        encoding === "utf-8"
          ? new InvalidInput({
              source,
              line: firstBrokenLine(bytes),
              problem: 'this is not UTF-8: save the file as UTF-8 (in Excel: "CSV UTF-8")'
            })
          : new InvalidInput({ source, problem: "it is UTF-16 and cut off: save it again, as UTF-8" })
      )
  })
}

/** The line with the first byte that is no UTF-8. */
const firstBrokenLine = (bytes: Uint8Array) => {
  const [readable = ""] = new TextDecoder().decode(bytes).split("\uFFFD", 1)
  return readable.split(/\r\n|\r|\n/).length
}
