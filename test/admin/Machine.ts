/**
 * A machine that a program runs on: files in memory, a way to the organization, and
 * an end that can come at any step of either, as sudden as `kill -9`.
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as HttpClient from "effect/http/HttpClient"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { systemError } from "effect/PlatformError"

/**
 * How a machine ends: the system outlives the program and has what was written, or only
 * has what was synced, of the files as of the directory that names them.
 */
export type End = "kill" | "powerCut"

interface Content {
  bytes: Uint8Array
  /** How much of it is on the disk. */
  synced: number
}

/** What is thrown at the step that is the last. */
export const killed = new Error("killed")

const join = (a: Uint8Array, b: Uint8Array) => {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}

const notFound = (method: string, path: string) =>
  systemError({ _tag: "NotFound", module: "FileSystem", method, pathOrDescriptor: path, cause: { code: "ENOENT" } })

export class Machine {
  readonly files = new Map<string, Content>()
  /** Which files the directory names on the disk. */
  #onDisk = new Map<string, Content>()
  /** Bytes that still fit on the disk. */
  room = Number.POSITIVE_INFINITY
  /** Steps until the end. */
  #left = Number.POSITIVE_INFINITY
  #end: End = "kill"
  #isDown = false
  /** What each operation on a file waits for. */
  pause: Effect.Effect<void> = Effect.void
  /** Steps that were taken since it was started. */
  steps = 0

  /** Ends at this step from now on, counted from 0. */
  endAt(step: number, end: End = "kill"): void {
    this.#left = step
    this.#end = end
  }

  /** Up again, with what is on the disk. */
  restart(): void {
    this.#isDown = false
    this.#left = Number.POSITIVE_INFINITY
    this.steps = 0
  }

  text(path: string): string {
    return new TextDecoder().decode(this.files.get(path)?.bytes)
  }

  lines(path: string): ReadonlyArray<any> {
    return this.text(path)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line))
  }

  write(path: string, text: string): void {
    const bytes = new TextEncoder().encode(text)
    this.files.set(path, { bytes, synced: bytes.length })
    this.#onDisk.set(path, this.files.get(path)!)
  }

  /** One step. `last` happens when it is the last one. */
  readonly step = (last: () => void = () => {}): Effect.Effect<void> =>
    Effect.andThen(
      Effect.suspend(() => this.pause),
      Effect.suspend(() => {
        if (this.#isDown) return Effect.die(killed)
        this.steps += 1
        if (this.#left-- > 0) return Effect.void
        last()
        this.#isDown = true
        if (this.#end === "powerCut") {
          this.files.clear()
          for (const [path, content] of this.#onDisk) this.files.set(path, content)
          for (const content of this.files.values()) content.bytes = content.bytes.slice(0, content.synced)
        }
        return Effect.die(killed)
      })
    )

  readonly #append = (path: string, content: Content, bytes: Uint8Array) =>
    this.step(() => (content.bytes = join(content.bytes, bytes.slice(0, bytes.length / 2)))).pipe(
      Effect.andThen(
        Effect.suspend(() => {
          const fits = bytes.slice(0, this.room)
          this.room -= fits.length
          content.bytes = join(content.bytes, fits)
          return fits.length === bytes.length
            ? Effect.void
            : Effect.fail(
                systemError({
                  _tag: "Unknown",
                  module: "FileSystem",
                  method: "writeAll",
                  pathOrDescriptor: path,
                  cause: { code: "ENOSPC" }
                })
              )
        })
      )
    )

  readonly #info = ({ bytes }: Content): FileSystem.File.Info => ({
    type: "File",
    mtime: Option.none(),
    atime: Option.none(),
    birthtime: Option.none(),
    dev: 1n,
    ino: Option.none(),
    mode: 0o644,
    nlink: Option.none(),
    uid: Option.none(),
    gid: Option.none(),
    rdev: Option.none(),
    size: ByteSize.bytes(bytes.length),
    blksize: Option.none(),
    blocks: Option.none()
  })

  readonly #open = (path: string, content: Content): FileSystem.File => ({
    [FileSystem.FileTypeId]: FileSystem.FileTypeId,
    stat: Effect.sync(() => this.#info(content)),
    seek: () => Effect.die("not implemented"),
    sync: Effect.andThen(
      this.step(),
      Effect.sync(() => {
        content.synced = content.bytes.length
      })
    ),
    read: (buffer, { position = 0n } = {}) =>
      Effect.sync(() => {
        const part = content.bytes.slice(Number(position), Number(position) + buffer.length)
        buffer.set(part)
        return part.length
      }),
    readAlloc: () => Effect.die("not implemented"),
    truncate: () => Effect.die("not implemented"),
    write: (bytes) => Effect.as(this.#append(path, content, bytes), bytes.length),
    writeAll: (bytes) => this.#append(path, content, bytes)
  })

  /** The one directory that there is, opened. */
  readonly #directory: FileSystem.File = {
    ...this.#open(".", { bytes: new Uint8Array(), synced: 0 }),
    sync: Effect.andThen(
      this.step(),
      Effect.sync(() => {
        this.#onDisk = new Map(this.files)
      })
    )
  }

  readonly #found = <A>(method: string, path: string, f: (content: Content) => A) =>
    Effect.suspend(() => {
      const content = this.files.get(path)
      return content === undefined ? Effect.fail(notFound(method, path)) : Effect.succeed(f(content))
    })

  readonly fileSystem: FileSystem.FileSystem = FileSystem.makeNoop({
    access: (path) => (path === "." ? Effect.void : this.#found("access", path, () => undefined)),
    chmod: (path) => this.#found("chmod", path, () => undefined),
    realPath: (path) => (path === "." ? Effect.succeed("/") : this.#found("realPath", path, () => path)),
    stat: (path) => this.#found("stat", path, this.#info),
    exists: (path) => Effect.sync(() => this.files.has(path)),
    readFile: (path) =>
      Effect.andThen(
        Effect.suspend(() => this.pause),
        Effect.suspend(() => {
          const content = this.files.get(path)
          return content === undefined ? Effect.fail(notFound("readFile", path)) : Effect.succeed(content.bytes)
        })
      ),
    open: (path, options) =>
      Effect.sync(() => {
        if (path === ".") return this.#directory
        const isThere = this.files.has(path) && !options?.flag?.startsWith("w")
        const content = isThere ? this.files.get(path)! : { bytes: new Uint8Array(), synced: 0 }
        this.files.set(path, content)
        return this.#open(path, content)
      }),
    rename: (from, to) =>
      Effect.andThen(
        this.step(),
        this.#found("rename", from, (content) => {
          this.files.delete(from)
          this.files.set(to, content)
        })
      ),
    remove: (path) => Effect.sync(() => void this.files.delete(path))
  })

  readonly layerFiles: Layer.Layer<FileSystem.FileSystem> = Layer.succeed(FileSystem.FileSystem, this.fileSystem)

  /** The way to the organization: a change is a step before it arrives, and one after it was made. */
  readonly wire = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
    HttpClient.transform(client, (send, request: HttpClientRequest) =>
      request.url.endsWith("/license/organization")
        ? this.step().pipe(
            Effect.andThen(send),
            Effect.tap(() => this.step())
          )
        : send
    )
}
