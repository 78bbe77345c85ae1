/**
 * What went wrong below HTTP, told from the codes that platforms put on their
 * errors. Only the code and the host leave this module: the platform's own error
 * carries the request, and the request carries the token.
 */
import type { HttpClientError } from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import { ConnectionFailed, InvalidRequest } from "../errors/GenesysError.ts"

/** Failures before the first byte of the request is written. */
const connect = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  // Bun
  "ConnectionRefused",
  "FailedToOpenSocket"
])

const tls = /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/

/** The first code along the chain of causes; an aggregate (several addresses tried) counts as its first. */
const codeOf = (error: unknown, depth = 0): string | undefined => {
  if (!Predicate.isObject(error) || depth > 5) return undefined
  if ("code" in error && typeof error["code"] === "string") return error["code"]
  if ("errors" in error && Array.isArray(error["errors"])) return codeOf(error["errors"][0], depth + 1)
  return "cause" in error ? codeOf(error["cause"], depth + 1) : undefined
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : "The server")

/** The reason for a failure that is not an answer. */
export const classify = (error: HttpClientError): ConnectionFailed | InvalidRequest => {
  const reason = error.reason
  if (reason._tag === "InvalidUrlError" || reason._tag === "EncodeError") {
    return new InvalidRequest({ problem: "it cannot be written as an HTTP request" })
  }
  const code = codeOf(reason.cause)
  // Node's fetch and undici refuse a malformed header before they connect.
  if (code === "UND_ERR_INVALID_ARG")
    return new InvalidRequest({ problem: "a header has a value that HTTP does not allow" })
  const phase =
    code !== undefined && connect.has(code) ? "connect" : code !== undefined && tls.test(code) ? "tls" : "exchange"
  return new ConnectionFailed({ phase, host: hostOf(reason.request.url), ...(code !== undefined && { code }) })
}
