import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { TestClock } from "effect/testing"
import { call } from "./Caller.ts"

/** The statuses of a login and of a call at these addresses. */
const reach = (loginUrl: string, apiUrl: string) =>
  Effect.gen(function* () {
    const { oauth } = yield* Emulator
    const login = yield* HttpClient.execute(
      HttpClientRequest.post(`${loginUrl}/oauth/token`).pipe(
        HttpClientRequest.basicAuth(defaultClientId, defaultClientSecret),
        HttpClientRequest.bodyUrlParams({ grant_type: "client_credentials" })
      )
    )
    const users = yield* HttpClient.execute(
      HttpClientRequest.post(`${apiUrl}/api/v2/license/users`).pipe(
        HttpClientRequest.bearerToken(yield* oauth.issue()),
        HttpClientRequest.bodyJsonUnsafe(["nobody"])
      )
    )
    return [login.status, users.status]
  })

describe("Emulator", () => {
  it.effect("answers for every host", () =>
    Effect.gen(function* () {
      expect(yield* reach("https://login.mypurecloud.com", "https://api.mypurecloud.com")).toEqual([200, 200])
      expect(yield* reach("http://127.0.0.1:1", "http://[::1]:9")).toEqual([200, 200])
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("answers only below the path prefixes of a gateway", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      expect(yield* reach("http://gateway/login", "http://gateway/api")).toEqual([200, 200])
      expect(yield* reach("http://gateway", "http://gateway")).toEqual([404, 404])
      expect(yield* reach("http://gateway/api", "http://gateway/login")).toEqual([404, 404])
      expect((yield* journal.requests).map(({ operation, path }) => [operation, path]).slice(0, 2)).toEqual([
        ["token", "/login/oauth/token"],
        ["postLicenseUsers", "/api/api/v2/license/users"]
      ])
    }).pipe(Effect.provide(Emulator.layerTest({ loginPrefix: "login", apiPrefix: "/api/" })))
  )

  it.effect("is a new one for each layer", () =>
    Effect.gen(function* () {
      const change = Effect.gen(function* () {
        const { organization } = yield* Emulator
        yield* organization.updateUsers((users) => users.slice(1))
        return (yield* call("GET", "/api/v2/license/users")).body.total
      })
      expect(yield* change.pipe(Effect.provide(Emulator.layerTest({ users: 5 })))).toBe(4)
      expect(yield* change.pipe(Effect.provide(Emulator.layerTest({ users: 5 })))).toBe(4)
    })
  )

  it.effect("answers many fibers at once, each with its own correlation id", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      const answers = yield* Effect.all(
        Array.from({ length: 50 }, (_, n) => call("GET", `/api/v2/license/users?pageNumber=${n + 1}&pageSize=1`)),
        { concurrency: "unbounded" }
      )
      expect(answers.map(({ body }) => body.pageNumber)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1))
      expect(new Set(answers.map(({ headers }) => headers["inin-correlation-id"])).size).toBe(50)
      expect(yield* journal.requests).toHaveLength(50)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("stops when the caller is interrupted, and respects an uninterruptible caller", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      const begin = (request: ReturnType<typeof call>) => Effect.forkChild(request, { startImmediately: true })
      const leaving = yield* begin(call("GET", "/api/v2/license/users"))
      const staying = yield* begin(Effect.uninterruptible(call("GET", "/api/v2/license/users")))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(leaving)
      yield* Effect.forkChild(Fiber.interrupt(staying), { startImmediately: true })
      expect((yield* journal.requests).map(({ status }) => status)).toEqual([undefined])
      yield* TestClock.adjust("4 seconds")
      yield* Fiber.await(staying)
      expect((yield* journal.requests).map(({ status }) => status)).toEqual([undefined, 200])
    }).pipe(Effect.provide(Emulator.layerTest({ faults: [{ fault: { type: "latency", duration: "5 seconds" } }] })))
  )
})
