import * as Errors from "@genesys-license/client/GenesysError"
import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

const body = { message: "Because.", code: "some.code", details: [], errors: [] }
const wait = Duration.seconds(42)

/** Every reason, whether it may pass, and what an administrator reads. */
const table: ReadonlyArray<readonly [Errors.Reason, isRetryable: boolean, message: string]> = [
  [
    new Errors.InvalidConfiguration({ setting: "GENESYSCLOUD_REGION", problem: "is not set" }),
    false,
    "GENESYSCLOUD_REGION is not set."
  ],
  [new Errors.InvalidRequest({ problem: "no user" }), false, "The request was not sent: no user."],
  [
    new Errors.AuthenticationFailed({ status: 401, error: "invalid_client", description: "authentication failed" }),
    false,
    "Genesys Cloud refused the credentials (invalid_client: authentication failed). Check the client id and the secret, and that the OAuth client belongs to this region."
  ],
  [
    new Errors.AuthenticationFailed({ status: 400 }),
    false,
    "Genesys Cloud refused the credentials. Check the client id and the secret, and that the OAuth client belongs to this region."
  ],
  [
    new Errors.AuthenticationFailed({ status: 400, error: "invalid_grant", description: "code not found" }),
    false,
    "The authorization code, refresh token or assertion was used already, has expired, or belongs to another client (invalid_grant: code not found). Let the user log in again."
  ],
  [
    new Errors.AuthenticationFailed({ status: 400, error: "unauthorized_client" }),
    false,
    "Genesys Cloud refused the credentials (unauthorized_client). Check that the OAuth client allows this grant type."
  ],
  [new Errors.Unauthorized({}), false, "The access token was not accepted. Log in again, or use a new token."],
  [
    new Errors.Unauthorized({ body }),
    false,
    "The access token was not accepted. Genesys Cloud says: Because. Log in again, or use a new token."
  ],
  [
    new Errors.Unauthorized({ body, retryAfter: wait }),
    false,
    "The access token was not accepted, and neither was a new one. Genesys Cloud says: Because. Check that the organization is active, and that no proxy or gateway removes the Authorization header. The client logs in again after 42s."
  ],
  [
    new Errors.Unauthorized({ body: { ...body, code: "ip.not.authorized" } }),
    false,
    "This machine's IP address is not allowed to use the organization. Genesys Cloud says: Because. Ask an administrator of the organization to allow it."
  ],
  [
    new Errors.Forbidden({ permissions: ["authorization:grant:add", "authorization:license:view"] }),
    false,
    "The OAuth client lacks a permission. Give one of its roles authorization:grant:add or authorization:license:view."
  ],
  [
    new Errors.Forbidden({ permissions: [], body }),
    false,
    "The OAuth client is not allowed to do this. Genesys Cloud says: Because. Check its roles and their divisions."
  ],
  [new Errors.NotFound({}), false, "Not found in this organization (status 404). Check the id or the path."],
  [
    new Errors.Refused({ status: 413, body: { code: "too.large", details: [], errors: [] } }),
    false,
    "The request was refused with status 413. Genesys Cloud says: too.large. Change it before you send it again."
  ],
  [
    new Errors.RateLimited({ retryAfter: wait }),
    true,
    "The rate limit of the OAuth client is used up. Try again in 42s."
  ],
  [new Errors.RateLimited({}), true, "The rate limit of the OAuth client is used up. Try again in a minute."],
  [
    new Errors.ServerError({ status: 503, retryAfter: wait }),
    true,
    "Genesys Cloud could not answer (status 503). Try again in 42s."
  ],
  [new Errors.ServerError({ status: 500 }), true, "Genesys Cloud could not answer (status 500). Try again later."],
  [
    new Errors.ServerError({ status: 501 }),
    false,
    "Genesys Cloud could not answer (status 501). Check the region, the gateway and any proxy."
  ],
  [
    new Errors.Timeout({ scope: "attempt", after: Duration.seconds(30) }),
    true,
    "No complete response within 30s (attemptTimeout). Try again later."
  ],
  [
    new Errors.Timeout({ scope: "call", after: Duration.minutes(5) }),
    true,
    "No complete response within 5m (callTimeout). Try again later."
  ],
  [
    new Errors.ConnectionFailed({ phase: "connect", host: "h", code: "ENOTFOUND" }),
    true,
    "h cannot be reached (ENOTFOUND). Check the region or gateway, and the network."
  ],
  [
    new Errors.ConnectionFailed({ phase: "tls", host: "h" }),
    false,
    "The TLS certificate of h was rejected. Check the certificates that this machine trusts, and any proxy."
  ],
  [
    new Errors.ConnectionFailed({ phase: "exchange", host: "h" }),
    true,
    "The connection to h broke before the complete response arrived. Try again later."
  ],
  [
    new Errors.ConnectionFailed({ phase: "exchange", host: "h", code: "EPROTO" }),
    true,
    "The connection to h broke before the complete response arrived (EPROTO). Check that this port speaks TLS, and any proxy. Try again later."
  ],
  [
    new Errors.ConnectionFailed({ phase: "exchange", host: "h", detail: "TypeError: Failed to fetch" }),
    true,
    "The connection to h broke before the complete response arrived (TypeError: Failed to fetch). In a browser, check that the server allows the page's origin (CORS). Try again later."
  ],
  [
    new Errors.UnexpectedRedirect({ status: 302 }),
    false,
    "The server answered with a redirect (status 302). The client follows none, to keep the token safe. Check the region or gateway."
  ],
  [
    new Errors.UnexpectedResponse({ problem: "id: Missing key", sample: "<html>" }),
    false,
    "The response is not what the API contract describes: id: Missing key. Check the region or gateway, and look for an update of this package. The response begins with: <html>"
  ],
  [
    new Errors.ResponseTooLarge({ limit: 100 }),
    false,
    "The response is larger than 100 bytes (maxResponseBytes). Request smaller pages, or raise the limit."
  ],
  [
    new Errors.CircuitOpen({}),
    true,
    "The request was not sent: recent requests to Genesys Cloud failed, so the circuit breaker is open. Try again later."
  ],
  [
    new Errors.CircuitOpen({ retryAfter: wait }),
    true,
    "The request was not sent: recent requests to Genesys Cloud failed, so the circuit breaker is open. Try again in 42s."
  ],
  [
    new Errors.UnexpectedResponse({ problem: "it is not complete JSON", isUnreadable: true }),
    true,
    "The response is not what the API contract describes: it is not complete JSON. Try again later."
  ],
  [
    new Errors.NetworkLogin({ status: 407 }),
    false,
    "A proxy requires a login (status 407). Put the user name and password into the address of the proxy."
  ],
  [
    new Errors.NetworkLogin({ status: 511 }),
    false,
    "This network requires a login (status 511). Open a web page in a browser on this machine and log in there."
  ],
  [
    new Errors.NotReady({ after: Duration.minutes(2) }),
    true,
    "Genesys Cloud is still preparing the report after 2m. Try again later."
  ],
  [
    new Errors.OutcomeUnknown({ because: new Errors.ServerError({ status: 502 }) }),
    false,
    "The change was sent, but its outcome is unknown. Genesys Cloud could not answer (status 502). Check whether it was made before you send it again."
  ],
  [
    new Errors.OutcomeUnknown({ because: new Errors.Timeout({ scope: "attempt", after: Duration.seconds(30) }) }),
    false,
    "The change was sent, but its outcome is unknown. No complete response within 30s (attemptTimeout). Check whether it was made before you send it again."
  ],
  [
    new Errors.OutcomeUnknown({
      because: new Errors.UnexpectedResponse({ problem: "it is not complete JSON", isUnreadable: true })
    }),
    false,
    "The change was sent, but its outcome is unknown. The response is not what the API contract describes: it is not complete JSON. Check whether it was made before you send it again."
  ],
  [
    new Errors.OutcomeUnknown({
      because: new Errors.ConnectionFailed({ phase: "exchange", host: "h" }),
      usedUp: "code"
    }),
    false,
    "The login was sent, but its response was lost. The connection to h broke before the complete response arrived. The authorization code may be used up: let the user log in again."
  ],
  [
    new Errors.OutcomeUnknown({ because: new Errors.ServerError({ status: 503 }), usedUp: "assertion" }),
    false,
    "The login was sent, but its response was lost. Genesys Cloud could not answer (status 503). The assertion may be used up: let the user log in again."
  ]
]

