/**
 * The answer to what is no HTTP request, which no route ever sees: Node would answer it
 * without a body.
 */
import type { ErrorBodyEncoded } from "@genesys-license/schema/ErrorBody"

/** Bytes to send before the connection is closed; `code` is what Node calls the mistake. */
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
        "The URL and the headers are over 16 KiB."
      ]
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return [408, "Request Timeout", "client.timeout", "The request took too long to arrive."]
    default:
      return [400, "Bad Request", "bad.request", "The request could not be understood: it is not HTTP."]
  }
}
