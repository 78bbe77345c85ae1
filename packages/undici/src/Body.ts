/**
 * The body of an answer: what has arrived of it, and who waits for the rest.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import type { Dispatcher } from "undici"

type Chunk = Uint8Array

/** What is kept for a reader that has not come yet, or is slow; then the connection is not read any further. */
const highWaterMark = 64 * 1024

/** Where it comes from. */
export type Source = Pick<Dispatcher.DispatchController, "abort" | "pause" | "paused" | "resume">

export class Body {
  readonly #controller: Source
  #chunks: Array<Chunk> = []
  #size = 0
  #isAll = false
  #failure: Error | undefined
  /** Wants all of it, or else is content with the next of it. */
  #reader: { readonly all: boolean; readonly wake: () => void } | undefined

  constructor(controller: Source) {
    this.#controller = controller
  }

  /** Nothing of it is still to come. */
  get isOver(): boolean {
    return this.#isAll || this.#failure !== undefined
  }

  /** Somebody waits for it, who ends the connection if interrupted. */
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

  /** Ends the connection, unless all has arrived. */
  abort(): void {
    if (!this.isOver) this.#controller.abort(new Error("The answer was left unread"))
  }

  /** The whole of it; where it has come in one piece, as a view of what came. */
  get collect(): Effect.Effect<Chunk, Error> {
    return Effect.suspend(() => {
      if (this.#failure !== undefined) return Effect.fail(this.#failure)
      return this.#isAll ? Effect.succeed(this.#join()) : Effect.andThen(this.#wait(true), this.collect)
    })
  }

  /** The next of it. */
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
      // undici tells of what has arrived from within its parser: nobody is called from there.
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
