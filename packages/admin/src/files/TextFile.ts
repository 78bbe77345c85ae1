/**
 * Files of text: read as UTF-8 or UTF-16, written as UTF-8.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import { type AdminError, DiskFull, fail, FileFailed } from "../AdminError.ts"
import * as Encoding from "./Encoding.ts"
import { Utf8 } from "./Utf8.ts"

const fullCodes = ["ENOSPC", "EDQUOT", "EFBIG"]

/** The platform's code, such as `ENOENT`; empty where there is none. */
export const codeOf = ({ reason: { cause } }: PlatformError): string =>
  Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : ""

/** What a platform says, in our terms. */
export const failed =
  (path: string, action: "read" | "write") =>
  (error: PlatformError): AdminError => {
    const code = codeOf(error)
    if (action === "write" && (error.reason._tag === "WriteZero" || fullCodes.includes(code))) {
      return fail(new DiskFull({ path }))
    }
    return fail(new FileFailed({ path, action, ...(code !== "" && { code }) }))
  }

/** The text of a file. A byte order mark is not part of it. */
export const read = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const bytes = yield* Effect.mapError(fs.readFile(path), failed(path, "read"))
  return yield* Encoding.decode(bytes, path)
})

/** The same as it comes, for a file that may be too long to be held. */
export const stream = (path: string): Stream.Stream<string, AdminError, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const info = yield* Effect.option(fs.stat(path))
      // A stream asks for positions, which pipes do not have.
      const isFile = Option.isNone(info) || info.value.type === "File"
      const bytes = isFile ? fs.stream(path) : Stream.fromEffect(fs.readFile(path))
      return bytes.pipe(Stream.mapError(failed(path, "read")), Encoding.decodeStream(path))
    })
  )

/** Adds to an open file. What fails in the making stays apart from what fails in the writing. */
export const writeTo = <E, R>(file: FileSystem.File, path: string, text: Stream.Stream<string, E, R>) => {
  const encoder = new Utf8()
  return Stream.runForEachArray(text, (parts) =>
    Effect.mapError(
      Effect.forEach(encoder.encode(parts.join("")), (bytes) => file.writeAll(bytes), { discard: true }),
      failed(path, "write")
    )
  )
}
