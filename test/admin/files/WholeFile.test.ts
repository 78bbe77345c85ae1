/**
 * On the disk of this machine, where a part of its file system can be made to fail: what
 * root, mounted files and directories of others do cannot be had everywhere.
 */
import { describe, expect, it } from "@effect/vitest"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { systemError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import * as WholeFile from "../../../packages/admin/src/files/WholeFile.ts"
import { Machine } from "../Machine.ts"
import { reasonOf } from "../organization.ts"

type Faults = (fs: FileSystem.FileSystem) => Partial<FileSystem.FileSystem>

/** Runs in a folder of its own. `calls` lists what was done to files there, in order. */
const inFolder = <A, E>(
  program: (tools: {
    readonly at: (name: string) => string
    readonly fs: FileSystem.FileSystem
    readonly calls: Array<string>
    readonly mode: (name: string) => Effect.Effect<number>
    readonly names: Effect.Effect<ReadonlyArray<string>>
  }) => Effect.Effect<A, E, FileSystem.FileSystem>,
  faults: Faults = () => ({})
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.realPath(yield* fs.makeTempDirectoryScoped())
    const at = (name: string) => `${folder}/${name}`
    const calls: Array<string> = []
    const said = (path: string) => path.replaceAll(`${folder}/`, "").replace(/[\da-f]{16}/, "<random>")
    const told = <A, E, R>(call: string, effect: Effect.Effect<A, E, R>) =>
      Effect.suspend(() => {
        calls.push(call)
        return effect
      })
    const watched: FileSystem.FileSystem = {
      ...fs,
      chmod: (path, mode) => told(`chmod ${said(path)} ${mode.toString(8)}`, fs.chmod(path, mode)),
      open: (path, options) =>
        told(
          `open ${said(path)} ${options?.flag}${options?.mode === undefined ? "" : ` ${options.mode.toString(8)}`}`,
          Effect.map(fs.open(path, options), (file): FileSystem.File =>
            Object.create(file, {
              writeAll: { value: (bytes: Uint8Array) => told(`write ${said(path)}`, file.writeAll(bytes)) },
              sync: { value: told(`sync ${said(path)}`, file.sync) }
            })
          )
        ),
      rename: (from, to) => told(`rename ${said(from)} ${said(to)}`, fs.rename(from, to)),
      ...faults(fs)
    }
    const mode = (name: string) => Effect.orDie(Effect.map(fs.stat(at(name)), ({ mode }) => mode & 0o777))
    const names = Effect.orDie(Effect.map(fs.readDirectory(folder), (names) => [...names].sort()))
    return yield* Effect.provideService(
      program({ at, fs, calls, mode, names }),
      FileSystem.FileSystem,
      FileSystem.make(watched)
    )
  }).pipe(Effect.scoped, Effect.provide(NodeFileSystem.layer))

const error = (code: string) =>
  Effect.fail(
    systemError({ _tag: "Unknown", module: "FileSystem", method: "test", pathOrDescriptor: "", cause: { code } })
  )

