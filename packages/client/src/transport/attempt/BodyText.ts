/**
 * The text of a body: UTF-8, and decompressed where the platform has left that to us.
 *
 * fetch decompresses what it gets, and leaves the header that says so; other clients
 * hand on what came. Only a body that is no text is looked at twice.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { ResponseTooLarge, UnexpectedResponse } from "../../errors/GenesysError.ts"
import * as BodyLimit from "./BodyLimit.ts"

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** The text as it came; nothing when it is none. */
export const plain = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** What came, as text, however it is encoded: never more than `limit` bytes of it. */
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
    return unreadable(`it is compressed, and this platform cannot read its content-encoding, ${quoted(encoding)}`)
  }
  const broken = () => new UnexpectedResponse({ problem: `it is not in its content-encoding, ${quoted(encoding)}` })
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

/** A header is the server's word. */
const quoted = (encoding: string) => encoding.replace(/[^\x21-\x7e]/g, " ").slice(0, 40)

/** Nothing where the platform has none for it. */
const decompressorOf = (encoding: string, bytes: Uint8Array): DecompressionStream | undefined => {
  const format = formatOf(encoding.trim().toLowerCase(), bytes)
  try {
    return format === undefined ? undefined : new DecompressionStream(format as CompressionFormat)
  } catch {
    return undefined
  }
}

/** The web's names of the encodings of HTTP. */
const formatOf = (encoding: string, bytes: Uint8Array): string | undefined => {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return "gzip"
    case "deflate":
      // Some send it bare.
      return (bytes[0]! & 0x0f) === 8 ? "deflate" : "deflate-raw"
    case "br":
      return "brotli"
    default:
      return undefined
  }
}