describe("GenesysError", () => {
  it("has a line in the table for every reason", () => {
    const tags = Object.values(Errors).flatMap((value) =>
      typeof value === "function" && "identifier" in value && "fields" in value ? [String(value.identifier)] : []
    )
    const named = new Set(table.map(([reason]) => reason._tag as string))
    expect(tags.filter((tag) => tag !== "GenesysError" && !named.has(tag))).toEqual([])
  })

  describe.each(table)("because of $_tag", (reason, isRetryable, message) => {
    const error = new Errors.GenesysError({ operation: "getLicenseUsers", reason })

    it("says what to do", () => {
      expect(reason.message).toBe(message)
      expect(error.message).toBe(`getLicenseUsers: ${message}`)
      expect(message).not.toMatch(/undefined|\[object|\s\s/)
    })

    it(`is ${isRetryable ? "" : "not "}worth another try`, () => {
      expect(reason.isRetryable).toBe(isRetryable)
      expect(error.isRetryable).toBe(isRetryable)
    })

    it("survives being written as JSON and read again", () => {
      const codec = Schema.toCodecJson(Errors.GenesysError)
      const whole = new Errors.GenesysError({
        operation: "getLicenseUsers",
        reason,
        attempts: 4,
        correlationId: "c",
        retryQuotaExhausted: true
      })
      const read = Schema.decodeUnknownSync(codec)(JSON.parse(JSON.stringify(Schema.encodeSync(codec)(whole))))
      expect(read).toBeInstanceOf(Errors.GenesysError)
      expect(read.message).toBe(whole.message)
      expect(read.reason._tag).toBe(reason._tag)
      expect(read.isRetryable).toBe(isRetryable)
      expect(Schema.toEquivalence(Errors.GenesysError)(read, whole)).toBe(true)
    })
  })

  it("tells how long to wait, where the server said", () => {
    const after = (reason: Errors.Reason) => new Errors.GenesysError({ operation: "o", reason }).retryAfter
    expect(after(new Errors.RateLimited({ retryAfter: wait }))).toEqual(wait)
    expect(after(new Errors.ServerError({ status: 503, retryAfter: wait }))).toEqual(wait)
    expect(after(new Errors.CircuitOpen({ retryAfter: wait }))).toEqual(wait)
    expect(after(new Errors.RateLimited({}))).toBeUndefined()
    expect(after(new Errors.NotFound({}))).toBeUndefined()
  })

  it.each([
    [{}, ""],
    [{ attempts: 1 }, ""],
    [{ attempts: 4 }, " [4 attempts]"],
    [{ correlationId: "c" }, " [correlation id c]"],
    [{ attempts: 2, retryQuotaExhausted: true }, " [not retried: too many recent failures; 2 attempts]"],
    [{ attempts: 4, correlationId: "c" }, " [4 attempts; correlation id c]"]
  ])("adds for %j the notes %j", (known, notes) => {
    const error = new Errors.GenesysError({ operation: "o", reason: new Errors.NotFound({}), ...known })
    expect(error.message).toBe(`o: Not found in this organization (status 404). Check the id or the path.${notes}`)
  })
})
