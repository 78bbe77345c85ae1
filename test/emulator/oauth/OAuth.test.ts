import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { createHash } from "node:crypto"
import { call, requestToken } from "../Caller.ts"

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
          status: 400,
          body: refused("invalid_client", "authentication failed")
        })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("is served at `/token` as well, where the SDK for Ruby looks for it", () =>
      Effect.gen(function* () {
        const { journal } = yield* Emulator
        const response = yield* HttpClient.execute(
          HttpClientRequest.post("http://localhost/token").pipe(
            HttpClientRequest.basicAuth(defaultClientId, defaultClientSecret),
            HttpClientRequest.bodyText("grant_type=client_credentials", "application/x-www-form-urlencoded")
          )
        )
        expect(response.status).toBe(200)
        expect(yield* response.json).toMatchObject({ token_type: "bearer", expires_in: 86_400 })
        expect((yield* journal.requests).map(({ operation, path }) => [operation, path])).toEqual([["token", "/token"]])
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("does not know another client", () =>
      Effect.gen(function* () {
        const stranger = { clientId: "stranger", clientSecret: defaultClientSecret }
        expect(yield* requestToken({ grant_type: "client_credentials" }, stranger)).toMatchObject({
          status: 400,
          body: refused("invalid_client", "authentication failed")
        })
        expect(yield* requestToken({ grant_type: "client_credentials" })).toMatchObject({ status: 400 })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("does not take a wrong secret, an empty one or none", () =>
      Effect.gen(function* () {
        const failed = { status: 400, body: refused("invalid_client", "authentication failed") }
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
        expect(yield* exchange(Redacted.make("CANARY-made-up"))).toMatchObject(invalid)
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
        expect(yield* exchangePkce(yield* consent({ codeChallenge }), {})).toMatchObject({ status: 400 })
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

    it.effect("is of use to its own client only", () =>
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

    it.effect("needs the secret, unless it comes of PKCE", () =>
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

  describe("GET /oauth/authorize", () => {
    const authorize = Effect.fnUntraced(function* (query: { readonly [name: string]: string }) {
      const url = `http://localhost/oauth/authorize?${new URLSearchParams(query)}`
      const { headers, status } = yield* HttpClient.execute(HttpClientRequest.get(url))
      const location = headers["location"]
      return { status, back: location === undefined ? undefined : new URL(location) }
    })
    const asked = { response_type: "code", client_id: defaultClientId, redirect_uri, state: "a b&c" }

    it.effect("leads back with a code that gives a token, and with the state", () =>
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

    it.effect("leads back without a code what the platform does not do", () =>
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

    it.effect("leads nowhere for a client that is not known, or to what is no address", () =>
      Effect.gen(function* () {
        for (const more of [{ client_id: "stranger" }, { redirect_uri: "back" }, { redirect_uri: "" }]) {
          expect(yield* authorize({ ...asked, ...more })).toEqual({ status: 400, back: undefined })
        }
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  })

  it.effect("takes a SAML2 assertion", () =>
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
    const client = { id: "short", secret: "CANARY-s", accessTokenValiditySeconds: 300 }

    it.effect("expires when its time is over", () =>
      Effect.gen(function* () {
        const { body } = yield* requestToken(
          { grant_type: "client_credentials" },
          { clientId: "short", clientSecret: "CANARY-s" }
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

  describe("client", () => {
    const roles = [
      { id: "viewer", name: "Viewer", permissions: ["authorization:license:view"] },
      { id: "nothing", name: "Nothing", permissions: [] }
    ]

    it.effect("may do what its roles permit, and what it is permitted beside them", () =>
      Effect.gen(function* () {
        const { oauth } = yield* Emulator
        const statuses = (clientId: string) =>
          Effect.gen(function* () {
            const token = yield* oauth.issue({ clientId })
            const read = yield* definitions(token)
            const write = yield* call("POST", "/api/v2/license/organization", { token })
            return [read.status, write.status]
          })
        expect(yield* statuses("viewer")).toEqual([200, 403])
        expect(yield* statuses("nothing")).toEqual([403, 403])
        expect(yield* statuses("both")).toEqual([200, 200])
        expect(yield* statuses("unknown role")).toEqual([403, 403])
        expect(yield* statuses("without roles")).toEqual([200, 200])
      }).pipe(
        Effect.provide(
          Emulator.layerTest({
            roles,
            clients: [
              { id: "viewer", roles: ["viewer"] },
              { id: "nothing", roles: ["nothing"] },
              { id: "both", roles: ["nothing", "viewer"], permissions: ["authorization:grant:add"] },
              { id: "unknown role", roles: ["admin"] },
              { id: "without roles" }
            ]
          })
        )
      )
    )

    it.effect("loses at once what its role loses", () =>
      Effect.gen(function* () {
        const { oauth, organization } = yield* Emulator
        const token = yield* oauth.issue()
        expect((yield* definitions(token)).status).toBe(200)
        yield* organization.replace({ roles: [{ ...roles[0]!, permissions: [] }] })
        expect((yield* definitions(token)).status).toBe(403)
      }).pipe(Effect.provide(Emulator.layerTest({ roles, clients: [{ id: "viewer", roles: ["viewer"] }] })))
    )

    it.effect("that is replaced keeps its tokens and codes, and one that is gone loses them", () =>
      Effect.gen(function* () {
        const { oauth } = yield* Emulator
        const tokens = [yield* oauth.issue({ clientId: "stays" }), yield* oauth.issue({ clientId: "goes" })]
        const code = yield* consent({ clientId: "stays" })
        yield* oauth.replace({
          clients: [
            { id: "new", secret: "n" },
            { id: "stays", secret: "changed" }
          ]
        })
        expect((yield* definitions(tokens[0]!)).status).toBe(200)
        expect((yield* definitions(tokens[1]!)).status).toBe(401)
        expect(oauth.credentials.clientId).toBe("new")
        const form = { grant_type: "authorization_code", code, redirect_uri }
        expect((yield* requestToken(form, { clientId: "stays", clientSecret: "changed" })).status).toBe(200)
        yield* oauth.reset
        expect((yield* oauth.clients).map(({ id }) => id)).toEqual(["stays", "goes"])
      }).pipe(Effect.provide(Emulator.layerTest({ clients: [{ id: "stays" }, { id: "goes" }] })))
    )
  })

  it.effect("remembers 100,000 tokens, and of more than those the newest", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      const first = yield* oauth.issue()
      const second = yield* oauth.issue()
      for (let n = 0; n < 99_999; n++) yield* oauth.issue()
      expect((yield* definitions(first)).status).toBe(401)
      expect((yield* definitions(second)).status).toBe(200)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("shows its secret to nobody who only prints it", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      expect(oauth.credentials.clientId).toBe(defaultClientId)
      expect(Redacted.value(oauth.credentials.clientSecret)).toBe(defaultClientSecret)
      expect(JSON.stringify(oauth.credentials)).not.toContain(defaultClientSecret)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )
})
