/**
 * The body of a response: the chunks that have arrived, and the reader that waits for more.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import type { Dispatcher } from "undici"

type Chunk = Uint8Array

/** How many bytes to keep for a reader that is slow or not there yet. Beyond them, the connection is paused. */
const highWaterMark = 64 * 1024

/** The connection that the chunks come from. */
export type Source = Pick<Dispatcher.DispatchController, "abort" | "pause" | "paused" | "resume">

export class Body {
  readonly #controller: Source
  #chunks: Array<Chunk> = []
  #size = 0
  #isAll = false
  #failure: Error | undefined
  /** Waits for the whole body (`all`) or for the next chunk. */
  #reader: { readonly all: boolean; readonly wake: () => void } | undefined

  constructor(controller: Source) {
    this.#controller = controller
  }

  /** Whether nothing more will arrive. */
  get isOver(): boolean {
    return this.#isAll || this.#failure !== undefined
  }

  /** Whether a reader waits for it. If the reader is interrupted, it closes the connection. */
  get isAwaited(): boolean {
    return this.#reader !== undefined
  }

  push(chunk: Chunk) {
    this.#chunks.push(chunk)
    this.#size += chunk.byteLength
    if (this.#reader === undefined) {
      if (this.#size >= highWaterMark) this.#controller.pause()
    } else if (!this.#reader.all) this.#wake()
  }

  end(failure?: Error) {
    this.#isAll = failure === undefined
    this.#failure = failure
    this.#wake()
  }

  /** Closes the connection, unless the whole body has arrived. */
  abort(): void {
    if (!this.isOver) this.#controller.abort(new Error("The response was not read to its end"))
  }

  /** The whole body. If it arrived in one chunk, that chunk itself, without a copy. */
  get collect(): Effect.Effect<Chunk, Error> {
    return Effect.suspend(() => {
      if (this.#failure !== undefined) return Effect.fail(this.#failure)
      return this.#isAll ? Effect.succeed(this.#join()) : Effect.andThen(this.#wait(true), this.collect)
    })
  }

  /** The chunks that have arrived since the last pull; waits if there are none. */
  get pull(): Pull.Pull<readonly [Chunk, ...Array<Chunk>], Error> {
    return Effect.suspend(() => {
      const [first, ...others] = this.#chunks
      if (first !== undefined) {
        this.#chunks = []
        this.#size = 0
        return Effect.succeed([first, ...others] as const)
      }
      if (this.#failure !== undefined) return Effect.fail(this.#failure)
      return this.#isAll ? Cause.done() : Effect.andThen(this.#wait(false), this.pull)
    })
  }

  #wait(all: boolean) {
    return Effect.callback<void>((resume) => {
      // undici reports chunks from inside its parser. A reader must not run there, so it resumes in a microtask.
      this.#reader = { all, wake: () => queueMicrotask(() => resume(Effect.void)) }
      if (this.#controller.paused) this.#controller.resume()
      return Effect.sync(() => {
        this.#reader = undefined
        this.abort()
      })
    })
  }

  #wake() {
    const reader = this.#reader
    this.#reader = undefined
    reader?.wake()
  }

  #join(): Chunk {
    const [first] = this.#chunks
    if (first !== undefined && this.#chunks.length === 1) return first
    const whole = new Uint8Array(this.#size)
    let at = 0
    for (const chunk of this.#chunks) {
      whole.set(chunk, at)
      at += chunk.byteLength
    }
    return whole
  }
}
