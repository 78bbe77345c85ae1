import { assert, describe, it } from "@effect/vitest"
import { TokenError, TokenRequest, TokenResponse } from "@genesys-license/schema"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { inspect } from "node:util"
import { fixture } from "./fixture.ts"

const canary = "CANARY-3f9d1c"

/** Everything that a log, a crash report or a debugger would print of a value. */
const printed = (value: unknown): string =>
  [String(value), JSON.stringify(value), inspect(value, { depth: null, showHidden: true })].join("\n")

describe("TokenResponse", () => {
  const decode = Schema.decodeUnknownSync(TokenResponse)

  it("reads a token of the service's own identity, which has no refresh token", () => {
    const token = decode(fixture("token"))
    assert.strictEqual(Redacted.value(token.access_token), "a-fixture-access-token")
    assert.deepStrictEqual(Object.keys(token).sort(), ["access_token", "expires_in", "token_type"])
    assert.strictEqual(token.expires_in, 86_400)
    assert.strictEqual(token.token_type, "bearer")
  })

  it("reads a user's token with its refresh token", () => {
    const token = decode(fixture("token-of-a-user"))
    assert.strictEqual(Redacted.value(token.access_token), "a-fixture-access-token")
    assert.strictEqual(token.refresh_token && Redacted.value(token.refresh_token), "a-fixture-refresh-token")
    assert.strictEqual(token.token_type, "Bearer")
    assert.strictEqual(token.expires_in, 172_800)
  })

  it.each([0, -1, "86400", 1e12, null, [], {}])("keeps the token when its lifetime is %j", (expires_in) => {
    const token = decode({ access_token: "a", expires_in })
    assert.strictEqual(Redacted.value(token.access_token), "a")
    assert.deepStrictEqual(token.expires_in, expires_in)
  })

  it("keeps the token when nothing is said of its lifetime", () => {
    assert.notProperty(decode({ access_token: "a" }), "expires_in")
  })

  it("refuses an answer without a token", () => {
    for (const body of [{}, { access_token: null }, { access_token: 1 }, [], null, "token"]) {
      assert.throws(() => decode(body))
    }
  })

  it("shows no token when printed, and none in a refusal", () => {
    const token = decode({ access_token: canary, refresh_token: canary })
    assert.notInclude(printed(token), canary)
    for (const body of [
      { access_token: canary, refresh_token: 1 },
      { access_token: 1, refresh_token: canary },
      { access_token: [canary] },
      { access_token: { [canary]: canary } }
    ]) {
      const exit = Schema.decodeUnknownExit(TokenResponse)(body, { errors: "all" })
      assert.isTrue(Exit.isFailure(exit))
      assert.notInclude(printed(exit), canary)
    }
  })
})

describe("TokenError", () => {
  it.each([
    ["token-error-unknown-client", "client not found"],
    ["token-error-wrong-secret", "authentication failed"]
  ])("reads %s", (name, description) => {
    assert.deepStrictEqual(Schema.decodeUnknownSync(TokenError)(fixture(name)), {
      error: "invalid_client",
      description,
      error_description: description
    })
  })

  it("reads an error without a description", () => {
    assert.deepStrictEqual(Schema.decodeSync(TokenError)({ error: "invalid_request", description: null }), {
      error: "invalid_request"
    })
  })

  it("refuses an error body of the API, which has no field named error", () => {
    assert.throws(() => Schema.decodeUnknownSync(TokenError)(fixture("error-401")), /"error"/)
  })
})

describe("TokenRequest", () => {
  const secret = Redacted.make(canary)

  it.each<[TokenRequest, Record<string, string>]>([
    [{ grant_type: "client_credentials" }, { grant_type: "client_credentials" }],
    [
      { grant_type: "authorization_code", code: secret, redirect_uri: "https://app.example/callback" },
      { grant_type: "authorization_code", code: canary, redirect_uri: "https://app.example/callback" }
    ],
    [
      { grant_type: "authorization_code", code: secret, redirect_uri: "https://app.example/", code_verifier: secret },
      { grant_type: "authorization_code", code: canary, redirect_uri: "https://app.example/", code_verifier: canary }
    ],
    [
      { grant_type: "refresh_token", refresh_token: secret },
      { grant_type: "refresh_token", refresh_token: canary }
    ],
    [
      { grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer", orgName: "acme", assertion: secret },
      { grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer", orgName: "acme", assertion: canary }
    ]
  ])("writes $grant_type as the fields of a form, and reads it back", (grant, form) => {
    assert.deepStrictEqual(Schema.encodeSync(TokenRequest)(grant), form)
    assert.isTrue(Schema.toEquivalence(TokenRequest)(Schema.decodeUnknownSync(TokenRequest)(form), grant))
  })

  it("shows no secret when printed", () => {
    for (const grant of [
      { grant_type: "authorization_code", code: canary, redirect_uri: "/", code_verifier: canary },
      { grant_type: "refresh_token", refresh_token: canary },
      { grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer", orgName: "acme", assertion: canary }
    ]) {
      assert.notInclude(printed(Schema.decodeUnknownSync(TokenRequest)(grant)), canary)
    }
  })

  it("refuses a grant that the token endpoint does not take, and shows no secret then", () => {
    for (const grant of [
      { grant_type: "password", username: "ada", password: canary },
      { grant_type: "refresh_token", refresh_token: [canary] },
      { refresh_token: canary },
      { grant_type: "authorization_code", code: canary }
    ]) {
      const exit = Schema.decodeUnknownExit(TokenRequest)(grant, { errors: "all" })
      assert.isTrue(Exit.isFailure(exit))
      assert.notInclude(printed(exit), canary)
    }
  })
})