describe("A file that is written as a whole", () => {
  it.effect(
    "goes into a draft that only its owner can read, and is on the disk before and after it is in its place",
    () =>
      inFolder(({ at, calls, mode }) =>
        Effect.gen(function* () {
          expect(yield* WholeFile.write(at("a.csv"), "new")).toBe("replaced")
          const draft = "a.csv.<random>.tmp"
          expect(
            calls.map((call) => call.replace(/ \/\S*\/ /, " <folder> ").replace(/ \/\S*\/$/, " <folder>"))
          ).toEqual([
            `open ${draft} wx 600`,
            `write ${draft}`,
            `sync ${draft}`,
            `rename ${draft} a.csv`,
            "open  r",
            "sync "
          ])
          expect(yield* mode("a.csv")).toBe(0o600)
        })
      )
  )

  for (const before of [0o600, 0o640, 0o664]) {
    it.effect(`keeps the mode ${before.toString(8)} that it has`, () =>
      inFolder(({ at, fs, mode, names }) =>
        Effect.gen(function* () {
          yield* fs.writeFileString(at("a.csv"), "old")
          yield* fs.chmod(at("a.csv"), before)
          expect(yield* WholeFile.write(at("a.csv"), "new")).toBe("replaced")
          expect(yield* mode("a.csv")).toBe(before)
          expect(yield* fs.readFileString(at("a.csv"))).toBe("new")
          expect(yield* names).toEqual(["a.csv"])
        })
      )
    )
  }

  it.effect("is the one that a link leads to, and the link stays", () =>
    inFolder(({ at, fs }) =>
      Effect.gen(function* () {
        yield* fs.makeDirectory(at("share"))
        yield* fs.writeFileString(at("share/a.csv"), "old")
        yield* fs.symlink("share/a.csv", at("a.csv"))
        yield* fs.symlink(at("a.csv"), at("b.csv"))
        yield* WholeFile.write(at("b.csv"), "new")
        expect(yield* fs.readFileString(at("share/a.csv"))).toBe("new")
        expect(yield* fs.readLink(at("a.csv"))).toBe("share/a.csv")
        expect(yield* fs.readLink(at("b.csv"))).toBe(at("a.csv"))
      })
    )
  )

  it.effect("is made where a link leads to that has nothing at its end", () =>
    inFolder(({ at, fs, mode, names }) =>
      Effect.gen(function* () {
        yield* fs.symlink("later.csv", at("a.csv"))
        yield* WholeFile.write(at("a.csv"), "new")
        expect(yield* fs.readFileString(at("later.csv"))).toBe("new")
        expect(yield* mode("later.csv")).toBe(0o600)
        expect(yield* names).toEqual(["a.csv", "later.csv"])
      })
    )
  )

  it.effect("leaves alone what somebody has put beside it", () =>
    inFolder(({ at, fs }) =>
      Effect.gen(function* () {
        yield* fs.writeFileString(at("victim"), "theirs")
        yield* fs.symlink(at("victim"), at("a.csv.tmp"))
        yield* fs.writeFileString(at("b.csv.tmp"), "mine")
        yield* WholeFile.write(at("a.csv"), "new")
        yield* WholeFile.write(at("b.csv"), "new")
        expect(yield* fs.readFileString(at("victim"))).toBe("theirs")
        expect(yield* fs.readFileString(at("b.csv.tmp"))).toBe("mine")
      })
    )
  )

  it.effect("is that of one of two runs at the same time, and never a mixture", () =>
    inFolder(({ at, fs, names }) =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const other = yield* Deferred.make<void>()
        const slow = Stream.concat(
          Stream.make("a\n".repeat(10_000)),
          Stream.fromEffect(
            Effect.as(Effect.andThen(Deferred.succeed(begun, undefined), Deferred.await(other)), "a\n".repeat(10_000))
          )
        )
        const first = yield* Effect.forkChild(WholeFile.writeStream(at("a.csv"), slow))
        yield* Deferred.await(begun)
        yield* WholeFile.write(at("a.csv"), "b\n".repeat(5_000))
        expect(yield* fs.readFileString(at("a.csv"))).toBe("b\n".repeat(5_000))
        yield* Deferred.succeed(other, undefined)
        yield* Fiber.join(first)
        expect(yield* fs.readFileString(at("a.csv"))).toBe("a\n".repeat(20_000))
        expect(yield* names).toEqual(["a.csv"])
      })
    )
  )

  it.effect("stays as it was when the text fails, or is not waited for", () =>
    inFolder(({ at, fs, names }) =>
      Effect.gen(function* () {
        yield* fs.writeFileString(at("a.csv"), "old")
        const failing = Stream.concat(Stream.make("new"), Stream.fail("no more"))
        expect(yield* Effect.flip(WholeFile.writeStream(at("a.csv"), failing))).toBe("no more")
        const begun = yield* Deferred.make<void>()
        const endless = Stream.concat(
          Stream.make("new"),
          Stream.fromEffect(Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
        )
        const fiber = yield* Effect.forkChild(WholeFile.writeStream(at("a.csv"), endless))
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(fiber)
        expect(yield* fs.readFileString(at("a.csv"))).toBe("old")
        expect(yield* names).toEqual(["a.csv"])
      })
    )
  )

  it.effect("is still there after a power cut, once it is written", () => {
    const machine = new Machine()
    return Effect.gen(function* () {
      yield* WholeFile.write("a.csv", "old")
      yield* WholeFile.write("a.csv", "new")
      machine.endAt(0, "powerCut")
      yield* Effect.exit(machine.step())
      expect(machine.text("a.csv")).toBe("new")
    }).pipe(Effect.provide(machine.layerFiles))
  })
})

