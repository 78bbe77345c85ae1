import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import { requestToken } from "../Caller.ts"
import { credentials, redirect_uri, code_verifier, codeChallenge, definitions, consent } from "./authorizing.ts"

describe("OAuth", () => {
  describe("authorization code", () => {
    const exchange = (code: Redacted.Redacted, more: { readonly [name: string]: string } = {}) =>
      requestToken({ grant_type: "authorization_code", code, redirect_uri, ...more }, credentials)

    it.effect("gives a token for the API and a refresh token", () =>
      Effect.gen(function* () {
        const { body, status } = yield* exchange(yield* consent())
        expect(status).toBe(200)
        expect(body).toEqual({
          access_token: expect.any(String),
          token_type: "bearer",
          expires_in: 86_400,
          refresh_token: expect.any(String)
        })
        expect((yield* definitions(body.access_token)).status).toBe(200)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("accepts a code only once", () =>
      Effect.gen(function* () {
        const code = yield* consent()
        expect((yield* exchange(code)).status).toBe(200)
        expect(yield* exchange(code)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("refuses an unknown code, and a code of another address or client", () =>
      Effect.gen(function* () {
        const invalid = { status: 400, body: { error: "invalid_grant" } }
        expect(yield* exchange(Redacted.make("CANARY-made-up"))).toMatchObject(invalid)
        expect(yield* exchange(yield* consent(), { redirect_uri: "http://evil" })).toMatchObject(invalid)
        expect(yield* exchange(yield* consent({ clientId: "other" }))).toMatchObject(invalid)
      }).pipe(
        Effect.provide(
          Emulator.layerTest({ clients: [{ id: defaultClientId, secret: defaultClientSecret }, { id: "other" }] })
        )
      )
    )

    it.effect("with PKCE needs the verifier instead of the secret", () =>
      Effect.gen(function* () {
        const exchangePkce = (code: Redacted.Redacted, verifier: { readonly code_verifier?: string }) =>
          requestToken({
            grant_type: "authorization_code",
            client_id: defaultClientId,
            code,
            redirect_uri,
            ...verifier
          })
        const good = yield* exchangePkce(yield* consent({ codeChallenge }), { code_verifier })
        expect(good).toMatchObject({ status: 200, body: { refresh_token: expect.any(String) } })
        expect((yield* definitions(good.body.access_token)).status).toBe(200)
        expect(
          yield* exchangePkce(yield* consent({ codeChallenge }), { code_verifier: `${code_verifier}x` })
        ).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
        expect(yield* exchangePkce(yield* consent({ codeChallenge }), {})).toMatchObject({ status: 400 })
        expect(yield* exchangePkce(yield* consent(), { code_verifier })).toMatchObject({ status: 400 })
        // The secret does not replace the verifier.
        expect(yield* exchange(yield* consent({ codeChallenge }))).toMatchObject({ status: 400 })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  })

  describe("refresh token", () => {
    const refresh = (refresh_token: string) => requestToken({ grant_type: "refresh_token", refresh_token }, credentials)

    it.effect("rotates", () =>
      Effect.gen(function* () {
        const form = { grant_type: "authorization_code", code: yield* consent(), redirect_uri }
        const first = yield* requestToken(form, credentials)
        const second = yield* refresh(first.body.refresh_token)
        expect(second.status).toBe(200)
        expect(second.body.refresh_token).not.toBe(first.body.refresh_token)
        expect((yield* definitions(second.body.access_token)).status).toBe(200)
        expect(yield* refresh(first.body.refresh_token)).toMatchObject({
          status: 400,
          body: { error: "invalid_grant" }
        })
        expect((yield* refresh(second.body.refresh_token)).status).toBe(200)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("works only for the client that received it", () =>
      Effect.gen(function* () {
        const form = { grant_type: "authorization_code", code: yield* consent(), redirect_uri }
        const { body } = yield* requestToken(form, credentials)
        const other = { clientId: "other", clientSecret: "o" }
        expect(
          yield* requestToken({ grant_type: "refresh_token", refresh_token: body.refresh_token }, other)
        ).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
      }).pipe(
        Effect.provide(
          Emulator.layerTest({
            clients: [
              { id: defaultClientId, secret: defaultClientSecret },
              { id: "other", secret: "o" }
            ]
          })
        )
      )
    )

    it.effect("needs the secret, except after PKCE", () =>
      Effect.gen(function* () {
        const client_id = defaultClientId
        const grant_type = "authorization_code"
        const plain = yield* requestToken({ grant_type, code: yield* consent(), redirect_uri }, credentials)
        const code = yield* consent({ codeChallenge })
        const pkce = yield* requestToken({ grant_type, client_id, code, redirect_uri, code_verifier })
        const refreshWithoutSecret = ({ body }: { readonly body: any }) =>
          requestToken({ grant_type: "refresh_token", client_id, refresh_token: body.refresh_token })
        expect((yield* refreshWithoutSecret(plain)).status).toBe(400)
        expect((yield* refreshWithoutSecret(pkce)).status).toBe(200)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("works after all access tokens are revoked, until it is revoked itself", () =>
      Effect.gen(function* () {
        const { oauth } = yield* Emulator
        const form = { grant_type: "authorization_code", code: yield* consent(), redirect_uri }
        const first = yield* requestToken(form, credentials)
        yield* oauth.revokeAll
        expect((yield* definitions(first.body.access_token)).status).toBe(401)
        const second = yield* refresh(first.body.refresh_token)
        expect(second.status).toBe(200)
        yield* oauth.revoke(Redacted.make(second.body.refresh_token))
        expect((yield* refresh(second.body.refresh_token)).status).toBe(400)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  })

  describe("GET /oauth/authorize", () => {
    const authorize = Effect.fnUntraced(function* (query: { readonly [name: string]: string }) {
      const url = `http://localhost/oauth/authorize?${new URLSearchParams(query)}`
      const { headers, status } = yield* HttpClient.execute(HttpClientRequest.get(url))
      const location = headers["location"]
      return { status, back: location === undefined ? undefined : new URL(location) }
    })
    const asked = { response_type: "code", client_id: defaultClientId, redirect_uri, state: "a b&c" }

    it.effect("redirects back with the state and a code, which gives a token", () =>
      Effect.gen(function* () {
        const { back, status } = yield* authorize(asked)
        expect(status).toBe(302)
        expect(back).toMatchObject({ origin: "http://localhost:3000", pathname: "/back" })
        expect(back!.searchParams.get("state")).toBe("a b&c")
        const code = back!.searchParams.get("code")!
        const token = yield* requestToken({ grant_type: "authorization_code", code, redirect_uri }, credentials)
        expect(token).toMatchObject({ status: 200, body: { refresh_token: expect.any(String) } })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("binds the code to the challenge of PKCE", () =>
      Effect.gen(function* () {
        const { back } = yield* authorize({ ...asked, code_challenge: codeChallenge, code_challenge_method: "S256" })
        const code = back!.searchParams.get("code")!
        const form = { grant_type: "authorization_code", client_id: defaultClientId, code, redirect_uri }
        expect((yield* requestToken({ ...form, code_verifier: "another" })).status).toBe(400)
        const other = yield* authorize({ ...asked, code_challenge: codeChallenge, code_challenge_method: "S256" })
        const otherCode = other.back!.searchParams.get("code")!
        expect((yield* requestToken({ ...form, code: otherCode, code_verifier })).status).toBe(200)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("redirects back without a code for unsupported requests", () =>
      Effect.gen(function* () {
        for (const [more, error] of [
          [{ response_type: "token" }, "unsupported_response_type"],
          [{ code_challenge: "plain", code_challenge_method: "plain" }, "invalid_request"],
          [{ code_challenge: "plain" }, "invalid_request"]
        ] as const) {
          const { back, status } = yield* authorize({ ...asked, ...more })
          expect(status).toBe(302)
          expect(Object.fromEntries(back!.searchParams)).toEqual({ error, state: "a b&c" })
        }
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("does not redirect an unknown client, or to an invalid address", () =>
      Effect.gen(function* () {
        for (const more of [{ client_id: "stranger" }, { redirect_uri: "back" }, { redirect_uri: "" }]) {
          expect(yield* authorize({ ...asked, ...more })).toEqual({ status: 400, back: undefined })
        }
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  })

  it.effect("accepts a SAML2 assertion", () =>
    Effect.gen(function* () {
      const grant_type = "urn:ietf:params:oauth:grant-type:saml2-bearer"
      const good = yield* requestToken({ grant_type, orgName: "acme", assertion: "PHNhbWw+" }, credentials)
      expect(good.status).toBe(200)
      expect((yield* definitions(good.body.access_token)).status).toBe(200)
      for (const [orgName, assertion] of [
        ["acme", ""],
        ["", "PHNhbWw+"]
      ] as const) {
        expect(yield* requestToken({ grant_type, orgName, assertion }, credentials)).toMatchObject({
          status: 400,
          body: { error: "invalid_grant" }
        })
      }
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("refuses other grants and incomplete requests", () =>
    Effect.gen(function* () {
      for (const form of [{ grant_type: "password" }, { x: "y" }]) {
        expect(yield* requestToken(form, credentials)).toMatchObject({
          status: 400,
          body: { error: "unsupported_grant_type" }
        })
      }
      expect(yield* requestToken({ grant_type: "refresh_token" }, credentials)).toMatchObject({
        status: 400,
        body: { error: "invalid_request" }
      })
    }).pipe(Effect.provide(Emulator.layerTest()))
  )
})
