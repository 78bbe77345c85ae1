/**
 * Where a path leads that is to be written to: through links, to a file that can be
 * replaced, or to something that can only be written to, such as a pipe, a terminal
 * or `/dev/stdout`.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import { type AdminError, fail, FileFailed } from "../AdminError.ts"
import * as TextFile from "./TextFile.ts"

export type FileTarget =
  /** Nothing is there yet. Where a link leads to it, `path` is the end of the link. */
  | { readonly _tag: "New"; readonly path: string }
  | { readonly _tag: "Existing"; readonly path: string; readonly info: FileSystem.File.Info }
  /** Has nothing that could be put in its place. `descriptor` is the number of an open file of this process. */
  | { readonly _tag: "Stream"; readonly path: string; readonly descriptor?: number }

/** Follows a path to its end, and fails where it cannot be written to. */
export const of = (path: string): Effect.Effect<FileTarget, AdminError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const target = yield* follow(path)
    if (target._tag === "New") yield* fs.access(directoryOf(target.path), { writable: true })
    if (target._tag !== "Existing") return target
    if (target.info.type === "Directory") return yield* fail(new FileFailed({ path, action: "write", code: "EISDIR" }))
    // Without this, a file that is write-protected would be replaced.
    yield* fs.access(target.path, { writable: true })
    return target
  }).pipe(Effect.catchTag("PlatformError", (error) => Effect.fail(TextFile.failed(path, "write")(error))))

/** The directory that a path is in. */
export const directoryOf = (path: string): string => path.replace(/[^/]*$/, "") || "."

/** The same, whether or not it can be written to. */
export const follow = (path: string): Effect.Effect<FileTarget, PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const info = yield* Effect.asSome(fs.stat(path)).pipe(
      Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone)
    )
    if (Option.isNone(info)) {
      const link = yield* Effect.option(fs.readLink(path))
      return Option.isNone(link) ? { _tag: "New", path } : yield* follow(resolved(path, link.value))
    }
    const found = yield* descriptorOf(path)
    if (found !== undefined) return { _tag: "Stream", path, ...found }
    const { type } = info.value
    if (type !== "File" && type !== "Directory") return { _tag: "Stream", path }
    return { _tag: "Existing", path: yield* fs.realPath(path), info: info.value }
  })

const resolved = (path: string, link: string) => (link.startsWith("/") ? link : `${directoryOf(path)}/${link}`)

/** Where systems list the open files of a process. */
const descriptors = /^(?:\/dev|\/proc\/\d+(?:\/task\/\d+)?)\/fd$/

/** Of an open file of a process, also where it is a file on the disk, as behind `> users.csv`. */
const descriptorOf = (
  path: string
): Effect.Effect<{ readonly descriptor?: number } | undefined, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.realPath(directoryOf(path))
    const name = path.slice(path.lastIndexOf("/") + 1)
    if (descriptors.test(directory) && /^\d+$/.test(name)) {
      const own = yield* Effect.option(fs.realPath("/dev/fd"))
      return Option.contains(own, directory) ? { descriptor: Number(name) } : {}
    }
    return yield* descriptorOf(resolved(path, yield* fs.readLink(path)))
  }).pipe(
    // It is no link, or nothing at all.
    Effect.orElseSucceed(() => undefined)
  )
