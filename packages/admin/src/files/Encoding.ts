/**
 * Detects and decodes the encoding of a text file: UTF-8, or UTF-16 as Windows PowerShell and
 * older spreadsheets write it. Refuses every other encoding.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"

export type Encoding = "utf-8" | "utf-16le" | "utf-16be"

/** Detects the encoding by the byte order mark or, without one, by the first character: CSV and JSON begin with ASCII. */
export const of = ([first, second]: Uint8Array): Encoding => {
  if (first === 0xff && second === 0xfe) return "utf-16le"
  if (first === 0xfe && second === 0xff) return "utf-16be"
  if (second === 0 && first !== 0) return "utf-16le"
  if (first === 0 && second !== undefined && second !== 0) return "utf-16be"
  return "utf-8"
}

/** Decodes a text, without its byte order mark. `source` is the name of the text in errors. */
export const decode = (bytes: Uint8Array, source: string): Effect.Effect<string, AdminError> =>
  Stream.make(bytes).pipe(decodeStream(source), Stream.mkString)

/** Decodes a text that arrives in parts. */
export const decodeStream =
  (source: string) =>
  <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<string, E | AdminError, R> =>
    Stream.suspend(() => {
      const decoder = new Decoder(source)
      return Stream.concat(
        Stream.mapEffect(bytes, (part) => decoder.push(part)),
        Stream.fromEffect(Effect.suspend(() => decoder.end))
      )
    })

class Decoder {
  readonly #source: string
  /** The first byte, if no second byte has arrived yet: the encoding needs two. */
  #first: Uint8Array = new Uint8Array(0)
  #encoding: Encoding | undefined
  #decoder = new TextDecoder()
  readonly #lines = new Lines()

  constructor(source: string) {
    this.#source = source
  }

  push(part: Uint8Array): Effect.Effect<string, AdminError> {
    return Effect.suspend(() => {
      const bytes = this.#encoding === undefined ? joined(this.#first, part) : part
      if (this.#encoding === undefined && bytes.length < 2) {
        this.#first = bytes
        return Effect.succeed("")
      }
      return this.#decode(bytes, true)
    })
  }

  get end(): Effect.Effect<string, AdminError> {
    return this.#decode(this.#encoding === undefined ? this.#first : new Uint8Array(0), false)
  }

  #decode(bytes: Uint8Array, stream: boolean): Effect.Effect<string, AdminError> {
    if (this.#encoding === undefined) {
      this.#encoding = of(bytes)
      this.#decoder = new TextDecoder(this.#encoding, { fatal: true })
    }
    try {
      const text = this.#decoder.decode(bytes, { stream })
      this.#lines.add(text)
      return Effect.succeed(text)
    } catch {
      return Effect.fail(this.#invalid(bytes))
    }
  }

  #invalid(bytes: Uint8Array): AdminError {
    const source = this.#source
    if (this.#encoding !== "utf-8") {
      return fail(new InvalidInput({ source, problem: "the UTF-16 text is cut off; save the file again as UTF-8" }))
    }
    // Only the readable part counts: a broken character cannot contain a line end.
    const [readable = ""] = new TextDecoder().decode(bytes).split("\uFFFD", 1)
    this.#lines.add(readable)
    return fail(
      new InvalidInput({
        source,
        line: this.#lines.line,
        problem: 'not UTF-8; save the file as UTF-8 (in Excel: "CSV UTF-8")'
      })
    )
  }
}

/** Counts lines that end with LF, CR LF or CR. */
class Lines {
  line = 1
  #wasReturn = false

  add(text: string) {
    if (text === "") return
    const ends = text.match(/\r\n|\r|\n/g)?.length ?? 0
    // The CR of this CR LF was counted at the end of the previous part.
    this.line += ends - (this.#wasReturn && text.startsWith("\n") ? 1 : 0)
    this.#wasReturn = text.endsWith("\r")
  }
}

const joined = (a: Uint8Array, b: Uint8Array) => {
  const bytes = new Uint8Array(a.length + b.length)
  bytes.set(a)
  bytes.set(b, a.length)
  return bytes
}
