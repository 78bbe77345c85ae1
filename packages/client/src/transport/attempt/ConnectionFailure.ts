/**
 * Classifies failures below HTTP by what platforms attach to their errors: a code, and the system
 * call that failed. Only these, the host and well-known phrases leave this module, because the
 * platform's error contains the request, and the request contains the token.
 */
import type { HttpClientError } from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import { ConnectionFailed, InvalidRequest, UnexpectedResponse } from "../../errors/GenesysError.ts"

/** Codes of failures before the first byte of the request is sent. Used only if the error names no system call. */
const connect = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "ERR_SOCKET_CONNECTION_TIMEOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  // Bun
  "ConnectionRefused",
  "FailedToOpenSocket"
])

/** System calls before the first byte is sent. Any other, such as `read` or `write`, needs a connection. */
const beforeTheFirstByte = new Set(["connect", "getaddrinfo"])

/**
 * Codes of a rejected certificate or host name: the handshake did not finish, so nothing was
 * sent. Other TLS codes (`ERR_SSL_…`, `EPROTO`) may also occur in the middle of a response.
 */
const certificate =
  /^(CERT_|CRL_|ERROR_IN_C|ERR_TLS_CERT_ALTNAME_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|UNKNOWN_CERTIFICATE_|(HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$)/

type Phase = ConnectionFailed["phase"]

interface Failure {
  readonly phase: Phase
  readonly code?: string
}

const phaseOf = (code: string, syscall: unknown): Phase => {
  if (certificate.test(code)) return "tls"
  const isConnect = typeof syscall === "string" ? beforeTheFirstByte.has(syscall) : connect.has(code)
  return isConnect ? "connect" : "exchange"
}

/** The phase if several addresses were tried: nothing was sent only if nothing was sent to any of them. */
const phaseOfAll = (phases: ReadonlyArray<Phase>): Phase => {
  if (phases.every((phase) => phase === "connect")) return "connect"
  return phases.includes("exchange") ? "exchange" : "tls"
}

/** The first code in the chain of causes. */
const failureOf = (error: unknown, depth = 0): Failure => {
  if (!Predicate.isObject(error) || depth > 5) return { phase: "exchange" }
  const code = "code" in error && typeof error["code"] === "string" ? error["code"] : undefined
  if ("errors" in error && Array.isArray(error["errors"]) && error["errors"].length > 0) {
    const tried = error["errors"].map((attempt) => failureOf(attempt, depth + 1))
    const first = code ?? tried[0]?.code
    return { phase: phaseOfAll(tried.map(({ phase }) => phase)), ...(first !== undefined && { code: first }) }
  }
  if (code !== undefined) return { phase: phaseOf(code, "syscall" in error ? error["syscall"] : undefined), code }
  return "cause" in error ? failureOf(error["cause"], depth + 1) : { phase: "exchange" }
}

/** Phrases that platforms use instead of a code: Chrome, Firefox, Safari, Node, undici, Deno, and a stub of undici. */
const phrases =
  /Failed to fetch|NetworkError when attempting to fetch resource|Load failed|connection was lost|appears to be offline|socket hang up|other side closed|terminated|dns error|tcp connect error|invalid peer certificate|is not a function/

const nameOfError = /^[A-Z][A-Za-z]{0,30}(Error|Exception)$|^Error$/

/** The name of the innermost cause, and its message if that is a known phrase. */
const describe = (error: unknown, depth = 0): string | undefined => {
  if (typeof error === "string") return phrases.exec(error)?.[0]
  if (!Predicate.isObject(error)) return undefined
  const inner = "cause" in error && depth < 5 ? describe(error["cause"], depth + 1) : undefined
  if (inner !== undefined) return inner
  const name = "name" in error && typeof error["name"] === "string" ? nameOfError.exec(error["name"])?.[0] : undefined
  const said = "message" in error && typeof error["message"] === "string" ? describe(error["message"]) : undefined
  return name !== undefined && said !== undefined ? `${name}: ${said}` : (said ?? name)
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : "The server")

/** The reason for a failure without a response. */
export const classify = (error: HttpClientError): ConnectionFailed | InvalidRequest | UnexpectedResponse => {
  const reason = error.reason
  if (reason._tag === "InvalidUrlError" || reason._tag === "EncodeError") {
    return new InvalidRequest({ problem: "its URL or body cannot be sent over HTTP" })
  }
  const { code, phase } = failureOf(reason.cause)
  // Node's fetch and undici check headers before they connect.
  if (code === "UND_ERR_INVALID_ARG")
    return new InvalidRequest({ problem: "a header contains a character that HTTP does not allow" })
  if (code === "HPE_HEADER_OVERFLOW" || code === "UND_ERR_HEADERS_OVERFLOW") {
    return new UnexpectedResponse({
      problem: `its headers are larger than this program accepts, which is 16 KiB by default (${code})`
    })
  }
  const detail = code === undefined ? describe(reason.cause) : undefined
  return new ConnectionFailed({
    phase,
    host: hostOf(reason.request.url),
    ...(code !== undefined && { code }),
    ...(detail !== undefined && { detail })
  })
}

/** Whether the server may have received the request. */
export const mayHaveArrived = (reason: ReturnType<typeof classify>): boolean =>
  reason._tag === "ConnectionFailed" ? reason.phase === "exchange" : reason._tag === "UnexpectedResponse"
