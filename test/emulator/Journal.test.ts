import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { Journal } from "@genesys-license/emulator/Journal"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/OAuthClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { call, requestToken } from "./Caller.ts"

const credentials = { clientId: defaultClientId, clientSecret: defaultClientSecret }

describe("Journal", () => {
  it.effect("keeps what was asked, when, and how it was answered", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      yield* requestToken({ grant_type: "client_credentials" }, credentials)
      yield* TestClock.adjust("2 seconds")
      const page = yield* call("GET", "/api/v2/license/users?pageSize=2&pageNumber=1")
      yield* call("GET", "/api/v2/license/users/eve")
      yield* call("DELETE", "/api/v2/elsewhere?x=y")
      const correlationId = expect.stringMatching(/^[0-9a-f-]{36}$/)
      expect(yield* journal.requests).toEqual([
        { at: 0, method: "POST", path: "/oauth/token", query: {}, operation: "token", status: 200, correlationId },
        {
          at: 2000,
          method: "GET",
          path: "/api/v2/license/users",
          query: { pageSize: "2", pageNumber: "1" },
          operation: "getLicenseUsers",
          status: 200,
          correlationId: page.headers["inin-correlation-id"]
        },
        {
          at: 2000,
          method: "GET",
          path: "/api/v2/license/users/eve",
          query: {},
          operation: "getLicenseUser",
          status: 404,
          correlationId
        },
        {
          at: 2000,
          method: "DELETE",
          path: "/api/v2/elsewhere",
          query: {},
          operation: undefined,
          status: 404,
          correlationId
        }
      ])
      expect(new Set((yield* journal.requests).map((entry) => entry.correlationId)).size).toBe(4)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("keeps a request whose caller went away, without a status", () =>
    Effect.gen(function* () {
      const { journal, oauth } = yield* Emulator
      const request = HttpClientRequest.post("http://localhost/api/v2/license/users").pipe(
        HttpClientRequest.bearerToken(yield* oauth.issue()),
        HttpClientRequest.bodyStream(Stream.never, { contentType: "application/json" })
      )
      const waiting = yield* Effect.forkChild(HttpClient.execute(request), { startImmediately: true })
      yield* Fiber.interrupt(waiting)
      expect(yield* journal.requests).toMatchObject([{ operation: "postLicenseUsers", status: undefined }])
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("names every operation, also of requests that are refused", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      yield* call("POST", "/api/v2/license/infer/permissions", { token: null })
      yield* call("POST", "/api/v2/license/infer", { token: null })
      yield* call("POST", "/api/v2/license/toggles/x", { token: null })
      expect((yield* journal.requests).map(({ operation, status }) => [operation, status])).toEqual([
        ["postLicenseInferPermissions", 401],
        ["postLicenseInfer", 401],
        ["postLicenseToggle", 401]
      ])
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("holds no secret", () =>
    Effect.gen(function* () {
      const { journal, oauth } = yield* Emulator
      const token = yield* oauth.issue()
      yield* requestToken({ grant_type: "client_credentials" }, credentials)
      yield* requestToken({ grant_type: "client_credentials", client_id: "x", client_secret: defaultClientSecret })
      yield* call("POST", `/oauth/token?client_secret=${defaultClientSecret}`, { token })
      yield* call("GET", `/nowhere?access_token=${Redacted.value(token)}`, { token })
      yield* call("GET", "/api/v2/license/users", { token })
      const written = JSON.stringify(yield* journal.requests)
      expect(written).not.toContain(defaultClientSecret)
      expect(written).not.toContain(Redacted.value(token))
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("forgets the oldest request when it is full", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      for (let n = 1; n <= 8; n++) yield* call("GET", `/api/v2/license/users?pageNumber=${n}`)
      expect((yield* journal.requests).map(({ query }) => query["pageNumber"])).toEqual(["6", "7", "8"])
      yield* journal.clear
      expect(yield* journal.requests).toEqual([])
      for (const n of [9, 10, 11]) yield* call("GET", `/api/v2/license/users?pageNumber=${n}`)
      expect((yield* journal.requests).map(({ query }) => query["pageNumber"])).toEqual(["9", "10", "11"])
    }).pipe(Effect.provide(Emulator.layerTest({ journalCapacity: 3 })))
  )

  it.effect("keeps nothing when it has no room", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* call("GET", "/api/v2/license/users")
      expect(yield* journal.requests).toEqual([])
    }).pipe(Effect.provide(Emulator.layerTest({ journalCapacity: 0 })))
  )
})
