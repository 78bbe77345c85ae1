/**
 * Checks the body of a request before it is parsed: its media type, size and depth.
 */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import { MaxBodySize } from "effect/http/HttpIncomingMessage"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as ErrorResponse from "./ErrorResponse.ts"
import * as ReceivedBody from "./ReceivedBody.ts"

/** The maximum depth of JSON. It protects recursive code from a stack overflow. */
const maximumDepth = 100

/** The answer that refuses the body; `undefined` if it is acceptable. The handler can read the body again. */
export const refusal = Effect.fnUntraced(function* (endpoint: HttpApiEndpoint.Top, maximumBytes: number) {
  if (endpoint.payload.size === 0) return undefined
  const request = yield* HttpServerRequest
  const mediaType = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase()
  if (mediaType !== undefined && mediaType !== "application/json") return yield* ErrorResponse.unsupportedMediaType
  const body = yield* request.arrayBuffer.pipe(
    Effect.provideService(MaxBodySize, ByteSize.bytes(maximumBytes)),
    Effect.catchTag("HttpServerError", (error) =>
      error.reason._tag === "RequestParseError" && error.reason.reason === "BodyTooLarge"
        ? Effect.succeed(undefined)
        : Effect.die(error)
    )
  )
  if (body === undefined || body.byteLength > maximumBytes) return yield* ErrorResponse.tooLarge(maximumBytes)
  yield* ReceivedBody.note(body)
  if (mediaType === undefined && body.byteLength > 0) return yield* ErrorResponse.unsupportedMediaType
  return isTooDeep(body) ? yield* ErrorResponse.badRequest(`The JSON has more than ${maximumDepth} levels.`) : undefined
})

const [quote, backslash, ...brackets] = new TextEncoder().encode(`"\\[{]}`)

/** Whether JSON has more than 100 levels. Does not parse it, because a parser can fail on deep JSON. */
export const isTooDeep = (bytes: ArrayBuffer): boolean => {
  let depth = 0
  let isText = false
  const json = new Uint8Array(bytes)
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!
    if (byte === quote) isText = !isText
    else if (isText) at += byte === backslash ? 1 : 0
    else if (byte === brackets[0] || byte === brackets[1]) {
      if (++depth > maximumDepth) return true
    } else if (byte === brackets[2] || byte === brackets[3]) depth -= 1
  }
  return false
}
