import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/OAuthClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { createHash } from "node:crypto"
import { call, requestToken } from "./Caller.ts"

const credentials = { clientId: defaultClientId, clientSecret: defaultClientSecret }
const redirect_uri = "http://localhost:3000/back"
const code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
const codeChallenge = createHash("sha256").update(code_verifier).digest("base64url")

const definitions = (token: string | Redacted.Redacted) =>
  call("GET", "/api/v2/license/definitions", { token: Redacted.isRedacted(token) ? token : Redacted.make(token) })

const refused = (error: string, description: string) => ({ error, description, error_description: description })

const consent = (options: { readonly codeChallenge?: string; readonly clientId?: string } = {}) =>
  Effect.flatMap(Emulator, ({ oauth }) => oauth.authorize({ redirectUri: redirect_uri, ...options }))

describe("OAuth", () => {
  describe("client credentials", () => {
    it.effect("gives a token that opens the API, and nothing to refresh it", () =>
      Effect.gen(function* () {
        const { body, headers, status } = yield* requestToken({ grant_type: "client_credentials" }, credentials)
        expect(status).toBe(200)
        expect(body).toEqual({ access_token: expect.any(String), token_type: "bearer", expires_in: 86_400 })
        expect(headers["inin-correlation-id"]).toMatch(/^[0-9a-f-]{36}$/)
        expect((yield* definitions(body.access_token)).status).toBe(200)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("takes id and secret in the form", () =>
      Effect.gen(function* () {
        const form = { client_id: defaultClientId, client_secret: defaultClientSecret }
        expect((yield* requestToken({ grant_type: "client_credentials", ...form })).status).toBe(200)
        expect(yield* requestToken({ grant_type: "client_credentials", ...form, client_secret: "no" })).toMatchObject({
          status: 401,
          body: refused("invalid_client", "authentication failed")
        })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("does not know another client", () =>
      Effect.gen(function* () {
        const stranger = { clientId: "stranger", clientSecret: defaultClientSecret }
        expect(yield* requestToken({ grant_type: "client_credentials" }, stranger)).toMatchObject({
          status: 400,
          body: refused("invalid_client", "client not found")
        })
        expect(yield* requestToken({ grant_type: "client_credentials" })).toMatchObject({ status: 400 })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("does not take a wrong secret, an empty one or none", () =>
      Effect.gen(function* () {
        const failed = { status: 401, body: refused("invalid_client", "authentication failed") }
        for (const clientSecret of ["wrong", ""]) {
          expect(
            yield* requestToken({ grant_type: "client_credentials" }, { ...credentials, clientSecret })
          ).toMatchObject(failed)
        }
        expect(yield* requestToken({ grant_type: "client_credentials", client_id: defaultClientId })).toMatchObject(
          failed
        )
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  })

  describe("authorization code", () => {
    const exchange = (code: Redacted.Redacted, more: { readonly [name: string]: string } = {}) =>
      requestToken({ grant_type: "authorization_code", code, redirect_uri, ...more }, credentials)

    it.effect("gives a token that opens the API, and one to refresh it", () =>
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

    it.effect("takes a code once", () =>
      Effect.gen(function* () {
        const code = yield* consent()
        expect((yield* exchange(code)).status).toBe(200)
        expect(yield* exchange(code)).toMatchObject({ status: 400, body: { error: "invalid_grant" } })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("does not take a code that was made up, for another address, or of another client", () =>
      Effect.gen(function* () {
        const invalid = { status: 400, body: { error: "invalid_grant" } }
        expect(yield* exchange(Redacted.make("made-up"))).toMatchObject(invalid)
        expect(yield* exchange(yield* consent(), { redirect_uri: "http://evil" })).toMatchObject(invalid)
        expect(yield* exchange(yield* consent({ clientId: "other" }))).toMatchObject(invalid)
      }).pipe(
        Effect.provide(
          Emulator.layerTest({ clients: [{ id: defaultClientId, secret: defaultClientSecret }, { id: "other" }] })
        )
      )
    )

    it.effect("with PKCE needs no secret but the verifier", () =>
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
        expect(yield* exchangePkce(yield* consent({ codeChallenge }), {})).toMatchObject({ status: 401 })
        expect(yield* exchangePkce(yield* consent(), { code_verifier })).toMatchObject({ status: 400 })
        // The secret does not stand in for the verifier.
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

    it.effect("needs the secret, unless it comes of PKCE", () =>
      Effect.gen(function* () {
        const client_id = defaultClientId
        const grant_type = "authorization_code"
        const plain = yield* requestToken({ grant_type, code: yield* consent(), redirect_uri }, credentials)
        const code = yield* consent({ codeChallenge })
        const pkce = yield* requestToken({ grant_type, client_id, code, redirect_uri, code_verifier })
        const refreshWithoutSecret = ({ body }: { readonly body: any }) =>
          requestToken({ grant_type: "refresh_token", client_id, refresh_token: body.refresh_token })
        expect((yield* refreshWithoutSecret(plain)).status).toBe(401)
        expect((yield* refreshWithoutSecret(pkce)).status).toBe(200)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("is over when revoked, and outlives the access tokens", () =>
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

  it.effect("takes a SAML2 assertion", () =>
    Effect.gen(function* () {
      const grant_type = "urn:ietf:params:oauth:grant-type:saml2-bearer"
      const good = yield* requestToken({ grant_type, orgName: "acme", assertion: "PHNhbWw+" }, credentials)
      expect(good.status).toBe(200)
      expect((yield* definitions(good.body.access_token)).status).toBe(200)
      expect(yield* requestToken({ grant_type, orgName: "acme", assertion: "" }, credentials)).toMatchObject({
        status: 400,
        body: { error: "invalid_grant" }
      })
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("refuses other grants, and requests that lack a part", () =>
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

  describe("token", () => {
    const client = { id: "short", secret: "s", accessTokenValiditySeconds: 300 }

    it.effect("expires when its time is over", () =>
      Effect.gen(function* () {
        const { body } = yield* requestToken(
          { grant_type: "client_credentials" },
          { clientId: "short", clientSecret: "s" }
        )
        expect(body.expires_in).toBe(300)
        yield* TestClock.adjust("299 seconds")
        expect((yield* definitions(body.access_token)).status).toBe(200)
        yield* TestClock.adjust("1 second")
        expect(yield* definitions(body.access_token)).toMatchObject({
          status: 401,
          body: { code: "bad.credentials" }
        })
      }).pipe(Effect.provide(Emulator.layerTest({ clients: [client] })))
    )

    it.effect("is over when revoked, and the others are not", () =>
      Effect.gen(function* () {
        const { oauth } = yield* Emulator
        const [one, other] = [yield* oauth.issue(), yield* oauth.issue()]
        yield* oauth.revoke(one)
        expect((yield* definitions(one)).status).toBe(401)
        expect((yield* definitions(other)).status).toBe(200)
        yield* oauth.revokeAll
        expect((yield* definitions(other)).status).toBe(401)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  })

  it.effect("shows its secret to nobody who only prints it", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      expect(oauth.credentials.clientId).toBe(defaultClientId)
      expect(Redacted.value(oauth.credentials.clientSecret)).toBe(defaultClientSecret)
      expect(JSON.stringify(oauth.credentials)).not.toContain(defaultClientSecret)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )
})
