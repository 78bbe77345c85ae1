/**
 * Decompresses a body while it arrives.
 *
 * undici has an interceptor for this, but it prints a warning that it is experimental, and
 * it adds a handler to every response that is not compressed.
 */
import type { Transform } from "node:stream"
import * as zlib from "node:zlib"
import type { Dispatcher } from "undici"
import { Body } from "./Body.ts"

/** The `accept-encoding` of every request. */
export const accepted = "gzip, br, zstd"

/** Makes a decompression stream for a body that begins with `first`. */
type Make = (first: Uint8Array) => Transform

const makers: Readonly<Record<string, Make>> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  // Some servers send deflate data without the zlib header.
  deflate: ([first = 0]) => ((first & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw()),
  br: () => zlib.createBrotliDecompress(),
  // RFC 9659, section 3, forbids larger windows.
  zstd: () => zlib.createZstdDecompress({ params: { [zlib.constants.ZSTD_d_windowLogMax]: 23 } })
}

/** The stream maker for a `content-encoding`, or `undefined` if there is none or it is not supported. */
export const makerOf = (encoding: string | ReadonlyArray<string> | undefined): Make | undefined => {
  const name = typeof encoding === "string" ? encoding.trim().toLowerCase() : ""
  return Object.hasOwn(makers, name) ? makers[name] : undefined
}

/** Decompresses chunks into `body`. Pauses the connection when the reader of `body` is slower. */
export class Decompressor {
  readonly body: Body
  readonly #controller: Dispatcher.DispatchController
  readonly #make: Make
  /** Opened with the first chunk, because an empty body has no encoding. */
  #stream: Transform | undefined
  #isPaused = false

  constructor(controller: Dispatcher.DispatchController, make: Make) {
    this.#controller = controller
    this.#make = make
    this.body = new Body(this)
  }

  push(chunk: Uint8Array) {
    this.#stream ??= this.#open(chunk)
    if (!this.#stream.write(chunk)) this.#controller.pause()
  }

  end(failure?: Error) {
    if (failure === undefined && this.#stream !== undefined) return void this.#stream.end()
    this.#stream?.destroy()
    this.body.end(failure)
  }

  get paused() {
    return this.#isPaused
  }

  pause() {
    this.#isPaused = true
    this.#stream?.pause()
  }

  resume() {
    this.#isPaused = false
    this.#stream?.resume()
  }

  abort(reason: Error) {
    this.#stream?.destroy()
    this.#controller.abort(reason)
  }

  #open(first: Uint8Array) {
    const stream = this.#make(first)
    stream.on("data", (chunk: Uint8Array) => this.body.push(chunk))
    stream.on("drain", () => this.#controller.resume())
    stream.on("end", () => this.body.end())
    stream.on("error", (error) => {
      this.body.end(error)
      this.#controller.abort(error)
    })
    if (this.#isPaused) stream.pause()
    return stream
  }
}
