/**
 * What went wrong below HTTP, told from what platforms put on their errors: a code, and
 * the system call that failed. Only these, the host and well-known words leave this
 * module: the platform's own error carries the request, and the request carries the token.
 */
import type { HttpClientError } from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import { ConnectionFailed, InvalidRequest, UnexpectedResponse } from "../../errors/GenesysError.ts"

/** Failures before the first byte of the request is written, where no system call says otherwise. */
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

/** System calls that come before the first byte. Any other (`read`, `write`) worked on a connection that was there. */
const beforeTheFirstByte = new Set(["connect", "getaddrinfo"])

/**
 * The certificate, or the name in it, was refused: the handshake was not finished. Other
 * TLS failures (`ERR_SSL_…`, `EPROTO`) may also be those of a record in the middle of an answer.
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

/** Several addresses that were tried: nothing was sent only if that holds for each of them. */
const phaseOfAll = (phases: ReadonlyArray<Phase>): Phase => {
  if (phases.every((phase) => phase === "connect")) return "connect"
  return phases.includes("exchange") ? "exchange" : "tls"
}

/** The first code along the chain of causes. */
const failureOf = (error: unknown, depth = 0): Failure => {
  if (!Predicate.isObject(error) || depth > 5) return { phase: "exchange" }
  const code = "code" in error && typeof error["code"] === "string" ? error["code"] : undefined
  if ("errors" in error && Array.isArray(error["errors"]) && error["errors"].length > 0) {
    const tried = error["errors"].map((one) => failureOf(one, depth + 1))
    const first = code ?? tried[0]?.code
    return { phase: phaseOfAll(tried.map(({ phase }) => phase)), ...(first !== undefined && { code: first }) }
  }
  if (code !== undefined) return { phase: phaseOf(code, "syscall" in error ? error["syscall"] : undefined), code }
  return "cause" in error ? failureOf(error["cause"], depth + 1) : { phase: "exchange" }
}

/** What platforms say in place of a code: Chrome, Firefox, Safari, Node, undici, Deno, and a stub of undici. */
const sayings =
  /Failed to fetch|NetworkError when attempting to fetch resource|Load failed|connection was lost|appears to be offline|socket hang up|other side closed|terminated|dns error|tcp connect error|invalid peer certificate|is not a function/

const nameOfError = /^[A-Z][A-Za-z]{0,30}(Error|Exception)$|^Error$/

/** The innermost cause by its name and, where the words are known, what it says. */
const describe = (error: unknown, depth = 0): string | undefined => {
  if (typeof error === "string") return sayings.exec(error)?.[0]
  if (!Predicate.isObject(error)) return undefined
  const inner = "cause" in error && depth < 5 ? describe(error["cause"], depth + 1) : undefined
  if (inner !== undefined) return inner
  const name = "name" in error && typeof error["name"] === "string" ? nameOfError.exec(error["name"])?.[0] : undefined
  const said = "message" in error && typeof error["message"] === "string" ? describe(error["message"]) : undefined
  return name !== undefined && said !== undefined ? `${name}: ${said}` : (said ?? name)
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : "The server")

/** The reason for a failure that is not an answer. */
export const classify = (error: HttpClientError): ConnectionFailed | InvalidRequest | UnexpectedResponse => {
  const reason = error.reason
  if (reason._tag === "InvalidUrlError" || reason._tag === "EncodeError") {
    return new InvalidRequest({ problem: "it cannot be written as an HTTP request" })
  }
  const { code, phase } = failureOf(reason.cause)
  // Node's fetch and undici refuse a malformed header before they connect.
  if (code === "UND_ERR_INVALID_ARG")
    return new InvalidRequest({ problem: "a header has a value that HTTP does not allow" })
  if (code === "HPE_HEADER_OVERFLOW" || code === "UND_ERR_HEADERS_OVERFLOW") {
    return new UnexpectedResponse({
      problem: `its headers are larger than this program reads, which is 16 kB if nobody has set it (${code})`
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

/** Whether the server may have seen the request, as far as the failure tells. */
export const mayHaveArrived = (reason: ReturnType<typeof classify>): boolean =>
  reason._tag === "ConnectionFailed" ? reason.phase === "exchange" : reason._tag === "UnexpectedResponse"
