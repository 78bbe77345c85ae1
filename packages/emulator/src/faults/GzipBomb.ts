/**
 * JSON white space that weighs a thousandth on its way.
 */
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"

/** It comes in members of so many bytes: a gzip stream is a gzip stream however often it is repeated. */
export const unit = 1024 * 1024

/** Where nobody decompresses, it is white space from the beginning. */
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

/** Compressed once, however often it is sent. */
const gzip = () => {
  compressed ??= plain().then(async (bytes) => {
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  })
  return compressed
}
