/**
 * Which file a path means, whatever it is called: two paths may lead to one file through
 * links, or by different spellings.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as FileTarget from "./FileTarget.ts"

/**
 * The same for two paths exactly where they lead to one file, be it there or not.
 * Nothing for what is no file, such as a terminal or a pipe.
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
    // What cannot be looked at is reported by whoever opens it.
    Effect.orElseSucceed(() => undefined)
  )
