import { CurrentCallOptions, GenesysTransport, LicenseService } from "@genesys-license/client"
import type { Credentials } from "@genesys-license/client/Credentials"
import { describe, expect, it } from "@effect/vitest"
import type { OAuth } from "@genesys-license/emulator/oauth/OAuth"
import { defaultClient, defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { createHash } from "node:crypto"
import {
  type Answer,
  breakOf,
  error,
  late,
  ok,
  refusedConnection,
  reply,
  reset,
  rulesOf,
  silence
} from "../../answers.ts"
import { always, failureOf, type Server, withEmulator } from "../../clients.ts"

const client = { clientId: defaultClientId, clientSecret: Redacted.make(defaultClientSecret) }
const redirectUri = "https://example.com/back"
const codeVerifier = Redacted.make("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
const codeChallenge = createHash("sha256").update(Redacted.value(codeVerifier)).digest("base64url")

const codeOf = (oauth: OAuth["Service"]) =>
  Effect.map(oauth.authorize({ redirectUri }), (code): Credentials => ({
    _tag: "AuthorizationCode",
    ...client,
    code,
    redirectUri
  }))

/** Credentials that the emulator takes once. */
const grants: ReadonlyArray<readonly [name: string, (oauth: OAuth["Service"]) => Effect.Effect<Credentials, unknown>]> =
  [
    ["an authorization code", codeOf],
    [
      "a code with PKCE",
      (oauth) =>
        Effect.map(oauth.authorize({ redirectUri, codeChallenge }), (code) => ({
          _tag: "Pkce",
          clientId: defaultClientId,
          code,
          codeVerifier,
          redirectUri
        }))
    ],
    [
      "a refresh token",
      (oauth) =>
        Effect.gen(function* () {
          const code = yield* oauth.authorize({ redirectUri })
          const { refreshToken } = yield* oauth.exchange(
            { grant_type: "authorization_code", code, redirect_uri: redirectUri },
            client
          )
          return { _tag: "RefreshToken", ...client, refreshToken: Redacted.make(refreshToken!) } as const
        })
    ],
    [
      "an assertion",
      () =>
        Effect.succeed({
          _tag: "Saml2Bearer",
          ...client,
          orgName: "acme",
          assertion: Redacted.make("CANARY-PHNhbWw+")
        } as const)
    ]
  ]

/** Another client of the emulator, whose credentials come from it. */
const clientOf = (credentials: Credentials) =>
  Layer.build(
    LicenseService.layerTransport.pipe(Layer.provideMerge(GenesysTransport.layer({ region: "us-east-1", credentials })))
  ).pipe(
    Effect.map((context) => ({
      license: Context.get(context, LicenseService),
      transport: Context.get(context, GenesysTransport)
    }))
  )

/** A server a second away, at which a login is answered as told. */
const awayAnswering = (
  answers: ReadonlyArray<Answer>,
  test: (server: Server) => Generator<Effect.Effect<any, any, any>, void, any>
) =>
  always(0.5)(
    withEmulator(
      {
        distance: Effect.succeed("1 second"),
        emulator: { users: [], definitions: [], faults: rulesOf("token", answers) },
        breaks: (sent, attempt) => (sent.url.pathname.endsWith("/oauth/token") ? breakOf(answers, attempt) : undefined)
      },
      (_, server) => test(server)
    )
  )

describe("A login that works once", () => {
  describe("is not lost when nobody waits for its answer any more", () => {
    it.effect.each(grants)("with %s, and Effect.timeout", ([, grantOf]) =>
      awayAnswering([ok], function* (server) {
        const { oauth } = server
        const { license } = yield* clientOf(yield* grantOf(oauth))
        expect(yield* Effect.timeoutOption(license.getDefinitions, "1500 millis")).toEqual(Option.none())
        yield* license.getDefinitions
        yield* Effect.sleep("1 minute")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
        expect(server.token[0]!.aborted).toBe(false)
      })
    )

    it.effect.each(grants)("with %s, and a callTimeout", ([, grantOf]) =>
      awayAnswering([ok], function* (server) {
        const { oauth } = server
        const { license } = yield* clientOf(yield* grantOf(oauth))
        const hurried = license.getDefinitions.pipe(
          Effect.provideService(CurrentCallOptions, { callTimeout: "1500 millis" })
        )
        expect(yield* failureOf(hurried)).toMatchObject({ reason: { _tag: "Timeout", scope: "call" } })
        yield* Effect.sleep("1 minute")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(1)
      })
    )

    it.effect("while a session is renewed: the next one uses the refresh token that came unseen", () =>
      awayAnswering([ok], function* ({ journal, oauth }) {
        yield* oauth.replace({ clients: [{ ...defaultClient, accessTokenValiditySeconds: 300 }] })
        const { license } = yield* clientOf(yield* codeOf(oauth))
        for (let session = 0; session < 3; session++) {
          yield* Effect.timeoutOption(license.getDefinitions, "1500 millis")
          yield* Effect.sleep("5 minutes")
        }
        yield* license.getDefinitions
        yield* journal.verify({ operation: "token", status: 200, times: 4 })
        yield* journal.verify({ operation: "token", times: 4 })
      })
    )
  })

  it.effect("gives its refresh token to who asks for it while it is on its way", () =>
    awayAnswering([ok], function* ({ oauth }) {
      const { license, transport } = yield* clientOf(yield* codeOf(oauth))
      yield* Effect.timeoutOption(license.getDefinitions, "1500 millis")
      expect(Option.isSome(yield* transport.refreshToken)).toBe(true)
    })
  )

  it.effect("is waited for when the client is closed", () =>
    awayAnswering([ok], function* ({ oauth }) {
      const scope = yield* Scope.make()
      const { license, transport } = yield* Scope.provide(clientOf(yield* codeOf(oauth)), scope)
      yield* Effect.timeoutOption(license.getDefinitions, "1500 millis")
      yield* Scope.close(scope, Exit.void)
      expect(Option.isSome(yield* transport.refreshToken)).toBe(true)
    })
  )

  it.effect("is given up when the client is closed and no answer has come for 5 seconds", () =>
    awayAnswering([silence], function* (server) {
      const { oauth } = server
      const scope = yield* Scope.make()
      const { license, transport } = yield* Scope.provide(clientOf(yield* codeOf(oauth)), scope)
      yield* Effect.timeoutOption(license.getDefinitions, "1500 millis")
      const before = yield* Clock.currentTimeMillis
      yield* Scope.close(scope, Exit.void)
      expect((yield* Clock.currentTimeMillis) - before).toBe(5_000)
      expect(server.token).toMatchObject([{ aborted: true }])
      expect(yield* transport.refreshToken).toEqual(Option.none())
    })
  )

  describe("and whose answer is lost", () => {
    it.effect.each<readonly [string, Answer, because: string]>([
      ["because the connection breaks", reset, "ConnectionFailed"],
      ["because it is 503", reply(503), "ServerError"],
      ["because it is HTML", reply(200, "<html>"), "UnexpectedResponse"],
      ["because it never comes", silence, "Timeout"]
    ])("%s is OutcomeUnknown, and a code is never sent again", ([, answer, because]) =>
      awayAnswering([answer], function* (server) {
        const { oauth } = server
        const { license } = yield* clientOf(yield* codeOf(oauth))
        const failed = yield* failureOf(license.getDefinitions)
        expect(failed).toMatchObject({
          operation: "authenticate",
          attempts: 1,
          reason: { _tag: "OutcomeUnknown", usedUp: "code", because: { _tag: because } }
        })
        expect(failed.message).not.toContain("secret")
        const again = yield* failureOf(license.getDefinitions)
        expect(again).toMatchObject({ operation: "authenticate", reason: { _tag: "AuthenticationFailed" } })
        expect(again.reason).not.toHaveProperty("status")
        expect(again.message).toContain("Let the user log in again")
        expect(server.token).toHaveLength(1)
      })
    )

    it.effect("is not repeated with an assertion either, until the next call", () =>
      awayAnswering([reset, ok], function* (server) {
        const { oauth } = server
        const { license } = yield* clientOf(yield* grants[3]![1](oauth))
        expect((yield* failureOf(license.getDefinitions)).reason).toMatchObject({
          _tag: "OutcomeUnknown",
          usedUp: "assertion"
        })
        expect(server.token).toHaveLength(1)
        yield* license.getDefinitions
      })
    )

    it.effect("is repeated with a refresh token: there is no other way to the session", () =>
      awayAnswering([reply(503), late("1 second")], function* (server) {
        const { oauth } = server
        const { license } = yield* clientOf(yield* grants[2]![1](oauth))
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
      })
    )
  })

  it.effect.each<readonly [string, Answer]>([
    ["nobody listens", refusedConnection],
    ["there is no room for it", reply(429, "", { "retry-after": "1" })]
  ])("is repeated with a code when %s", ([, answer]) =>
    awayAnswering([answer, ok], function* (server) {
      const { oauth } = server
      const { license } = yield* clientOf(yield* codeOf(oauth))
      yield* license.getDefinitions
      expect(server.token).toHaveLength(2)
    })
  )

  it.effect("and is refused says that the code was used or has expired", () =>
    awayAnswering([error(400, "invalid_grant")], function* ({ oauth }) {
      yield* oauth.replace({ clients: [defaultClient] })
      const { license } = yield* clientOf({
        _tag: "AuthorizationCode",
        ...client,
        code: Redacted.make("CANARY-of-yesterday"),
        redirectUri
      })
      const failed = yield* failureOf(license.getDefinitions)
      expect(failed.message).toContain("was used already, has expired")
      expect(failed.message).not.toContain("secret")
    })
  )

  describe("and brings no refresh token", () => {
    const withoutRefreshToken: Answer = [
      {
        type: "patch",
        operations: [
          { op: "remove", path: "/refresh_token" },
          { op: "add", path: "/expires_in", value: 300 }
        ]
      }
    ]

    it.effect("is not sent again when its token has expired", () =>
      awayAnswering([withoutRefreshToken], function* (server) {
        const { oauth } = server
        const { license } = yield* clientOf(yield* codeOf(oauth))
        yield* license.getDefinitions
        yield* Effect.sleep("5 minutes")
        expect(yield* failureOf(license.getDefinitions)).toMatchObject({
          operation: "authenticate",
          reason: { _tag: "AuthenticationFailed", error: "invalid_grant" }
        })
        expect(server.token).toHaveLength(1)
      })
    )

    it.effect("is not sent again when its token is refused", () =>
      awayAnswering([withoutRefreshToken], function* (server) {
        const { oauth } = server
        const { license } = yield* clientOf(yield* codeOf(oauth))
        yield* license.getDefinitions
        yield* oauth.revokeAll
        expect(yield* failureOf(license.getDefinitions)).toMatchObject({
          operation: "getLicenseDefinitions",
          reason: { _tag: "Unauthorized" }
        })
        expect(server.token).toHaveLength(1)
      })
    )
  })
})
