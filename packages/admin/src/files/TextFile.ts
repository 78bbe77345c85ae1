/**
 * Whole files of text: read as UTF-8 or UTF-16, written as UTF-8 so that there is
 * the old file or the new one, and never a half.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import { type AdminError, DiskFull, fail, FileFailed } from "../AdminError.ts"
import * as Encoding from "./Encoding.ts"

const fullCodes = ["ENOSPC", "EDQUOT", "EFBIG"]

/** What a platform says, in our terms. */
export const failed =
  (path: string, action: "read" | "write") =>
  ({ reason }: PlatformError): AdminError => {
    const { cause } = reason
    const code = Predicate.hasProperty(cause, "code") && Predicate.isString(cause.code) ? cause.code : undefined
    if (action === "write" && (reason._tag === "WriteZero" || fullCodes.includes(code ?? ""))) {
      return fail(new DiskFull({ path }))
    }
    return fail(new FileFailed({ path, action, ...(code !== undefined && { code }) }))
  }

/** The text of a file. A byte order mark is not part of it. */
export const read = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const bytes = yield* Effect.mapError(fs.readFile(path), failed(path, "read"))
  return yield* Encoding.decode(bytes, path)
})

/** Writes a file and then puts it in its place; it is on the disk when this succeeds. */
export const write = (path: string, text: string) => writeStream(path, Stream.make(text))

/** The same for a text that comes in parts. */
export const writeStream = Effect.fnUntraced(function* <E, R>(path: string, text: Stream.Stream<string, E, R>) {
  const fs = yield* FileSystem.FileSystem
  const written = Effect.mapError(failed(path, "write"))
  const draft = `${path}.tmp`
  yield* Effect.gen(function* () {
    const file = yield* written(fs.open(draft, { flag: "w" }))
    yield* writeTo(file, path, text)
    yield* written(file.sync)
  }).pipe(
    Effect.scoped,
    Effect.andThen(written(fs.rename(draft, path))),
    Effect.onError(() => Effect.ignore(fs.remove(draft, { force: true })))
  )
})

/** Adds to an open file. What fails in the making stays apart from what fails in the writing. */
export const writeTo = <E, R>(file: FileSystem.File, path: string, text: Stream.Stream<string, E, R>) => {
  const encoder = new TextEncoder()
  return Stream.runForEachArray(text, (parts) =>
    Effect.mapError(file.writeAll(encoder.encode(parts.join(""))), failed(path, "write"))
  )
}
