/**
 * Decodes a body as UTF-8, and decompresses it if the platform did not.
 *
 * The header `content-encoding` does not say which: fetch decompresses and keeps the header,
 * other clients do not decompress. So a body is decompressed only if it is not UTF-8 text as it
 * arrived.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { ResponseTooLarge, UnexpectedResponse } from "../../errors/GenesysError.ts"
import * as BodyLimit from "./BodyLimit.ts"

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** The text of a body that is not compressed. `undefined` if it is not UTF-8. */
export const plain = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** The text of a body, compressed or not. Fails if it exceeds `limit` bytes. */
export const decode = (
  bytes: Uint8Array,
  encoding: string | undefined,
  limit: number
): Effect.Effect<string, ResponseTooLarge | UnexpectedResponse> => {
  const text = plain(bytes)
  if (text !== undefined) return Effect.succeed(text)
  if (encoding === undefined) return unreadable("it is not UTF-8 text")
  const decompressor = decompressorOf(encoding, bytes)
  if (decompressor === undefined) {
    return unreadable(`its content-encoding, ${quoted(encoding)}, is not supported on this platform`)
  }
  const broken = () =>
    new UnexpectedResponse({ problem: `it cannot be decompressed by its content-encoding, ${quoted(encoding)}` })
  const decompressed = Stream.fromReadableStream({
    evaluate: () => new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(decompressor),
    onError: broken
  })
  return Effect.flatMap(BodyLimit.counted(decompressed, limit), (bytes) => {
    const text = plain(bytes)
    return text === undefined ? unreadable("it is not UTF-8 text") : Effect.succeed(text)
  })
}

const unreadable = (problem: string) => Effect.fail(new UnexpectedResponse({ problem }))

/** Cut and limited to ASCII, because the server decides what is in a header. */
const quoted = (encoding: string) => encoding.replace(/[^\x21-\x7e]/g, " ").slice(0, 40)

/** `undefined` if the platform has no decompressor for the encoding. */
const decompressorOf = (encoding: string, bytes: Uint8Array): DecompressionStream | undefined => {
  const format = formatOf(encoding.trim().toLowerCase(), bytes)
  try {
    return format === undefined ? undefined : new DecompressionStream(format as CompressionFormat)
  } catch {
    return undefined
  }
}

/** The name that `DecompressionStream` has for a `content-encoding`. */
const formatOf = (encoding: string, bytes: Uint8Array): string | undefined => {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return "gzip"
    case "deflate":
      // Some servers send deflate data without the zlib header.
      return (bytes[0]! & 0x0f) === 8 ? "deflate" : "deflate-raw"
    case "br":
      return "brotli"
    default:
      return undefined
  }
}
