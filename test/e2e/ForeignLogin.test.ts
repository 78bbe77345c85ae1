/** The client logs in at a server that shares no code and no author with the emulator. */
import { NodeHttpClient } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { type GenesysError, GenesysTransport } from "@genesys-license/client"
import type { Credentials } from "@genesys-license/client/Credentials"
import { OrganizationApi } from "@genesys-license/schema"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { createHash } from "node:crypto"
import * as Canary from "../support/Canary.ts"
import * as ForeignLogin from "../support/foreignLogin.ts"

const { clientId, clientSecret, publicClientId, redirectUri } = ForeignLogin

const scope = "license:readonly"
const codeVerifier = Redacted.make(`${Canary.mark}-verifier~._-of-forty-three-characters-and-more`)
const code_challenge = createHash("sha256").update(Redacted.value(codeVerifier)).digest("base64url")
const challenge = { code_challenge, code_challenge_method: "S256" }

const clientCredentials: Credentials = { _tag: "ClientCredentials", clientId, clientSecret }

/** The code of a user who has agreed. */
const codeFor = (login: ForeignLogin.ForeignLogin, client: string, more: { readonly [name: string]: string } = {}) =>
  Effect.map(login.consent({ client_id: client, scope, state: "a state", ...more }), (back) => {
    expect(back.get("state")).toBe("a state")
    return Redacted.make(back.get("code")!)
  })

const withCode = (login: ForeignLogin.ForeignLogin) =>
  Effect.map(codeFor(login, clientId), (code): Credentials => ({
    _tag: "AuthorizationCode",
    clientId,
    clientSecret,
    code,
    redirectUri
  }))

const withPkce = (login: ForeignLogin.ForeignLogin) =>
  Effect.map(codeFor(login, publicClientId, challenge), (code): Credentials => ({
    _tag: "Pkce",
    clientId: publicClientId,
    code,
    codeVerifier,
    redirectUri
  }))

/** A client of its own: the call that every test makes, and the refresh token to keep. */
const logIn = ({ host, port }: ForeignLogin.ForeignLogin, credentials: Credentials) =>
  Effect.map(
    GenesysTransport.layer({ gateway: { protocol: "http", host, port }, credentials }).pipe(
      Layer.provide(NodeHttpClient.layerUndici),
      Layer.build
    ),
    (context) => {
      const { group, refreshToken } = Context.get(context, GenesysTransport)
      return {
        call: group(OrganizationApi.groups.organizations).getOrganizationsMe(),
        refreshToken: Effect.map(refreshToken, Option.getOrThrow)
      }
    }
  )

const refused = (call: Effect.Effect<unknown, GenesysError>) => Effect.orDie(Effect.flip(call))

const organization = { id: "foreign-organization" }

describe.concurrent("a login that others wrote", () => {
  it.live("takes client credentials, and gives another token when one has ended", () =>
    Effect.gen(function* () {
      const login = yield* ForeignLogin.make
      const { call } = yield* logIn(login, clientCredentials)
      expect(yield* call).toEqual(organization)
      expect(yield* call).toEqual(organization)
      expect(login.asked).toHaveLength(1)
      yield* login.endAccessTokens
      expect(yield* call).toEqual(organization)
      const asked = { grantType: "client_credentials", clientId, refreshToken: undefined }
      expect(login.asked).toEqual([asked, asked])
    })
  )

  it.live("refuses a wrong secret, and the error says so", () =>
    Effect.gen(function* () {
      const login = yield* ForeignLogin.make
      const wrong = Redacted.make(`${Canary.mark}-a-wrong-secret`)
      const { call } = yield* logIn(login, { ...clientCredentials, clientSecret: wrong })
      const error = yield* refused(call)
      expect(error.operation).toBe("authenticate")
      expect(error.reason).toMatchObject({ _tag: "AuthenticationFailed", status: 401, error: "invalid_client" })
      expect(error.message).toContain("Check the client id and the secret")
    })
  )

  describe.each([
    ["an authorization code", withCode, clientId],
    ["PKCE", withPkce, publicClientId]
  ] as const)("by %s", (_, credentialsOf, client) => {
    it.live("is renewed with the refresh token of the last answer, which is another each time", () =>
      Effect.gen(function* () {
        const login = yield* ForeignLogin.make
        const { call, refreshToken } = yield* logIn(login, yield* credentialsOf(login))
        expect(yield* call).toEqual(organization)
        const given = [Redacted.value(yield* refreshToken)]
        for (let renewals = 0; renewals < 2; renewals += 1) {
          yield* login.endAccessTokens
          expect(yield* call).toEqual(organization)
          given.push(Redacted.value(yield* refreshToken))
        }
        expect(new Set(given).size).toBe(3)
        const renewal = { grantType: "refresh_token", clientId: client }
        expect(login.asked).toEqual([
          { grantType: "authorization_code", clientId: client, refreshToken: undefined },
          ...given.slice(0, 2).map((refreshToken) => ({ ...renewal, refreshToken }))
        ])
      })
    )

    it.live("goes on in a later session with the refresh token that was kept", () =>
      Effect.gen(function* () {
        const login = yield* ForeignLogin.make
        const first = yield* logIn(login, yield* credentialsOf(login))
        yield* first.call
        const kept: Credentials = {
          _tag: "RefreshToken",
          clientId: client,
          ...(client === clientId && { clientSecret }),
          refreshToken: yield* first.refreshToken
        }
        const second = yield* logIn(login, kept)
        expect(yield* second.call).toEqual(organization)
        expect(Redacted.value(yield* second.refreshToken)).not.toBe(Redacted.value(kept.refreshToken))

        // It was kept too long: the server has rotated it since.
        const late = yield* logIn(login, kept)
        const error = yield* refused(late.call)
        expect(error.reason).toMatchObject({ _tag: "AuthenticationFailed", status: 400, error: "invalid_grant" })
        expect(error.message).toContain("refresh token or assertion was used already")
        expect(error.message).toContain("Let the user log in again")
        expect(login.asked.map(({ refused }) => refused)).toEqual([undefined, undefined, "invalid_grant"])

        // Whoever uses an old one may be a thief, so that the server ends the whole session.
        expect((yield* refused(second.call)).reason).toMatchObject({ error: "invalid_grant" })
      })
    )

    it.live("takes a code once", () =>
      Effect.gen(function* () {
        const login = yield* ForeignLogin.make
        const credentials = yield* credentialsOf(login)
        yield* (yield* logIn(login, credentials)).call
        const error = yield* refused((yield* logIn(login, credentials)).call)
        expect(error.reason).toMatchObject({ _tag: "AuthenticationFailed", status: 400, error: "invalid_grant" })
      })
    )
  })

  it.live("refuses a code without the verifier that it was given for", () =>
    Effect.gen(function* () {
      const login = yield* ForeignLogin.make
      const credentials = yield* withPkce(login)
      const other = Redacted.make(`${Canary.mark}-another-verifier-of-forty-three-characters`)
      const { call } = yield* logIn(login, { ...credentials, codeVerifier: other } as Credentials)
      const error = yield* refused(call)
      expect(error.reason).toMatchObject({ _tag: "AuthenticationFailed", status: 400, error: "invalid_grant" })
    })
  )
})
