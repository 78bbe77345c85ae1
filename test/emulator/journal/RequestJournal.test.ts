import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import type { Expectation } from "@genesys-license/emulator/journal/Expectation"
import { Journal } from "@genesys-license/emulator/journal/RequestJournal"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { call, requestToken } from "../Caller.ts"

const credentials = { clientId: defaultClientId, clientSecret: defaultClientSecret }

describe("Journal", () => {
  it.effect("records each request with its time and the status of its answer", () =>
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

  it.effect("records all values of a repeated parameter, and matches only all of them", () =>
    Effect.gen(function* () {
      const { faults, journal } = yield* Emulator
      yield* faults.add({ query: { id: ["a", "b"] }, fault: { type: "status", status: 503 } })
      const status = (query: string) => Effect.map(call("GET", `/api/v2/users?${query}`), ({ status }) => status)
      expect(yield* status("id=a&id=b&state=any")).toBe(503)
      expect(yield* status("id=b&id=a&state=any")).toBe(200)
      expect(yield* status("id=b")).toBe(200)
      expect((yield* journal.requests).map(({ query }) => query)).toEqual([
        { id: ["a", "b"], state: "any" },
        { id: ["b", "a"], state: "any" },
        { id: "b" }
      ])
      yield* journal.verify({ operation: "getUsers", query: { id: ["b", "a"] }, times: 1 })
      yield* journal.verify({ operation: "getUsers", query: { id: "b" }, times: 1 })
      yield* journal.verify({ operation: "getUsers", query: { id: ["a"] }, times: 0 })
    }).pipe(Effect.provide(Emulator.layerTest({ users: ["a", "b"].map((id) => ({ id, licenses: [] })) })))
  )

  it.effect("records a request without a status when the caller disconnects", () =>
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

  it.effect("records the operation, also of refused requests", () =>
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

  it.effect("contains no secret", () =>
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

  it.effect("drops the oldest request when it is full", () =>
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

  it.effect("records nothing with a capacity of 0", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* call("GET", "/api/v2/license/users")
      expect(yield* journal.requests).toEqual([])
    }).pipe(Effect.provide(Emulator.layerTest({ journalCapacity: 0 })))
  )

  it.effect("records JSON bodies of operations, and no other body", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      yield* call("POST", "/api/v2/license/users", { body: `["ann"]` })
      yield* call("POST", "/api/v2/license/users", { body: `["ann"` })
      yield* call("POST", "/api/v2/license/users", { body: JSON.stringify(["x".repeat(70_000)]) })
      yield* requestToken({ grant_type: "client_credentials" }, credentials)
      yield* call("POST", "/elsewhere", { body: `["secret"]` })
      expect((yield* journal.requests).map(({ body }) => body)).toEqual([["ann"], ...Array(4).fill(undefined)])
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("records the body of an operation when a fault answers", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      yield* call("POST", "/api/v2/license/users", { body: `["ann"]` })
      yield* requestToken({ grant_type: "client_credentials", client_secret: defaultClientSecret })
      yield* call("POST", "/oauth/token", { body: JSON.stringify({ client_secret: defaultClientSecret }) })
      yield* call("POST", "/elsewhere", { body: `["secret"]` })
      expect((yield* journal.requests).map(({ body, faults, status }) => [status, faults, body])).toEqual([
        [503, ["down"], ["ann"]],
        [503, ["down"], undefined],
        [503, ["down"], undefined],
        [503, ["down"], undefined]
      ])
    }).pipe(Effect.provide(Emulator.layerTest({ faults: [{ name: "down", fault: { type: "status", status: 503 } }] })))
  )
})

describe("an expectation", () => {
  /** Expectations after a lookup of two users, a lookup of one user, and an assignment. */
  const about = (expectation: Expectation) =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      yield* call("POST", "/api/v2/license/users", { body: `["ann","bob"]` })
      yield* call("POST", "/api/v2/license/users", { body: `["eve"]` })
      yield* call("POST", "/api/v2/license/organization", {
        body: JSON.stringify({ assignments: [{ licenseId: "cloudCX2", userIdsAdd: ["ann"], userIdsRemove: [] }] })
      })
      return yield* journal.verify(expectation)
    }).pipe(Effect.provide(Emulator.layerTest({ users: 0, journalCapacity: 3 })))

  const met = (title: string, expectation: Expectation, count: number) =>
    it.effect(title, () => Effect.map(about(expectation), (entries) => expect(entries).toHaveLength(count)))
  met("is met by at least one request by default", { operation: "postLicenseUsers" }, 2)
  met("is met by exactly the number in times", { operation: "postLicenseUsers", times: 2 }, 2)
  met("is met by no request when times is 0", { operation: "getLicenseUsers", times: 0 }, 0)
  met("is met by at most the number in atMost", { operation: "getLicenseUsers", times: { atMost: 1 } }, 0)
  met("is met by each operation of a list", { operation: ["postLicenseUsers", "postLicenseOrganization"] }, 3)
  met("is met by an equal body", { body: ["ann", "bob"], times: 1 }, 1)
  met("is met by a part of an object", { body: { assignments: [{ licenseId: "cloudCX2" }] } }, 1)
  met("is met by a status and a method", { status: 200, method: "post" }, 3)

  const unmet = (title: string, expectation: Expectation, message: string) =>
    it.effect(title, () =>
      Effect.map(Effect.flip(about(expectation)), (failed) => expect(failed.message).toBe(message))
    )
  unmet(
    "reports the number of requests when there are too many",
    { operation: "postLicenseUsers", times: { atMost: 1 } },
    "Expected at most 1 matching request, but 2 of 3 recorded requests match."
  )
  unmet(
    "reports the nearest request when there are too few",
    { operation: "postLicenseUsers", body: ["dan"] },
    'Expected at least 1 matching request, but 0 of 3 recorded requests match. Nearest request: POST /api/v2/license/users; body[0] is "eve", expected "dan".'
  )
  unmet(
    "does not match a longer list",
    { body: ["ann"], operation: "postLicenseUsers", status: 200 },
    'Expected at least 1 matching request, but 0 of 3 recorded requests match. Nearest request: POST /api/v2/license/users; body[0] is "eve", expected "ann".'
  )
  unmet(
    "reports an absent field",
    { operation: "postLicenseOrganization", body: { assignments: [{ note: 1 }] }, times: { atLeast: 1, atMost: 2 } },
    "Expected between 1 and 2 matching requests, but 0 of 3 recorded requests match. Nearest request: POST /api/v2/license/organization; body.assignments[0].note is absent, expected 1."
  )
  unmet(
    "does not match a field of a prototype",
    { operation: "postLicenseOrganization", body: { constructor: {} } },
    "Expected at least 1 matching request, but 0 of 3 recorded requests match. Nearest request: POST /api/v2/license/organization; body.constructor is absent, expected {}."
  )

  it.effect("reports that older requests were dropped", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      for (const n of [1, 2]) yield* call("GET", `/api/v2/license/users?pageNumber=${n}`)
      const failed = yield* Effect.flip(journal.verify({ query: { pageNumber: "1" } }))
      expect(failed.message).toMatch(
        /^Expected at least 1 matching request, but 0 of 1 recorded requests match\. The journal was full and dropped 1 older request\. /
      )
    }).pipe(Effect.provide(Emulator.layerTest({ journalCapacity: 1 })))
  )
})
