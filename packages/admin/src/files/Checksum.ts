/**
 * The SHA-256 checksum of a text that arrives in parts. The platform's digest needs the whole
 * text in memory: for a million users, 100 MB.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Stream from "effect/Stream"
import { Utf8 } from "./Utf8.ts"

/** Takes the checksum of a text. */
export interface Checksum {
  /** Adds the next part of the text. */
  readonly add: (part: string) => void
  /** The checksum of all parts, such as `sha256:9f86…`. Call it once, at the end. */
  readonly get: () => string
}

/** Begins a checksum. */
export const make = (): Checksum => {
  const hash = sha256.create()
  return {
    add: (part) => {
      for (const bytes of encoder.encode(part)) hash.update(bytes)
    },
    get: () => `sha256:${Hex.encode(hash.digest())}`
  }
}

/** All share it: nothing of it is used after an `add`. */
const encoder = new Utf8()

/** The checksum of a whole stream. */
export const of = <E, R>(text: Stream.Stream<string, E, R>): Effect.Effect<string, E, R> =>
  Effect.suspend(() => {
    const checksum = make()
    return Effect.map(
      Stream.runForEach(text, (part) => Effect.sync(() => checksum.add(part))),
      checksum.get
    )
  })
