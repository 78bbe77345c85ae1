/**
 * Tells whether two paths lead to the same file. Links and different spellings can give one
 * file several paths.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as FileTarget from "./FileTarget.ts"

/**
 * A text that is equal for two paths if and only if they lead to the same file, even if the
 * file does not exist yet. Undefined if the path is not a file, such as a terminal or a pipe.
 */
export const of = (path: string): Effect.Effect<string | undefined, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const found = yield* Effect.option(fs.stat(path))
    if (Option.isSome(found)) {
      const { dev, ino, type } = found.value
      if (type !== "File") return undefined
      return Option.isSome(ino) ? `${dev}:${ino.value}` : yield* fs.realPath(path)
    }
    const { path: end } = yield* FileTarget.follow(path)
    const directory = yield* fs.realPath(FileTarget.directoryOf(end))
    return `${directory}/${end.slice(end.lastIndexOf("/") + 1)}`
  }).pipe(
    // The code that opens the file reports the problem.
    Effect.orElseSucceed(() => undefined)
  )
