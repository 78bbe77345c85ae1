import { describe, expect, it } from "@effect/vitest"
import { EncodeError, HttpClientError, InvalidUrlError, TransportError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { inspect } from "node:util"
import { classify } from "../../../../packages/client/src/transport/attempt/ConnectionFailure.ts"

const request = HttpClientRequest.get("https://api.mypurecloud.com/api/v2/license/users").pipe(
  HttpClientRequest.bearerToken("CANARY-token")
)

const withCode = (code: string, more: object = {}) => Object.assign(new Error("it failed"), { code }, more)
const failed = (cause?: unknown) => classify(new HttpClientError({ reason: new TransportError({ request, cause }) }))

describe("ConnectionFailure", () => {
  it.each([
    ["ECONNREFUSED", "connect", true],
    ["ENOTFOUND", "connect", true],
    ["EAI_AGAIN", "connect", true],
    ["EAI_FAIL", "connect", true],
    ["EHOSTUNREACH", "connect", true],
    ["ENETUNREACH", "connect", true],
    ["EADDRNOTAVAIL", "connect", true],
    ["UND_ERR_CONNECT_TIMEOUT", "connect", true],
    ["ConnectionRefused", "connect", true],
    ["FailedToOpenSocket", "connect", true],
    ["CERT_HAS_EXPIRED", "tls", false],
    ["CERT_NOT_YET_VALID", "tls", false],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls", false],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls", false],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls", false],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls", false],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls", false],
    ["CERT_REVOKED", "tls", false],
    ["HOSTNAME_MISMATCH", "tls", false],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "exchange", true],
    ["ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", "exchange", true],
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "exchange", true],
    ["EPROTO", "exchange", true],
    ["ECONNRESET", "exchange", true],
    ["ETIMEDOUT", "exchange", true],
    ["EPIPE", "exchange", true],
    ["UND_ERR_SOCKET", "exchange", true],
    ["UND_ERR_BODY_TIMEOUT", "exchange", true],
    ["UND_ERR_HEADERS_TIMEOUT", "exchange", true],
    ["A_CODE_NOBODY_KNOWS", "exchange", true]
  ])("takes %s for a failure of the phase %s, retryable: %s", (code, phase, isRetryable) => {
    const reason = failed(withCode(code))
    expect(reason).toMatchObject({ _tag: "ConnectionFailed", phase, code, host: "api.mypurecloud.com" })
    expect(reason.isRetryable).toBe(isRetryable)
  })

  it.each([
    ["no cause at all", undefined],
    ["a text", "socket hang up"],
    ["an error without a code", new Error("socket hang up")],
    ["a code that is no text", { code: 7 }]
  ])("takes %s for a failure in the exchange, after which the server may have seen the request", (_, cause) => {
    const reason = failed(cause)
    expect(reason).toMatchObject({ _tag: "ConnectionFailed", phase: "exchange" })
    expect(reason).not.toHaveProperty("code")
  })

  it("finds the code in a cause of a cause", () => {
    expect(failed(new TypeError("fetch failed", { cause: withCode("ENOTFOUND") }))).toMatchObject({ phase: "connect" })
    const deep = new Error("1", { cause: new Error("2", { cause: withCode("CERT_HAS_EXPIRED") }) })
    expect(failed(deep)).toMatchObject({ phase: "tls" })
  })

  it.each([
    ["EHOSTUNREACH", "connect", "connect"],
    ["EHOSTUNREACH", "read", "exchange"],
    ["EHOSTUNREACH", "write", "exchange"],
    ["ENETUNREACH", "read", "exchange"],
    ["EADDRNOTAVAIL", "write", "exchange"],
    ["ECONNREFUSED", "read", "exchange"],
    ["ENOTFOUND", "getaddrinfo", "connect"],
    ["ETIMEDOUT", "connect", "connect"],
    ["ECONNRESET", "connect", "connect"],
    ["ETIMEDOUT", "read", "exchange"],
    ["EPROTO", "write", "exchange"]
  ])("takes %s of the system call %s for a failure of the phase %s", (code, syscall, phase) => {
    expect(failed(withCode(code, { syscall }))).toMatchObject({ code, phase })
    expect(failed(new TypeError("fetch failed", { cause: withCode(code, { syscall }) }))).toMatchObject({ code, phase })
  })

  it.each([
    ["could not be connected to", ["ECONNREFUSED", "ENETUNREACH"], "connect"],
    ["failed, one of them later", ["ECONNREFUSED", "ECONNRESET"], "exchange"],
    ["failed, one of them by its certificate", ["CERT_HAS_EXPIRED", "ECONNREFUSED"], "tls"]
  ])("takes several addresses that %s for what is certain of all of them", (_, codes, phase) => {
    const [code] = codes
    const tried = new AggregateError(codes.map((code) => withCode(code)))
    expect(failed(new TypeError("fetch failed", { cause: tried }))).toMatchObject({ code, phase })
    // Node puts the code of the first on all of them.
    expect(failed(Object.assign(tried, { code }))).toMatchObject({ code, phase })
  })

  it.each([
    ["Chrome", new TypeError("Failed to fetch"), "TypeError: Failed to fetch"],
    ["Firefox", new TypeError("NetworkError when attempting to fetch resource."), "TypeError: NetworkError"],
    ["Safari", new TypeError("Load failed"), "TypeError: Load failed"],
    ["Node", new TypeError("fetch failed", { cause: new Error("other side closed") }), "Error: other side closed"],
    [
      "Deno",
      new TypeError("error sending request for url (https://x?key=CANARY-1): dns error"),
      "TypeError: dns error"
    ],
    ["a stub of undici", new TypeError("dispatcher.dispatch is not a function"), "TypeError: is not a function"],
    ["a text", "socket hang up CANARY-2", "(socket hang up)"],
    ["an unknown error", new RangeError("CANARY-3"), "(RangeError)"]
  ])("tells the cause that %s tells without a code, in words that are known to be safe", (_, cause, said) => {
    const reason = failed(cause)
    expect(reason.message).toContain(said)
    expect(reason.message).not.toContain("CANARY")
  })

  it("says that a page may not be allowed to ask, where a browser says nothing", () => {
    expect(failed(new TypeError("Failed to fetch")).message).toContain("CORS")
    expect(failed(withCode("ECONNRESET")).message).not.toContain("CORS")
  })

  it.each(["HPE_HEADER_OVERFLOW", "UND_ERR_HEADERS_OVERFLOW"])(
    "takes %s for an answer, and not for a failure",
    (code) => {
      const reason = failed(withCode(code))
      expect(reason).toMatchObject({ _tag: "UnexpectedResponse", isRetryable: false })
      expect(reason.message).toContain("headers")
    }
  )

  it("ends when a cause is its own cause", () => {
    const loop: { cause?: unknown } = {}
    loop.cause = loop
    expect(failed(loop)).toMatchObject({ phase: "exchange" })
  })

  it("takes a request that cannot be written for an invalid one, which is not repeated", () => {
    const reasons = [
      classify(new HttpClientError({ reason: new InvalidUrlError({ request }) })),
      classify(new HttpClientError({ reason: new EncodeError({ request }) })),
      failed(withCode("UND_ERR_INVALID_ARG"))
    ]
    for (const reason of reasons) {
      expect(reason._tag).toBe("InvalidRequest")
      expect(reason.isRetryable).toBe(false)
    }
  })

  it("says where, and nothing that the request carries", () => {
    const reason = failed(withCode("ECONNREFUSED", { request }))
    expect(reason.message).toBe(
      "api.mypurecloud.com cannot be reached (ECONNREFUSED). Check the region or gateway, and the network."
    )
    expect(inspect(reason, { depth: 10 })).not.toContain("CANARY-token")
  })
})
