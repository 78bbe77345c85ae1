/**
 * Reads a body, and never keeps more of it in memory than allowed. The limit counts the
 * decompressed bytes, so that a small compressed body cannot become a huge one.
 */
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import type { HttpClientError } from "effect/http/HttpClientError"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"
import { ResponseTooLarge } from "../../errors/GenesysError.ts"

/** Reads the complete body. Fails with `ResponseTooLarge` as soon as it exceeds `limit` bytes. */
export const collect = (
  response: HttpClientResponse,
  limit: number,
  // A parameter, because some platforms build the headers again on each access.
  headers = response.headers
): Effect.Effect<Uint8Array, HttpClientError | ResponseTooLarge> => {
  // These have no body, and reading one fails with fetch. The content-length of a HEAD is that of a GET.
  if ([204, 205, 304].includes(response.status) || response.request.method === "HEAD")
    return Effect.succeed(new Uint8Array())
  const length = promisedLength(headers)
  if (length === undefined) return counted(response.stream, limit)
  if (length <= limit) {
    // Checked again: if a browser hides the content-encoding, the length is that of the compressed body.
    return Effect.filterOrFail(
      bytesOf(response),
      (bytes) => bytes.byteLength <= limit,
      () => new ResponseTooLarge({ limit })
    )
  }
  // Reads one chunk and leaves the stream, because an unread body would keep the connection open.
  const left = Effect.timeoutOption(Stream.runHead(response.stream), "1 second")
  return Effect.andThen(left, Effect.fail(new ResponseTooLarge({ limit })))
}

/**
 * Uses `bytes` if the response has it, as a web `Response` does. An `ArrayBuffer` is usually a
 * copy outside the heap, which is collected late.
 */
const bytesOf = (
  response: HttpClientResponse & { readonly bytes?: Effect.Effect<Uint8Array, HttpClientError> }
): Effect.Effect<Uint8Array, HttpClientError> =>
  Effect.isEffect(response.bytes)
    ? response.bytes
    : Effect.map(response.arrayBuffer, (buffer) => new Uint8Array(buffer))

/** The `content-length` of a body that is not compressed. HTTP ends such a body there. */
const promisedLength = (headers: Headers.Headers): number | undefined => {
  const length = headers["content-length"]
  return headers["content-encoding"] === undefined && length !== undefined && /^\d+$/.test(length)
    ? Number(length)
    : undefined
}

/** Reads a complete stream, with the same limit. */
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
