/**
 * Reads a body without ever holding more of it than allowed. What is counted is
 * what arrives after decompression, so that a small bomb is a large body.
 */
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"
import { ResponseTooLarge } from "../../errors/GenesysError.ts"

/** The whole body, or `ResponseTooLarge` as soon as it goes over `limit` bytes. */
export const collect = (
  response: HttpClientResponse,
  limit: number,
  // Some platforms make them anew at every look.
  headers = response.headers
): Effect.Effect<Uint8Array, HttpClientError | ResponseTooLarge> => {
  // fetch gives these no body at all, and to read one is an error. The length of a HEAD is that of a GET.
  if ([204, 205, 304].includes(response.status) || response.request.method === "HEAD")
    return Effect.succeed(new Uint8Array())
  const length = promisedLength(headers)
  if (length === undefined) return counted(response.stream, limit)
  if (length <= limit) {
    // Where a browser hides the encoding, the length is that of the compressed body.
    return Effect.filterOrFail(
      bytesOf(response),
      (bytes) => bytes.byteLength <= limit,
      () => new ResponseTooLarge({ limit })
    )
  }
  // Leaving a stream after its first chunk closes the connection; an unread body would keep it.
  const left = Effect.timeoutOption(Stream.runHead(response.stream), "1 second")
  return Effect.andThen(left, Effect.fail(new ResponseTooLarge({ limit })))
}

/**
 * A response may offer its bytes under the name that the web's has for them. An
 * `ArrayBuffer` is mostly a copy: memory outside of the heap, which is collected late.
 */
const bytesOf = (
  response: HttpClientResponse & { readonly bytes?: Effect.Effect<Uint8Array, HttpClientError> }
): Effect.Effect<Uint8Array, HttpClientError> =>
  Effect.isEffect(response.bytes)
    ? response.bytes
    : Effect.map(response.arrayBuffer, (buffer) => new Uint8Array(buffer))

/** A plain body is never longer than its `content-length`: HTTP ends it there. */
const promisedLength = (headers: Headers.Headers): number | undefined => {
  const length = headers["content-length"]
  return headers["content-encoding"] === undefined && length !== undefined && /^\d+$/.test(length)
    ? Number(length)
    : undefined
}

/** The whole of a stream, under the same limit. */
export const counted = <E>(
  stream: Stream.Stream<Uint8Array, E>,
  limit: number
): Effect.Effect<Uint8Array, E | ResponseTooLarge> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array<ArrayBuffer>> = []
    let size = 0
    return stream.pipe(
      Stream.runForEachArray((arrived) => {
        for (const chunk of arrived) {
          size += chunk.byteLength
          if (size > limit) return Effect.fail(new ResponseTooLarge({ limit }))
          chunks.push(chunk as Uint8Array<ArrayBuffer>)
        }
        return Effect.void
      }),
      Effect.flatMap(() => Effect.promise(async () => new Uint8Array(await new Blob(chunks).arrayBuffer())))
    )
  })
