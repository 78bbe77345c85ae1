import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { json, late, reply, silence } from "../../support/StubApi.ts"
import { failureOf, withStub } from "../clients.ts"

const ok = json([])
const oneIn10Seconds = { limit: 1, window: "10 seconds" } as const

describe("Transport", () => {
  it.effect("sends what it was given to the API of the region, with the token and its own name", () =>
    withStub(
      { api: [ok], userAgent: "audit/1.2", headers: { "x-team": "licensing", authorization: "Bearer no" } },
      function* (license, server) {
        yield* license.getDefinitions
        const [sent] = server.api
        expect(sent!.url.href).toBe("https://api.mypurecloud.com/api/v2/license/definitions")
        expect(sent!.headers).toMatchObject({
          authorization: "Bearer CANARY-token-1",
          "user-agent": "audit/1.2 genesys-license",
          "x-team": "licensing",
          accept: "application/json"
        })
        expect(server.token[0]!.url.href).toBe("https://login.mypurecloud.com/oauth/token")
        expect(server.token[0]!.headers["user-agent"]).toBe("audit/1.2 genesys-license")
      }
    )
  )

  it.effect("replays a 401 inside the rate limiter: the replay takes no place of its own", () =>
    withStub({ api: [reply(401), ok], rateLimit: { limit: 2, window: "10 seconds" } }, function* (license, server) {
      for (let call = 0; call < 3; call++) yield* license.getDefinitions
      expect(server.times).toEqual([0, 0, 0, 10_100])
    })
  )

  it.effect("replays a 401 outside the attempt's time-out: each request has its own", () =>
    withStub(
      { api: [late("20 seconds", reply(401)), late("20 seconds", ok)], retries: 0 },
      function* (license, server) {
        yield* license.getDefinitions
        expect(server.times).toEqual([0, 20_000])
        expect(yield* Clock.currentTimeMillis).toBe(40_000)
      }
    )
  )

  it.effect("waits for a 429 outside the bearer: the token is that of after the wait", () => {
    const short = (attempt: number) => json({ access_token: `CANARY-token-${attempt}`, expires_in: 60 })
    return withStub(
      { api: [reply(429, "", { "retry-after": "100" }), ok], token: (_, attempt) => short(attempt) },
      function* (license, server) {
        yield* license.getDefinitions
        expect(server.api.map(({ headers }) => headers["authorization"])).toEqual([
          "Bearer CANARY-token-1",
          "Bearer CANARY-token-2"
        ])
        expect(server.times).toEqual([0, 100_500])
      }
    )
  })

  it.effect("waits for a 429 inside the retries: it uses none up", () =>
    withStub({ api: [reply(429, "", { "retry-after": "1" }), ok], retries: 0 }, function* (license, server) {
      yield* license.getDefinitions
      expect(server.times).toHaveLength(2)
    })
  )

  it.effect("repeats outside the rate limiter: every attempt takes a place", () =>
    withStub({ api: [reply(503), ok], rateLimit: oneIn10Seconds }, function* (license, server) {
      yield* license.getDefinitions
      expect(server.times).toEqual([0, 10_100])
    })
  )

  it.effect("reads the whole body inside the attempt: a body that breaks is repeated", () =>
    withStub({ api: [late("1 second", silence), ok], attemptTimeout: "2 seconds" }, function* (license, server) {
      yield* license.getDefinitions
      expect(server.times).toEqual([0, 2_250])
    })
  )

  it.effect("limits the call outside everything", () =>
    withStub(
      {
        api: [reply(401), reply(429, "", { "retry-after": "2" }), reply(503, "", { "retry-after": "2" }), silence],
        callTimeout: "10 seconds"
      },
      function* (license, server) {
        const error = yield* failureOf(license.getDefinitions)
        expect(error).toMatchObject({ reason: { _tag: "Timeout", scope: "call" }, attempts: 4 })
        expect(server.times).toEqual([0, 0, 2_100, 4_100])
        expect(yield* Clock.currentTimeMillis).toBe(10_000)
      }
    )
  )

  it.effect("does not decode what it does not return: a 401 with HTML is replayed as well", () =>
    withStub({ api: [reply(401, "<html>"), ok] }, function* (license, server) {
      expect(yield* license.getDefinitions).toEqual([])
      expect(server.token).toHaveLength(2)
    })
  )

  it.effect("leaves nothing behind when it is interrupted", () =>
    withStub({ api: [silence] }, function* (license, server) {
      const call = yield* Effect.forkChild(license.getDefinitions)
      yield* Effect.sleep("1 second")
      yield* Fiber.interrupt(call)
      expect(server.api[0]!.aborted).toBe(true)
      yield* Effect.sleep("10 minutes")
      expect(server.times).toEqual([0])
    })
  )
})
