import type { Credentials } from "@genesys-license/client/Credentials"
import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { error, late, ok } from "../../answers.ts"
import { failureOf, withAnswers } from "../../clients.ts"
import { revoked, configured, borne, secret } from "./tokens.ts"

describe("AccessToken", () => {
  describe("that the API refuses", () => {
    it.effect("is replaced, and the call replayed once", () =>
      withAnswers({ api: [revoked, ok] }, function* (license, server) {
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
        expect(borne(server)).toEqual([1, 2])
      })
    )

    it.effect("for ever is Unauthorized after 2 requests, and says when another login is tried", () =>
      withAnswers({ api: [revoked] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ reason: { _tag: "Unauthorized" }, attempts: 2 })
        expect(error.retryAfter).toEqual(Duration.seconds(29))
        expect(error.message).toContain("logs in again after 29s")
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("however new, is not replaced for every call: the next login comes half a minute later", () =>
      withAnswers({ api: [revoked] }, function* (license, server) {
        for (let n = 0; n < 50; n++) yield* failureOf(license.getDefinitions)
        expect(server.token).toHaveLength(2)
        // Each call asks whether the token is taken by now.
        expect(server.api).toHaveLength(51)
        yield* Effect.sleep("28 seconds")
        yield* failureOf(license.getDefinitions)
        expect(server.token).toHaveLength(2)
        yield* Effect.sleep("1 second")
        for (let n = 0; n < 50; n++) yield* failureOf(license.getDefinitions)
        expect(server.token).toHaveLength(3)
      })
    )

    it.effect("however new, is not replaced for each of many calls at once, and again and again", () =>
      withAnswers({ api: [late("10 millis", revoked)] }, function* (license, server) {
        const refused = Effect.repeat(failureOf(license.getDefinitions), { times: 9 })
        yield* Effect.all(
          Array.from({ length: 20 }, (_, n) => Effect.delay(refused, n)),
          { concurrency: "unbounded" }
        )
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect("once after it was accepted is replaced, however soon", () =>
      withAnswers({ api: [revoked, ok, revoked, ok] }, function* (license, server) {
        yield* license.getDefinitions
        yield* license.getDefinitions
        expect(borne(server)).toEqual([1, 2, 2, 3])
      })
    )

    it.effect("and is accepted later is used again without a login", () =>
      withAnswers({ api: [error(401), error(401), error(401), ok] }, function* (license, server) {
        yield* failureOf(license.getDefinitions)
        yield* failureOf(license.getDefinitions)
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
      })
    )

    it.effect.each([
      ["seconds old is given a moment: the request is repeated with one that is a second old", 4_999, 1_000],
      ["older is replaced at once", 5_000, 0]
    ] as const)("and is %s", ([, age, wait]) =>
      withAnswers({ api: [ok, revoked, ok] }, function* (license, server) {
        yield* license.getDefinitions
        yield* Effect.sleep(age)
        yield* license.getDefinitions
        expect(server.times).toEqual([0, age, age + wait])
        expect(borne(server)).toEqual([1, 1, 2])
      })
    )

    it.effect("and is seconds old is replaced at once where the call has no time left for a moment", () =>
      withAnswers({ api: [revoked, ok], callTimeout: "900 millis" }, function* (license, server) {
        yield* license.getDefinitions
        expect(server.times).toEqual([0, 0])
      })
    )

    it.effect("is replaced once for 50 calls that are refused together", () =>
      withAnswers({ api: [late("10 millis", revoked), late("10 millis")] }, function* (license, server) {
        yield* Effect.all(
          Array.from({ length: 50 }, () => license.getDefinitions),
          { concurrency: "unbounded" }
        )
        expect(server.token).toHaveLength(2)
        expect(server.api).toHaveLength(100)
      })
    )

    it.effect("late, when it was replaced already, is not replaced again", () =>
      withAnswers({ api: [late("10 seconds"), revoked, ok] }, function* (license, server) {
        const slow = yield* Effect.forkChild(license.getDefinitions)
        yield* Effect.sleep("1 second")
        yield* license.getDefinitions
        expect(server.token).toHaveLength(2)
        yield* Fiber.join(slow)
        expect(server.token).toHaveLength(2)
        expect(borne(server)).toEqual([1, 1, 2, 2])
      })
    )

    it.effect("for where it is used is not replaced", () =>
      withAnswers({ api: [error(401, "ip.not.authorized")] }, function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error.message).toContain("address is not allowed")
        expect(server.token).toHaveLength(1)
        expect(server.api).toHaveLength(1)
      })
    )

    it.effect("and that cannot be replaced is an error of the login", () =>
      withAnswers({}, function* (license, { oauth }) {
        yield* license.getDefinitions
        yield* oauth.replace(configured({ secret: "another" }))
        yield* oauth.revokeAll
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ operation: "authenticate", reason: { _tag: "AuthenticationFailed" } })
      })
    )

    it.effect("and was given is never replaced", () => {
      const credentials: Credentials = { _tag: "AccessToken", accessToken: secret("CANARY-given") }
      return withAnswers({ credentials }, function* (license, server) {
        expect(yield* failureOf(license.getDefinitions)).toMatchObject({
          reason: { _tag: "Unauthorized" },
          attempts: 1
        })
        expect(server.token).toHaveLength(0)
        expect(server.api[0]!.headers["authorization"]).toBe("Bearer CANARY-given")
      })
    })
  })
})
