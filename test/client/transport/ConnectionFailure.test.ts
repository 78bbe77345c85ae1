import { describe, expect, it } from "@effect/vitest"
import { EncodeError, HttpClientError, InvalidUrlError, TransportError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { inspect } from "node:util"
import { classify } from "../../../packages/client/src/transport/ConnectionFailure.ts"

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
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls", false],
    ["EPROTO", "tls", false],
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

  it("takes several addresses that were tried for the first of them", () => {
    const tried = new AggregateError([withCode("ECONNREFUSED"), withCode("ENETUNREACH")])
    expect(failed(new TypeError("fetch failed", { cause: tried }))).toMatchObject({ code: "ECONNREFUSED" })
  })

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
