/**
 * Files that are written as a whole: there is the old one or the new one, and never a
 * half, whatever stops the program, and with the disk in mind, whatever stops the
 * machine.
 *
 * The text goes into a draft beside its place, which nobody else can guess or read,
 * and the draft takes the place of the file when it is on the disk. The file keeps its
 * owner and its mode; a new one is readable by its owner only, since most of what is
 * written has people in it.
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
 * - `replaced`: in one step.
 * - `inPlace`: over the old content, for nothing can be put in its place: it is mounted,
 *   its directory cannot be written to, or it belongs to somebody else. Whoever read
 *   it meanwhile may have seen a part.
 * - `through`: to a pipe, a terminal or another device, as it came.
 */
export type Written = "replaced" | "inPlace" | "through"

/** Writes a text to a file. It is on the disk when this succeeds. */
export const write = (path: string, text: string) => writeStream(path, Stream.make(text))

/** The same for a text that comes in parts. Where it fails, the file is as it was. */
export const writeStream = <E, R>(
  path: string,
  text: Stream.Stream<string, E, R>
): Effect.Effect<Written, E | AdminError, R | FileSystem.FileSystem> =>
  Effect.scopedWith((scope) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const written = Effect.mapError(TextFile.failed(path, "write"))
      const target = yield* FileTarget.of(path)
      if (target._tag === "Stream") {
        // Appending is the one way of writing that asks for no position, which pipes do not have.
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
  /** Whether it can take the place of the file. */
  readonly isBeside: boolean
}

type Target = Exclude<FileTarget.FileTarget, { readonly _tag: "Stream" }>

/** Opens a draft that was not there before, and that is gone with the scope. */
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
    const isReady = draft.isBeside && (yield* Effect.isSuccess(takeOver(draft, target.info)))
    if (!isReady) return yield* copy
    return yield* Effect.catchIf(replace, isForbidden, () => copy)
  })

/** Gives a draft the owner and the mode of the file that it is to replace. */
const takeOver = Effect.fnUntraced(function* (draft: Draft, { gid, mode, uid }: FileSystem.File.Info) {
  const fs = yield* FileSystem.FileSystem
  const own = yield* draft.file.stat
  const isTheirs = uid._tag === "Some" && gid._tag === "Some" && own.uid._tag === "Some" && own.gid._tag === "Some"
  if (isTheirs && (own.uid.value !== uid.value || own.gid.value !== gid.value)) {
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

/** Writes down which files a directory has. Systems that cannot do this, such as Windows, do it by themselves. */
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

/** Nothing can be put in the place of a file: it is mounted, or the directory is not to be changed. */
const isForbidden = (error: PlatformError) =>
  ["EACCES", "EPERM", "EROFS", "EBUSY", "EXDEV"].includes(TextFile.codeOf(error))

const randomName = Effect.flatMap(SecureRandom.SecureRandom, ({ randomBytes }) => randomBytes(8)).pipe(
  Effect.map(Hex.encode),
  Effect.provide(SecureRandom.layerWebCrypto)
)
