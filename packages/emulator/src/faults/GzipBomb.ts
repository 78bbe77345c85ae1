/**
 * An answer of JSON white space, which gzip compresses to a thousandth of its size.
 */
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"

/** The decompressed size of one gzip member. Members can be concatenated to any size. */
export const unit = 1024 * 1024

/** `isCompressed` is false without a socket, because the client does not decompress there. */
export const make = (bytes: number, isCompressed: boolean) =>
  HttpServerResponse.stream(
    Stream.unwrap(
      Effect.map(Effect.promise(isCompressed ? gzip : plain), (member) =>
        Stream.map(Stream.range(1, Math.ceil(bytes / unit)), () => member)
      )
    ),
    { contentType: "application/json", ...(isCompressed && { headers: { "content-encoding": "gzip" } }) }
  )

const plain = async () => new Uint8Array(unit).fill(0x20)

let compressed: Promise<Uint8Array> | undefined

/** Cached: all members are the same. */
const gzip = () => {
  compressed ??= plain().then(async (bytes) => {
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  })
  return compressed
}
