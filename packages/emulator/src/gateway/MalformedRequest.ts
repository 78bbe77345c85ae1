/**
 * The answer to bytes that are not an HTTP request. No route sees them, and Node would answer
 * without a body.
 */
import type { ErrorBodyEncoded } from "@genesys-license/schema/ErrorBody"

/** The complete HTTP answer. `code` is the code of Node's error. */
export const answer = (code: string | undefined): string => {
  const [status, reason, name, message] = described(code)
  const body = JSON.stringify({ message, code: name, status, details: [], errors: [] } satisfies ErrorBodyEncoded)
  return [
    `HTTP/1.1 ${status} ${reason}`,
    "content-type: application/json",
    `content-length: ${body.length}`,
    "connection: close",
    "",
    body
  ].join("\r\n")
}

const described = (code: string | undefined): readonly [number, string, string, string] => {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return [
        431,
        "Request Header Fields Too Large",
        "emulator.headers.too.large",
        "The URL and the headers are larger than 16 KiB. Send a shorter URL or smaller headers."
      ]
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return [408, "Request Timeout", "client.timeout", "The request did not arrive completely in time. Send it again."]
    default:
      return [400, "Bad Request", "bad.request", "The request is not valid HTTP/1.1. Check its URL and headers."]
  }
}
