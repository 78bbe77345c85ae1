/**
 * Finds the place that an output path leads to. Links are followed. The place is a file that can
 * be replaced, or a stream such as a pipe, a terminal or `/dev/stdout`.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Result from "effect/Result"
import { type AdminError, fail, FileFailed } from "../AdminError.ts"
import * as TextFile from "./TextFile.ts"

export type FileTarget =
  /** The file does not exist yet. If the given path is a link, `path` is the target of the link. */
  | { readonly _tag: "New"; readonly path: string }
  | { readonly _tag: "Existing"; readonly path: string; readonly info: FileSystem.File.Info }
  /** A stream, which cannot be replaced. `descriptor` is its number if it is an open file of this process. */
  | { readonly _tag: "Stream"; readonly path: string; readonly descriptor?: number }

/** Follows a path to its target. Fails if the target cannot be written. */
export const of = (path: string): Effect.Effect<FileTarget, AdminError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const target = yield* follow(path)
    if (target._tag === "New") yield* fs.access(directoryOf(target.path), { writable: true })
    if (target._tag !== "Existing") return target
    if (target.info.type === "Directory") return yield* fail(new FileFailed({ path, action: "write", code: "EISDIR" }))
    // Replacing a file needs no write permission for the file itself, so check it here.
    yield* fs.access(target.path, { writable: true })
    return target
  }).pipe(Effect.catchTag("PlatformError", (error) => Effect.fail(TextFile.failed(path, "write")(error))))

/** The directory of a path. */
export const directoryOf = (path: string): string => path.replace(/[^/]*$/, "") || "."

/** Follows a path to its target, without checking that it can be written. */
export const follow = (path: string): Effect.Effect<FileTarget, PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    // Asked first, because for a new file, which is the usual case, this answer is enough.
    const link = yield* Effect.result(fs.readLink(path))
    if (Result.isFailure(link) && link.failure.reason._tag === "NotFound") return { _tag: "New", path }
    const info = yield* Effect.asSome(fs.stat(path)).pipe(
      Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone)
    )
    if (Option.isNone(info)) {
      return Result.isFailure(link) ? { _tag: "New", path } : yield* follow(resolved(path, link.success))
    }
    const found = yield* descriptorOf(path)
    if (found !== undefined) return { _tag: "Stream", path, ...found }
    const { type } = info.value
    if (type !== "File" && type !== "Directory") return { _tag: "Stream", path }
    return { _tag: "Existing", path: yield* fs.realPath(path), info: info.value }
  })

const resolved = (path: string, link: string) => (link.startsWith("/") ? link : `${directoryOf(path)}/${link}`)

/** The directories in which systems list the open files of a process. */
const descriptors = /^(?:\/dev|\/proc\/\d+(?:\/task\/\d+)?)\/fd$/

/**
 * The descriptor if the path is an open file of a process, as `/dev/stdout` is. This holds even if
 * the descriptor leads to a file on disk, as after `> users.csv`.
 */
const descriptorOf = (
  path: string
): Effect.Effect<{ readonly descriptor?: number } | undefined, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* fs.realPath(directoryOf(path))
    const name = path.slice(path.lastIndexOf("/") + 1)
    if (descriptors.test(directory) && /^\d+$/.test(name)) {
      const ofThisProcess = yield* Effect.option(fs.realPath("/dev/fd"))
      return Option.contains(ofThisProcess, directory) ? { descriptor: Number(name) } : {}
    }
    return yield* descriptorOf(resolved(path, yield* fs.readLink(path)))
  }).pipe(
    // The path is not a link, or does not exist.
    Effect.orElseSucceed(() => undefined)
  )
