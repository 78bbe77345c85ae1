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
    "Genesys Cloud refused the credentials (unauthorized_client). Check that the OAuth client has the grant type that is used here."
  ],
  [new Errors.Unauthorized({}), false, "The access token was not accepted."],
  [new Errors.Unauthorized({ body }), false, "The access token was not accepted. Genesys Cloud says: Because."],
  [
    new Errors.Unauthorized({ body, retryAfter: wait }),
    false,
    "The access token was not accepted, and neither was a new one. Genesys Cloud says: Because. Check that the organization is active, and that no proxy or gateway removes the Authorization header. The client logs in again after 42s."
  ],
  [
    new Errors.Unauthorized({ body: { ...body, code: "ip.not.authorized" } }),
    false,
    "This machine's address is not allowed to use the organization. Genesys Cloud says: Because."
  ],
  [
    new Errors.Forbidden({ permissions: ["authorization:grant:add", "authorization:license:view"] }),
    false,
    "The OAuth client lacks a permission. Give one of its roles authorization:grant:add or authorization:license:view."
  ],
  [
    new Errors.Forbidden({ permissions: [], body }),
    false,
    "The OAuth client is not allowed to do this. Genesys Cloud says: Because."
  ],
  [new Errors.NotFound({}), false, "There is no such thing in this organization."],
  [
    new Errors.Refused({ status: 413, body: { code: "too.large", details: [], errors: [] } }),
    false,
    "The request was refused with status 413. Genesys Cloud says: too.large"
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
    "Genesys Cloud could not answer (status 503). Try again later."
  ],
  [new Errors.ServerError({ status: 501 }), false, "Genesys Cloud could not answer (status 501). Try again later."],
  [new Errors.Timeout({ scope: "attempt", after: Duration.seconds(30) }), true, "No whole answer within 30s."],
  [new Errors.Timeout({ scope: "call", after: Duration.minutes(5) }), true, "No whole answer within 5m."],
  [
    new Errors.ConnectionFailed({ phase: "connect", host: "h", code: "ENOTFOUND" }),
    true,
    "h cannot be reached (ENOTFOUND). Check the region or gateway, and the network."
  ],
  [
    new Errors.ConnectionFailed({ phase: "tls", host: "h" }),
    false,
    "h did not prove its identity. Check the certificates of this machine, and any proxy in between."
  ],
  [
    new Errors.ConnectionFailed({ phase: "exchange", host: "h" }),
    true,
    "The connection to h broke before the whole answer had arrived."
  ],
  [
    new Errors.UnexpectedRedirect({ status: 302 }),
    false,
    "The server answered with a redirect (status 302), which is never followed. Check the region or gateway."
  ],
  [
    new Errors.UnexpectedResponse({ problem: "id: Missing key", sample: "<html>" }),
    false,
    "The answer is not what the contract promises: id: Missing key. It began with: <html>"
  ],
  [
    new Errors.ResponseTooLarge({ limit: 100 }),
    false,
    "The answer is larger than 100 bytes. Ask for smaller pages, or raise the limit."
  ],
  [
    new Errors.CircuitOpen({}),
    true,
    "Nothing was sent, because Genesys Cloud has not been answering. Try again later."
  ],
  [
    new Errors.UnexpectedResponse({ problem: "it is no whole JSON document", isUnreadable: true }),
    true,
    "The answer is not what the contract promises: it is no whole JSON document."
  ],
  [
    new Errors.NetworkLogin({ status: 407 }),
    false,
    "A proxy in between wants a log-in (status 407). Give its user and password in the address of the proxy."
  ],
  [
    new Errors.NetworkLogin({ status: 511 }),
    false,
    "This network wants a sign-in before it lets anything through (status 511). Open a page in a browser on this machine."
  ],
  [
    new Errors.NotReady({ after: Duration.minutes(2) }),
    true,
    "Genesys Cloud is still preparing the answer after 2m. Try again later."
  ],
  [
    new Errors.OutcomeUnknown({ because: new Errors.ServerError({ status: 502 }) }),
    false,
    "The change was sent, but its outcome is unknown. Genesys Cloud could not answer (status 502). Try again later. Read back what it changed before sending it again."
  ],
  [
    new Errors.OutcomeUnknown({
      because: new Errors.ConnectionFailed({ phase: "exchange", host: "h" }),
      usedUp: "code"
    }),
    false,
    "The login was sent, but its answer was lost. The connection to h broke before the whole answer had arrived. Its authorization code may be used up: let the user log in again."
  ],
  [
    new Errors.OutcomeUnknown({ because: new Errors.ServerError({ status: 503 }), usedUp: "assertion" }),
    false,
    "The login was sent, but its answer was lost. Genesys Cloud could not answer (status 503). Try again later. Its assertion may be used up: let the user log in again."
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
    [{ attempts: 2, retryQuotaExhausted: true }, " [not repeated: too many recent failures; 2 attempts]"],
    [{ attempts: 4, correlationId: "c" }, " [4 attempts; correlation id c]"]
  ])("adds for %j the notes %j", (known, notes) => {
    const error = new Errors.GenesysError({ operation: "o", reason: new Errors.NotFound({}), ...known })
    expect(error.message).toBe(`o: There is no such thing in this organization.${notes}`)
  })
})
