/**
 * A read-only view of one folder. No path leads out of it, neither with `..` nor through a
 * link, because an assistant chooses the paths.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import * as TextFile from "@genesys-license/admin/files/TextFile"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { systemError } from "effect/PlatformError"
import * as Stream from "effect/Stream"

/** A file system that contains only this folder. Fails if the folder does not exist. */
export const make = Effect.fnUntraced(function* (
  folder: string
): Effect.fn.Return<FileSystem.FileSystem, AdminError, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const root = yield* Effect.mapError(fs.realPath(folder), TextFile.failed(folder, "read"))

  /** Resolves a path, and fails if it leads out. Callers open the resolved path, so a link that changes later has no effect. */
  const within = Effect.fnUntraced(function* (requested: string) {
    const real = yield* fs.realPath(requested)
    if (Option.isSome(path.resolveWithin(root, path.relative(root, real)))) return real
    return yield* systemError({
      _tag: "PermissionDenied",
      module: "FileSystem",
      method: "open",
      description: `it leads out of ${folder}`,
      pathOrDescriptor: requested
    })
  })

  return FileSystem.makeNoop({
    readDirectory: (path, options) => Effect.flatMap(within(path), (real) => fs.readDirectory(real, options)),
    readFile: (path) => Effect.flatMap(within(path), fs.readFile),
    stream: (path, options) => Stream.unwrap(Effect.map(within(path), (real) => fs.stream(real, options)))
  })
})
