/**
 * Text files. Reads UTF-8 and UTF-16, writes UTF-8.
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

const diskFullCodes = ["ENOSPC", "EDQUOT", "EFBIG"]

/** The error code of the operating system, such as `ENOENT`; empty if there is none. */
export const codeOf = ({ reason: { cause } }: PlatformError): string =>
  Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : ""

/** Turns an error of the platform into an `AdminError`. */
export const failed =
  (path: string, action: "read" | "write") =>
  (error: PlatformError): AdminError => {
    const code = codeOf(error)
    if (action === "write" && (error.reason._tag === "WriteZero" || diskFullCodes.includes(code))) {
      return fail(new DiskFull({ path }))
    }
    return fail(new FileFailed({ path, action, ...(code !== "" && { code }) }))
  }

/** Reads the text of a file, without a byte order mark. */
export const read = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const bytes = yield* Effect.mapError(fs.readFile(path), failed(path, "read"))
  return yield* Encoding.decode(bytes, path)
})

/** Reads the text of a file in parts. Use it for files that may be too large for memory. */
export const stream = (path: string): Stream.Stream<string, AdminError, FileSystem.FileSystem> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const info = yield* Effect.option(fs.stat(path))
      // `fs.stream` reads at positions, which pipes do not have.
      const isFile = Option.isNone(info) || info.value.type === "File"
      const bytes = isFile ? fs.stream(path) : Stream.fromEffect(fs.readFile(path))
      return bytes.pipe(Stream.mapError(failed(path, "read")), Encoding.decodeStream(path))
    })
  )

/** Appends to an open file. Only write errors become `AdminError`; errors of the text itself stay as they are. */
export const writeTo = <E, R>(file: FileSystem.File, path: string, text: Stream.Stream<string, E, R>) => {
  const encoder = new Utf8()
  return Stream.runForEachArray(text, (parts) =>
    Effect.mapError(
      Effect.forEach(encoder.encode(parts.join("")), (bytes) => file.writeAll(bytes), { discard: true }),
      failed(path, "write")
    )
  )
}
