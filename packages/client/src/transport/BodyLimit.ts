/**
 * Reads a body without ever holding more of it than allowed. What is counted is
 * what arrives after decompression, so that a small bomb is a large body.
 */
import * as Effect from "effect/Effect"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"
import { ResponseTooLarge } from "../LicenseError.ts"

/** The whole body, or `ResponseTooLarge` as soon as it goes over `limit` bytes. */
export const collect = (
  response: HttpClientResponse,
  limit: number
): Effect.Effect<Uint8Array<ArrayBuffer>, HttpClientError | ResponseTooLarge> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    return response.stream.pipe(
      Stream.runForEachArray((arrived) => {
        for (const chunk of arrived) {
          size += chunk.byteLength
          if (size > limit) return Effect.fail(new ResponseTooLarge({ limit }))
          chunks.push(chunk)
        }
        return Effect.void
      }),
      Effect.map(() => {
        const body = new Uint8Array(size)
        let offset = 0
        for (const chunk of chunks) {
          body.set(chunk, offset)
          offset += chunk.byteLength
        }
        return body
      })
    )
  })
