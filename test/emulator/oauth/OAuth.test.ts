import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { call, requestToken } from "../Caller.ts"
import { credentials, redirect_uri, definitions, refused, consent } from "./authorizing.ts"

describe("OAuth", () => {
  describe("client credentials", () => {
    it.effect("gives a token for the API, but no refresh token", () =>
      Effect.gen(function* () {
        const { body, headers, status } = yield* requestToken({ grant_type: "client_credentials" }, credentials)
        expect(status).toBe(200)
        expect(body).toEqual({ access_token: expect.any(String), token_type: "bearer", expires_in: 86_400 })
        expect(headers["inin-correlation-id"]).toMatch(/^[0-9a-f-]{36}$/)
        expect((yield* definitions(body.access_token)).status).toBe(200)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("accepts id and secret in the form", () =>
      Effect.gen(function* () {
        const form = { client_id: defaultClientId, client_secret: defaultClientSecret }
        expect((yield* requestToken({ grant_type: "client_credentials", ...form })).status).toBe(200)
        expect(yield* requestToken({ grant_type: "client_credentials", ...form, client_secret: "no" })).toMatchObject({
          status: 400,
          body: refused("invalid_client", "authentication failed")
        })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("is also served at `/token` for the SDK for Ruby", () =>
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

    it.effect("refuses an unknown client", () =>
      Effect.gen(function* () {
        const stranger = { clientId: "stranger", clientSecret: defaultClientSecret }
        expect(yield* requestToken({ grant_type: "client_credentials" }, stranger)).toMatchObject({
          status: 400,
          body: refused("invalid_client", "authentication failed")
        })
        expect(yield* requestToken({ grant_type: "client_credentials" })).toMatchObject({ status: 400 })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )

    it.effect("refuses a wrong, an empty and a missing secret", () =>
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

  describe("token", () => {
    const client = { id: "short", secret: "CANARY-s", accessTokenValiditySeconds: 300 }

    it.effect("expires after its lifetime", () =>
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

    it.effect("stops working when it is revoked, and others do not", () =>
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

    it.effect("has the permissions of its roles and its additional permissions", () =>
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

    it.effect("loses a permission as soon as its role loses it", () =>
      Effect.gen(function* () {
        const { oauth, organization } = yield* Emulator
        const token = yield* oauth.issue()
        expect((yield* definitions(token)).status).toBe(200)
        yield* organization.replace({ roles: [{ ...roles[0]!, permissions: [] }] })
        expect((yield* definitions(token)).status).toBe(403)
      }).pipe(Effect.provide(Emulator.layerTest({ roles, clients: [{ id: "viewer", roles: ["viewer"] }] })))
    )

    it.effect("keeps its tokens and codes when it is replaced, and loses them when it is removed", () =>
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

  it.effect("remembers the newest 100,000 tokens", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      const first = yield* oauth.issue()
      const second = yield* oauth.issue()
      for (let n = 0; n < 99_999; n++) yield* oauth.issue()
      expect((yield* definitions(first)).status).toBe(401)
      expect((yield* definitions(second)).status).toBe(200)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("does not show its secret when it is printed", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      expect(oauth.credentials.clientId).toBe(defaultClientId)
      expect(Redacted.value(oauth.credentials.clientSecret)).toBe(defaultClientSecret)
      expect(JSON.stringify(oauth.credentials)).not.toContain(defaultClientSecret)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )
})
