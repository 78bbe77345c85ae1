/**
 * Writes files atomically. If the program or the machine stops at any point, the old file or
 * the new file is there, never half of one.
 *
 * The text first goes into a draft in the same directory. Its name is random and only its owner
 * can read it. When the draft is on disk, it replaces the file. An existing file keeps its owner
 * and its mode. A new file is readable only by its owner, because most files contain personal
 * data.
 */
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AdminError } from "../AdminError.ts"
import * as FileTarget from "./FileTarget.ts"
import * as TextFile from "./TextFile.ts"

/**
 * How a file was written.
 *
 * - `replaced`: atomically, by a rename.
 * - `inPlace`: over the old content. The file cannot be replaced because it is mounted, because
 *   its directory is not writable, or because it belongs to another user. A program that read the
 *   file at that moment may have seen only a part.
 * - `through`: directly to a pipe, a terminal or another device.
 */
export type Written = "replaced" | "inPlace" | "through"

/** Writes a text to a file. When this succeeds, the text is on disk. */
export const write = (path: string, text: string) => writeStream(path, Stream.make(text))

/**
 * Writes a text that arrives in parts. If the stream of the text fails, the file stays as it was.
 * `known` is where the path leads, if that is known already.
 */
export const writeStream = <E, R>(
  path: string,
  text: Stream.Stream<string, E, R>,
  known?: FileTarget.FileTarget
): Effect.Effect<Written, E | AdminError, R | FileSystem.FileSystem> =>
  Effect.scopedWith((scope) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const written = Effect.mapError(TextFile.failed(path, "write"))
      const target = known ?? (yield* FileTarget.of(path))
      if (target._tag === "Stream") {
        // Pipes have no positions, and only appending writes without one.
        const file = yield* written(Scope.provide(fs.open(target.path, { flag: "a" }), scope))
        yield* TextFile.writeTo(file, path, text)
        return "through"
      }
      const draft = yield* written(Scope.provide(makeDraft(target), scope))
      yield* TextFile.writeTo(draft.file, path, text)
      return yield* written(Effect.andThen(draft.file.sync, Effect.uninterruptible(putInPlace(draft, target))))
    })
  )

interface Draft {
  readonly path: string
  readonly file: FileSystem.File
  /** Whether the draft is in the directory of the file, so that a rename can replace the file. */
  readonly isBeside: boolean
}

type Target = Exclude<FileTarget.FileTarget, { readonly _tag: "Stream" }>

/** Creates a draft. Closing the scope removes it. */
const makeDraft = (target: Target): Effect.Effect<Draft, PlatformError, FileSystem.FileSystem | Scope.Scope> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const name = yield* randomName
    const open = Effect.fnUntraced(function* (path: string, isBeside: boolean) {
      const file = yield* fs.open(path, { flag: "wx", mode: 0o600 })
      yield* Effect.addFinalizer(() => Effect.ignore(fs.remove(path, { force: true })))
      return { path, file, isBeside }
    })
    const beside = open(`${target.path}.${name}.tmp`, true)
    if (target._tag === "New") return yield* beside
    return yield* Effect.catchIf(beside, isForbidden, () =>
      Effect.flatMap(fs.makeTempDirectoryScoped(), (directory) => open(`${directory}/${name}.tmp`, false))
    )
  })

const putInPlace = (draft: Draft, target: Target): Effect.Effect<Written, PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const copy = Effect.as(overwrite(target.path, draft.path), "inPlace" as const)
    const replace = Effect.andThen(
      fs.rename(draft.path, target.path),
      Effect.as(syncDirectory(target.path), "replaced" as const)
    )
    if (target._tag === "New") return yield* replace
    const isReady = draft.isBeside && (yield* Effect.isSuccess(copyOwnerAndMode(draft, target.info)))
    if (!isReady) return yield* copy
    return yield* Effect.catchIf(replace, isForbidden, () => copy)
  })

/** Gives a draft the owner and the mode of the file that it replaces. */
const copyOwnerAndMode = Effect.fnUntraced(function* (draft: Draft, { gid, mode, uid }: FileSystem.File.Info) {
  const fs = yield* FileSystem.FileSystem
  const now = yield* draft.file.stat
  const hasOwners = uid._tag === "Some" && gid._tag === "Some" && now.uid._tag === "Some" && now.gid._tag === "Some"
  if (hasOwners && (now.uid.value !== uid.value || now.gid.value !== gid.value)) {
    yield* fs.chown(draft.path, uid.value, gid.value)
  }
  yield* fs.chmod(draft.path, mode & 0o7777)
})

const overwrite = (path: string, draft: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const file = yield* fs.open(path, { flag: "r+" })
    yield* file.truncate()
    yield* Stream.runForEach(fs.stream(draft), (bytes) => file.writeAll(bytes))
    yield* file.sync
  }).pipe(Effect.scoped)

/** Flushes the entries of a directory to disk. Systems that do not support this, such as Windows, need no flush. */
export const syncDirectory = (path: string): Effect.Effect<void, PlatformError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* Effect.option(fs.open(FileTarget.directoryOf(path), { flag: "r" }))
    if (directory._tag === "None") return
    yield* Effect.catchIf(
      directory.value.sync,
      (error) => unsupported.includes(TextFile.codeOf(error)),
      () => Effect.void
    )
  }).pipe(Effect.scoped)

const unsupported = ["EINVAL", "ENOTSUP", "EOPNOTSUPP", "EBADF", "EPERM", "EISDIR", "ENOSYS"]

/** The file cannot be replaced: it is mounted, or its directory is not writable. */
const isForbidden = (error: PlatformError) =>
  ["EACCES", "EPERM", "EROFS", "EBUSY", "EXDEV"].includes(TextFile.codeOf(error))

const randomName = Effect.flatMap(SecureRandom.SecureRandom, ({ randomBytes }) => randomBytes(8)).pipe(
  Effect.map(Hex.encode),
  Effect.provide(SecureRandom.layerWebCrypto)
)
