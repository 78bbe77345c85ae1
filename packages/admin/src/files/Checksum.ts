/**
 * The SHA-256 checksum of a text that arrives in parts. The platform's digest needs the whole
 * text in memory: for a million users, 100 MB.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import * as Effect from "effect/Effect"
import * as Hex from "effect/encoding/Hex"
import * as Stream from "effect/Stream"
import { Utf8 } from "./Utf8.ts"

export const of = <E, R>(text: Stream.Stream<string, E, R>): Effect.Effect<string, E, R> =>
  Effect.suspend(() => {
    const hash = sha256.create()
    const encoder = new Utf8()
    return text.pipe(
      Stream.runForEach((part) =>
        Effect.sync(() => {
          for (const bytes of encoder.encode(part)) hash.update(bytes)
        })
      ),
      Effect.map(() => `sha256:${Hex.encode(hash.digest())}`)
    )
  })
