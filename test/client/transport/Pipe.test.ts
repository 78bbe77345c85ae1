import { describe, expect, it } from "@effect/vitest"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { error, late, limited, ok, silence } from "../answers.ts"
import { failureOf, withAnswers, withEmulator } from "../clients.ts"

/** The token ends before the request is looked at. */
const revoked: ReadonlyArray<Fault> = [{ type: "revoke" }]
const oneIn10Seconds = { limit: 1, window: "10 seconds" } as const

describe("Transport", () => {
  it.effect("sends what it was given to the API of the region, with the token and its own name", () =>
    withAnswers(
      { userAgent: "audit/1.2", headers: { "x-team": "licensing", authorization: "Bearer no" } },
      function* (license, server) {
        yield* license.getDefinitions
        const [sent] = server.api
        expect(sent!.url.href).toBe("https://api.mypurecloud.com/api/v2/license/definitions")
        expect(sent!.headers).toMatchObject({
          "user-agent": "audit/1.2 genesys-license",
          "x-team": "licensing",
          accept: "application/json"
        })
        const [scheme, token] = sent!.headers["authorization"]!.split(" ")
        expect(scheme).toBe("Bearer")
        expect(Option.isSome(yield* server.oauth.session(token!))).toBe(true)
        expect(server.token[0]!.url.href).toBe("https://login.mypurecloud.com/oauth/token")
        expect(server.token[0]!.headers["user-agent"]).toBe("audit/1.2 genesys-license")
      }
    )
  )

  it.effect("replays a 401 inside the rate limiter: the replay takes no place of its own", () =>
    withAnswers(
      {
        api: [revoked, ok],
        emulator: { rateLimit: { requests: 2, window: "10 seconds" } },
        rateLimit: { limit: 2, window: "10 seconds" }
      },
      function* (license, server) {
        for (let call = 0; call < 3; call++) yield* license.getDefinitions
        // The token is new, and given a second before the replay.
        expect(server.times).toEqual([0, 1_000, 1_000, 11_000])
      }
    )
  )

  it.effect("replays a 401 outside the attempt's time-out: each request has its own", () =>
    withAnswers({ api: [late("20 seconds", revoked), late("20 seconds")], retries: 0 }, function* (license, server) {
      yield* license.getDefinitions
      expect(server.times).toEqual([0, 20_000])
      expect(yield* Clock.currentTimeMillis).toBe(40_000)
    })
  )

  it.effect("waits for a 429 outside the bearer: the token is that of after the wait", () =>
    withAnswers(
      {
        api: [limited(100), ok],
        emulator: {
          clients: [{ id: defaultClientId, secret: defaultClientSecret, accessTokenValiditySeconds: 60 }]
        }
      },
      function* (license, server) {
        yield* license.getDefinitions
        const [before, after] = server.api.map(({ headers }) => headers["authorization"])
        expect(before === after).toBe(false)
        expect(server.token.map(({ at }) => at)).toEqual([0, 100_500])
        expect(server.times).toEqual([0, 100_500])
      }
    )
  )

  it.effect("waits for a 429 inside the retries: it uses none up", () =>
    withAnswers({ api: [limited(1), ok], retries: 0 }, function* (license, server) {
      yield* license.getDefinitions
      expect(server.times).toHaveLength(2)
    })
  )

  it.effect("repeats outside the rate limiter: every attempt takes a place", () =>
    withAnswers({ api: [error(503), ok], rateLimit: oneIn10Seconds }, function* (license, server) {
      yield* license.getDefinitions
      expect(server.times).toEqual([0, 10_050])
    })
  )

  it.effect("reads the whole body inside the attempt: a body that breaks is repeated", () =>
    withAnswers(
      {
        api: [[{ type: "drip", every: "3 seconds" }], [{ type: "reset", bytes: 1 }], ok],
        attemptTimeout: "2 seconds"
      },
      function* (license, server) {
        expect(yield* license.getDefinitions).toEqual([])
        expect(server.times).toEqual([0, 2_250, 2_750])
      }
    )
  )

  it.effect("limits the call outside everything", () =>
    withAnswers(
      {
        api: [revoked, limited(2), [{ type: "status", status: 503, retryAfter: 2 }], silence],
        callTimeout: "10 seconds"
      },
      function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ reason: { _tag: "Timeout", scope: "call" }, attempts: 4 })
        expect(server.times).toEqual([0, 1_000, 3_100, 5_100])
        expect(yield* Clock.currentTimeMillis).toBe(10_000)
      }
    )
  )

  it.effect("does not decode what it does not return: a 401 with HTML is replayed as well", () =>
    withAnswers({ api: [[{ type: "html", status: 401 }], ok] }, function* (license, server) {
      expect(yield* license.getDefinitions).toEqual([])
      expect(server.token).toHaveLength(2)
    })
  )

  it.effect("leaves nothing behind when it is interrupted", () =>
    withEmulator({ distance: Effect.succeed("10 seconds") }, function* (license, server) {
      const call = yield* Effect.forkChild(license.getDefinitions)
      // The login takes 20.
      yield* Effect.sleep("21 seconds")
      yield* Fiber.interrupt(call)
      expect(yield* Clock.currentTimeMillis).toBe(21_000)
      expect(server.api[0]!.aborted).toBe(true)
      yield* Effect.sleep("10 minutes")
      expect(server.times).toEqual([20_000])
    })
  )
})