describe("A file that nothing can be put in the place of", () => {
  const overwritten = (faults: Faults) =>
    inFolder(
      ({ at, fs, names }) =>
        Effect.gen(function* () {
          yield* fs.writeFileString(at("a.csv"), "what was there before, and is longer")
          const before = yield* fs.stat(at("a.csv"))
          const written = yield* WholeFile.write(at("a.csv"), "new")
          const after = yield* fs.stat(at("a.csv"))
          expect({ ino: after.ino, mode: after.mode }).toEqual({ ino: before.ino, mode: before.mode })
          expect(yield* fs.readFileString(at("a.csv"))).toBe("new")
          expect(yield* names).toEqual(["a.csv"])
          return written
        }),
      faults
    )

  it.effect.each(["EBUSY", "EXDEV", "EPERM", "EACCES"])("is written in place, when renaming ends with %s", (code) =>
    Effect.gen(function* () {
      expect(yield* overwritten(() => ({ rename: () => error(code) }))).toBe("inPlace")
    })
  )

  it.effect.each(["EACCES", "EROFS"])("is written in place, when a draft beside it ends with %s", (code) =>
    Effect.gen(function* () {
      const isBeside = (path: string) => /a\.csv\.\w+\.tmp$/.test(path)
      const written = yield* overwritten((fs) => ({
        open: (path, options) => (isBeside(path) ? error(code) : fs.open(path, options))
      }))
      expect(written).toBe("inPlace")
    })
  )

  it.effect("is written in place, when it belongs to somebody else and cannot be given to them", () =>
    Effect.gen(function* () {
      const written = yield* overwritten((fs) => ({
        stat: (path) => Effect.map(fs.stat(path), (info) => ({ ...info, uid: Option.some(4711) })),
        chown: () => error("EPERM")
      }))
      expect(written).toBe("inPlace")
    })
  )

  it.effect("is given to whom it belonged, where that is possible", () =>
    Effect.gen(function* () {
      const given: Array<number> = []
      yield* inFolder(
        ({ at, fs }) =>
          Effect.gen(function* () {
            yield* fs.writeFileString(at("a.csv"), "old")
            expect(yield* WholeFile.write(at("a.csv"), "new")).toBe("replaced")
          }),
        (fs) => ({
          stat: (path) =>
            Effect.map(fs.stat(path), (info) => ({ ...info, uid: Option.some(4711), gid: Option.some(4712) })),
          chown: (_, uid, gid) => Effect.sync(() => void given.push(uid, gid))
        })
      )
      expect(given).toEqual([4711, 4712])
    })
  )

  it.effect("is not touched when it is write-protected", () =>
    inFolder(
      ({ at, fs, names }) =>
        Effect.gen(function* () {
          yield* fs.writeFileString(at("a.csv"), "old")
          expect(yield* reasonOf(WholeFile.write(at("a.csv"), "new"))).toMatchObject({ code: "EACCES" })
          expect(yield* fs.readFileString(at("a.csv"))).toBe("old")
          expect(yield* names).toEqual(["a.csv"])
        }),
      () => ({ access: () => error("EACCES") })
    )
  )

  it.effect("is an error when it is a directory, or in one that is not there", () =>
    inFolder(({ at, names }) =>
      Effect.gen(function* () {
        expect(yield* reasonOf(WholeFile.write(at("."), "new"))).toMatchObject({ action: "write", code: "EISDIR" })
        expect(yield* reasonOf(WholeFile.write(at("none/a.csv"), "new"))).toMatchObject({ code: "ENOENT" })
        expect(yield* names).toEqual([])
      })
    )
  )
})
