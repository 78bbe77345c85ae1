/**
 * The files of one folder, to be read and nothing else: no path leads out of it, be it
 * by `..` or by a link.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import * as TextFile from "@genesys-license/admin/files/TextFile"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { systemError } from "effect/PlatformError"
import * as Stream from "effect/Stream"

/** A file system that has this folder alone. Fails if the folder is not there. */
export const make = Effect.fnUntraced(function* (
  folder: string
): Effect.fn.Return<FileSystem.FileSystem, AdminError, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const root = yield* Effect.mapError(fs.realPath(folder), TextFile.failed(folder, "read"))

  /** Where a path really leads, if that is within. What was checked is what is opened. */
  const within = Effect.fnUntraced(function* (asked: string) {
    const real = yield* fs.realPath(asked)
    if (Option.isSome(path.resolveWithin(root, path.relative(root, real)))) return real
    return yield* systemError({
      _tag: "PermissionDenied",
      module: "FileSystem",
      method: "open",
      description: `it leads out of ${folder}`,
      pathOrDescriptor: asked
    })
  })

  return FileSystem.makeNoop({
    readDirectory: (asked, options) => Effect.flatMap(within(asked), (real) => fs.readDirectory(real, options)),
    readFile: (asked) => Effect.flatMap(within(asked), fs.readFile),
    stream: (asked, options) => Stream.unwrap(Effect.map(within(asked), (real) => fs.stream(real, options)))
  })
})
