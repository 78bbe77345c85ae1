import { describe, expect, it } from "@effect/vitest"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import { type Answer, broken, error, ok, refusedConnection, reply, reset } from "../../answers.ts"
import { failureOf, withAnswers, withEmulator } from "../../clients.ts"
import { living, tokenWith, formsOf, clientOf, secret, client, redirectUri, renewal, grants } from "./tokens.ts"

describe("AccessToken", () => {
  describe("is asked for", () => {
    it.effect.each(grants)("with the form and the header of %s", ([, grantOf]) =>
      withEmulator({ still: true }, function* (_, server) {
        const { credentials, form, header } = yield* grantOf(server.oauth)
        yield* (yield* clientOf(credentials)).getDefinitions
        const [sent] = server.token
        expect(sent).toMatchObject({ method: "POST" })
        expect(sent!.headers["content-type"]).toContain("application/x-www-form-urlencoded")
        expect(sent!.headers["authorization"]).toBe(header)
        expect(formsOf(server)).toEqual([form])
      })
    )

    it.effect("with the refresh token of the last answer, each time", () =>
      withEmulator({ emulator: living(300) }, function* (_, server) {
        const code = yield* server.oauth.authorize({ redirectUri })
        const license = yield* clientOf({ _tag: "AuthorizationCode", ...client, code, redirectUri })
        for (let session = 0; session < 3; session++) {
          yield* license.getDefinitions
          yield* Effect.sleep("5 minutes")
        }
        const sent = formsOf(server)
        expect(sent.map((form) => form["grant_type"])).toEqual(["authorization_code", "refresh_token", "refresh_token"])
        // Each works once: the emulator takes the last one, and no other.
        yield* server.journal.verify({ operation: "token", status: 200, times: 3 })
        expect(new Set(sent.map((form) => form["refresh_token"])).size).toBe(3)
      })
    )

    it.effect("with the old refresh token when an answer brings none", () =>
      withEmulator({ emulator: living(300) }, function* (_, server) {
        const refreshToken = yield* renewal(server.oauth, false)
        const license = yield* clientOf({ _tag: "RefreshToken", ...client, refreshToken })
        yield* license.getDefinitions
        yield* Effect.sleep("5 minutes")
        // A login that does not rotate what it was sent.
        const accessToken = Redacted.value(yield* server.oauth.issue())
        const fault: Fault = { type: "response", json: { access_token: accessToken, expires_in: 300 } }
        yield* server.faults.add({ operation: "token", times: 1, fault })
        yield* license.getDefinitions
        yield* Effect.sleep("5 minutes")
        yield* license.getDefinitions
        const [first, second, third] = formsOf(server).map((form) => form["refresh_token"])
        expect(first).toBe(Redacted.value(refreshToken))
        expect(second).not.toBe(first)
        expect(third).toBe(second)
        yield* server.journal.verify({ operation: "token", status: 200, times: 3 })
      })
    )
  })

  describe("of the emulator", () => {
    it.effect.each(grants)("opens the API by %s, and again on each of three days", ([, grantOf]) =>
      withEmulator({ still: true }, function* (_, { journal, oauth }) {
        const license = yield* clientOf((yield* grantOf(oauth)).credentials)
        yield* license.getDefinitions
        for (let day = 0; day < 3; day++) {
          yield* TestClock.adjust("1 day")
          yield* license.getDefinitions
        }
        const logins = (yield* journal.requests).filter(({ operation }) => operation === "token")
        expect(logins.map(({ status }) => status)).toEqual([200, 200, 200, 200])
      })
    )

    it.effect("that was given opens the API for as long as it lives", () =>
      withEmulator({ still: true }, function* (_, { journal, oauth }) {
        const license = yield* clientOf({ _tag: "AccessToken", accessToken: yield* oauth.issue() })
        yield* license.getDefinitions
        for (let day = 0; day < 3; day++) {
          yield* TestClock.adjust("1 day")
          expect(yield* failureOf(license.getDefinitions)).toMatchObject({ reason: { _tag: "Unauthorized" } })
        }
        // No login, and nothing sent twice.
        expect((yield* journal.requests).map(({ status }) => status)).toEqual([200, 401, 401, 401])
      })
    )

    it.effect("that is revoked is replaced without the caller noticing", () =>
      withEmulator({}, function* (license, { oauth }) {
        yield* license.getDefinitions
        yield* oauth.revokeAll
        yield* license.getDefinitions
      })
    )

    it.effect("is refused to a wrong secret, in the words of the server", () =>
      withEmulator(
        {
          client: {
            credentials: {
              _tag: "ClientCredentials",
              ...client,
              clientSecret: secret("CANARY-wrong")
            }
          }
        },
        function* (license) {
          const error = yield* failureOf(license.getDefinitions)
          expect(error).toMatchObject({
            operation: "authenticate",
            reason: {
              _tag: "AuthenticationFailed",
              status: 400,
              error: "invalid_client",
              description: "authentication failed"
            },
            attempts: 1
          })
        }
      )
    )
  })

  describe("from a token endpoint that answers", () => {
    it.effect.each<readonly [string, Answer, tag: string, requests: number]>([
      ["400", error(400, "invalid_grant"), "AuthenticationFailed", 1],
      ["401", error(401), "AuthenticationFailed", 1],
      ["401 and HTML", reply(401, "<html>"), "AuthenticationFailed", 1],
      ["403", reply(403), "Forbidden", 1],
      ["404", reply(404), "NotFound", 1],
      ["408", reply(408), "ServerError", 4],
      ["429 for three hours", reply(429, "", { "retry-after": "10800" }), "RateLimited", 1],
      ["429 for ever", reply(429), "RateLimited", 6],
      ["500", reply(500), "ServerError", 4],
      ["502 and HTML", reply(502, "<html>"), "ServerError", 4],
      ["503", reply(503), "ServerError", 4],
      ["504", reply(504), "ServerError", 4],
      ["302", reply(302), "UnexpectedRedirect", 1],
      ["200 and HTML", reply(200, "<html>login</html>"), "UnexpectedResponse", 1],
      ["200 and nothing", reply(200), "UnexpectedResponse", 1],
      ["200 and no token", tokenWith("access_token", undefined), "UnexpectedResponse", 1],
      ["200 and a token that is null", tokenWith("access_token", null), "UnexpectedResponse", 1],
      ["200 and an empty token", tokenWith("access_token", ""), "UnexpectedResponse", 1],
      ["200 and a token with a line break", tokenWith("access_token", "a\nb"), "UnexpectedResponse", 1],
      ["with a broken connection", reset, "ConnectionFailed", 4],
      ["nobody", refusedConnection, "ConnectionFailed", 4],
      ["with a wrong certificate", broken("CERT_HAS_EXPIRED"), "ConnectionFailed", 1]
    ])("%s is a failed login", ([, answer, tag, requests]) =>
      withAnswers({ token: [answer] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ operation: "authenticate", reason: { _tag: tag }, attempts: requests })
        expect(server.token).toHaveLength(requests)
        expect(server.api).toHaveLength(0)
      })
    )

    it.effect.each<readonly [string, Answer]>([
      ["200", reply(200, "\uFEFF\n<!doctype html><title>Sign in to the network</title>")],
      ["400", reply(400, "<html>")],
      ["401", reply(401, "<html>")]
    ])("%s and a web page says that something in between answered", ([, answer]) =>
      withAnswers({ token: [answer] }, function* (license) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error.message).toContain("it is a web page (HTML), probably from a proxy")
      })
    )

    it.effect("500 once, or 429 once, is had in the end", () =>
      withAnswers({ token: [reply(500), reply(429, "", { "retry-after": "1" }), ok] }, function* (license, server) {
        yield* license.getDefinitions
        expect(server.token.map(({ at }) => at)).toEqual([0, 250, 1_300])
      })
    )
  })
})
