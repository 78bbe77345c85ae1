import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import type { EmulatorOptions } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as Redacted from "effect/Redacted"
import { call, requestToken } from "../Caller.ts"

const users = [
  { id: "ann", licenses: ["cloudCX2"] },
  { id: "bob", licenses: [] }
]
const page = "/api/v2/license/users"
const broken = { type: "status", status: 503 }

/** Calls a control route over HTTP. */
const control = (method: HttpMethod.HttpMethod, path: string, body?: unknown) =>
  call(method, `/__emulator${path}`, { token: null, ...(body !== undefined && { body: JSON.stringify(body) }) })

const run = <E>(
  title: string,
  test: () => Effect.Effect<void, E, Effect.Services<ReturnType<typeof call>>>,
  options: EmulatorOptions = {}
) => it.effect(title, () => Effect.provide(Effect.suspend(test), Emulator.layerTest({ users, ...options })))

describe("the control routes", () => {
  run(
    "have no rate limit, no faults, and no entries in the journal",
    () =>
      Effect.gen(function* () {
        for (let n = 0; n < 5; n++) expect((yield* control("GET", "/faults")).status).toBe(200)
        const { body } = yield* control("GET", "/journal")
        expect(body).toEqual({ requests: [], dropped: 0 })
        expect((yield* call("GET", page)).status).toBe(503)
      }),
    { faults: [{ fault: { type: "status", status: 503 } }], rateLimit: { requests: 1, window: "1 minute" } }
  )

  run(
    "have the same path behind a gateway prefix",
    () =>
      Effect.gen(function* () {
        expect((yield* control("GET", "/clock")).status).toBe(200)
        expect((yield* call("GET", "/api/__emulator/clock")).status).toBe(404)
      }),
    { loginPrefix: "login", apiPrefix: "api" }
  )

  run("answer an invalid request with an ErrorBody that names the field", () =>
    Effect.gen(function* () {
      const typo = yield* control("POST", "/faults", { fault: broken, probabilty: 1 })
      expect(typo).toMatchObject({ status: 400, body: { status: 400 } })
      expect(typo.body.message).toContain("probabilty")
      expect((yield* control("PUT", "/faults", { fault: broken })).status).toBe(400)
      expect((yield* control("POST", "/journal/assertions", { operation: "getLicenceUsers" })).status).toBe(400)
      expect((yield* control("GET", "/nowhere")).status).toBe(404)
      expect((yield* control("GET", "/faults")).body).toEqual([])
    })
  )

  run("accept only JSON that is not too large or too deep", () =>
    Effect.gen(function* () {
      const rule = JSON.stringify({ fault: broken })
      for (const contentType of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a/b"]) {
        const refused = yield* call("POST", "/__emulator/faults", { token: null, body: rule, contentType })
        expect(refused).toMatchObject({ status: 415, body: { code: "unsupported.media.type" } })
      }
      const deep = { body: JSON.parse("[".repeat(101) + "]".repeat(101)) }
      expect(yield* control("POST", "/journal/assertions", deep)).toMatchObject({
        status: 400,
        body: { code: "bad.request", message: expect.stringContaining("more than 100 levels") }
      })
      expect((yield* control("GET", "/faults")).body).toEqual([])
    })
  )

  run("answer an unknown fault, route or method with an ErrorBody", () =>
    Effect.gen(function* () {
      expect(yield* control("DELETE", "/faults/none")).toMatchObject({
        status: 404,
        body: {
          code: "not.found",
          message: "There is no fault rule named none. GET /__emulator/faults lists the rules."
        }
      })
      for (const [method, path] of [
        ["GET", "/nowhere"],
        ["PATCH", "/faults"],
        ["DELETE", "/faults/%ZZ"]
      ] as const) {
        expect(yield* control(method, path)).toMatchObject({ status: 404, body: { code: "not.found" } })
      }
    })
  )

  run("are recognized in every spelling of their path, and never recorded", () =>
    Effect.gen(function* () {
      for (const path of ["/%5f%5femulator/clock", "//__emulator/clock", "/__EMULATOR/clock", "/__emulator/clock/"]) {
        yield* call("GET", path, { token: null })
      }
      expect((yield* control("GET", "/journal")).body).toEqual({ requests: [], dropped: 0 })
    })
  )

  run("have an OpenAPI document", () =>
    Effect.gen(function* () {
      const { body } = yield* control("GET", "/openapi.json")
      expect(body.openapi).toMatch(/^3\./)
      expect(Object.keys(body.paths).sort()).toEqual([
        "/__emulator/clock",
        "/__emulator/clock/advance",
        "/__emulator/clock/reset",
        "/__emulator/faults",
        "/__emulator/faults/{name}",
        "/__emulator/journal",
        "/__emulator/journal/assertions",
        "/__emulator/organization",
        "/__emulator/organization/reset",
        "/__emulator/rate-limit",
        "/__emulator/rate-limit/reset",
        "/__emulator/reset",
        "/__emulator/tokens"
      ])
      for (const path of Object.values<Record<string, { summary?: string }>>(body.paths)) {
        for (const operation of Object.values(path)) expect(operation.summary).toMatch(/\.$/)
      }
    })
  )
})

describe("faults", () => {
  run("are added one by one or together, and counted", () =>
    Effect.gen(function* () {
      expect((yield* control("POST", "/faults", { name: "one", nth: 2, fault: broken })).body).toEqual([
        { name: "one", matched: 0, fired: 0, rule: { name: "one", nth: 2, fault: broken } }
      ])
      yield* control("POST", "/faults", [{ fault: { type: "headers", set: { "x-a": "b" } } }])
      expect((yield* call("GET", page)).headers["x-a"]).toBe("b")
      expect((yield* call("GET", page)).status).toBe(503)
      expect((yield* control("GET", "/faults")).body).toMatchObject([
        { name: "one", matched: 2, fired: 1 },
        { name: "fault-1", matched: 2, fired: 2 }
      ])
    })
  )

  run("are replaced, removed and cleared", () =>
    Effect.gen(function* () {
      yield* control("POST", "/faults", [
        { name: "a", fault: broken },
        { name: "b", fault: broken }
      ])
      expect((yield* control("PUT", "/faults", [{ name: "c", fault: broken }])).body).toMatchObject([{ name: "c" }])
      expect((yield* control("DELETE", "/faults/a")).status).toBe(404)
      expect((yield* control("DELETE", "/faults/c")).status).toBe(204)
      yield* control("POST", "/faults", { fault: broken })
      expect((yield* control("DELETE", "/faults")).status).toBe(204)
      expect((yield* call("GET", page)).status).toBe(200)
    })
  )

  run("do not change when new ones are refused", () =>
    Effect.gen(function* () {
      yield* control("POST", "/faults", { name: "a", fault: broken })
      yield* control("PUT", "/faults", [{ name: "b", fault: broken }, { fault: { type: "?" } }])
      expect((yield* control("GET", "/faults")).body).toMatchObject([{ name: "a" }])
    })
  )
})

describe("the organization", () => {
  run("is exported, imported and reset", () =>
    Effect.gen(function* () {
      const { body: before } = yield* control("GET", "/organization")
      expect(before.users).toEqual(users)
      const imported = yield* control("PUT", "/organization", { users: [{ id: "eve", licenses: ["communicate"] }] })
      expect(imported.status).toBe(204)
      expect((yield* call("GET", page)).body).toMatchObject({ total: 1, entities: [{ id: "eve" }] })
      yield* control("PUT", "/organization", before)
      expect((yield* control("GET", "/organization")).body).toEqual(before)
      yield* control("PUT", "/organization", { users: 7 })
      yield* control("POST", "/organization/reset")
      expect((yield* control("GET", "/organization")).body).toEqual(before)
    })
  )

  run("does not change when a document is invalid", () =>
    Effect.gen(function* () {
      const twice = yield* control("PUT", "/organization", { users: [{ id: "eve" }, { id: "eve" }] })
      expect(twice).toMatchObject({ status: 400, body: { details: [{ fieldName: "users[1].id" }] } })
      const missing = yield* control("PUT", "/organization", { user: [] })
      expect(missing.status).toBe(400)
      expect((yield* control("GET", "/organization")).body.users).toEqual(users)
    })
  )

  run("revokes its tokens at once", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      const token = yield* oauth.issue()
      expect((yield* call("GET", page, { token })).status).toBe(200)
      expect((yield* control("DELETE", "/tokens")).status).toBe(204)
      expect((yield* call("GET", page, { token })).status).toBe(401)
    })
  )
})

describe("the rate limit", () => {
  run("is read, changed and reset", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      const token = yield* oauth.issue()
      const status = Effect.map(call("GET", page, { token }), ({ status }) => status)
      expect((yield* control("GET", "/rate-limit")).body).toMatchObject({ requests: 300 })
      expect((yield* control("PUT", "/rate-limit", { requests: 2, window: "10 seconds" })).status).toBe(204)
      expect([yield* status, yield* status, yield* status]).toEqual([200, 200, 429])
      const { body } = yield* control("GET", "/rate-limit")
      expect((yield* control("PUT", "/rate-limit", body)).status).toBe(204)
      expect(yield* status).toBe(429)
      yield* control("POST", "/rate-limit/reset")
      expect(yield* status).toBe(200)
    })
  )
})

describe("the clock", () => {
  run(
    "moves forward, so that tokens expire and windows close",
    () =>
      Effect.gen(function* () {
        const credentials = { clientId: defaultClientId, clientSecret: defaultClientSecret }
        const { body } = yield* requestToken({ grant_type: "client_credentials" }, credentials)
        const token = Redacted.make(body.access_token as string)
        const status = Effect.map(call("GET", page, { token }), ({ status }) => status)
        expect([yield* status, yield* status]).toEqual([200, 429])
        expect((yield* control("POST", "/clock/advance", { by: "60 seconds" })).body).toEqual({
          now: "1970-01-01T00:01:00.000Z",
          aheadMillis: 60_000
        })
        expect([yield* status, yield* status]).toEqual([200, 429])
        yield* control("POST", "/clock/advance", { by: "1 days" })
        expect(yield* status).toBe(401)
        // A new token is valid, and the journal uses the new time.
        const again = yield* requestToken({ grant_type: "client_credentials" }, credentials)
        const renewed = Redacted.make(again.body.access_token as string)
        expect((yield* call("GET", page, { token: renewed })).status).toBe(200)
        expect((yield* call("GET", page)).status).toBe(200)
        const { journal } = yield* Emulator
        expect((yield* journal.requests).at(-1)?.at).toBe(86_460_000)
        yield* control("POST", "/clock/reset")
        expect((yield* control("GET", "/clock")).body.aheadMillis).toBe(0)
      }),
    { rateLimit: { requests: 1, window: "1 minute" } }
  )

  run("does not move backward", () =>
    Effect.gen(function* () {
      for (const by of ["0.5 millis", "300000000 days", "1000000000000 days", "1e300 days", 1, "NaN millis"]) {
        const refused = yield* control("POST", "/clock/advance", { by })
        expect(refused).toMatchObject({ status: 400, body: { status: 400, details: [{ fieldName: "by" }] } })
        expect((yield* control("GET", "/clock")).body).toMatchObject({ aheadMillis: 0 })
      }
      expect((yield* control("POST", "/clock/advance", { by: "-1 seconds" })).status).toBe(400)
    })
  )
})

describe("the journal", () => {
  run("is read completely or filtered, and cleared", () =>
    Effect.gen(function* () {
      yield* call("GET", `${page}?pageSize=1`)
      yield* call("GET", `${page}/nobody`)
      const paths = (query: string) =>
        Effect.map(control("GET", `/journal${query}`), ({ body }) =>
          body.requests.map(({ path }: { readonly path: string }) => path)
        )
      expect(yield* paths("")).toEqual([page, `${page}/nobody`])
      expect(yield* paths("?operation=getLicenseUser")).toEqual([`${page}/nobody`])
      expect(yield* paths("?status=200")).toEqual([page])
      expect(yield* paths("?status=404&method=get")).toEqual([`${page}/nobody`])
      expect(yield* paths("?fault=x")).toEqual([])
      expect((yield* control("GET", "/journal?operation=x")).status).toBe(400)
      expect((yield* control("DELETE", "/journal")).status).toBe(204)
      expect(yield* paths("")).toEqual([])
    })
  )

  run("answers assertions, and explains failed ones", () =>
    Effect.gen(function* () {
      yield* call("GET", `${page}?pageSize=25&pageNumber=1`)
      const expected = { operation: "getLicenseUsers", query: { pageSize: "25" }, times: 1 }
      expect(yield* control("POST", "/journal/assertions", expected)).toMatchObject({
        status: 200,
        body: { matched: 1 }
      })
      const failed = yield* control("POST", "/journal/assertions", { ...expected, query: { pageSize: "100" } })
      expect(failed.status).toBe(409)
      expect(failed.body).toEqual({
        code: "emulator.expectation.failed",
        status: 409,
        contextId: "00000000-0000-0000-0000-000000000000",
        details: [],
        errors: [],
        message:
          "Expected exactly 1 matching request, but 0 of 1 recorded requests match. " +
          'Nearest request: GET /api/v2/license/users; query.pageSize is "25", expected "100".',
        matched: 0,
        recorded: 1,
        nearest: {
          method: "GET",
          path: page,
          differences: [{ field: "query.pageSize", expected: "100", actual: "25" }]
        }
      })
    })
  )
})

describe("reset", () => {
  run(
    "restores everything from the start",
    () =>
      Effect.gen(function* () {
        const started = yield* control("GET", "/organization")
        yield* control("PUT", "/organization", { users: 3, rateLimit: { requests: 1, window: "1 seconds" } })
        yield* control("PUT", "/faults", [])
        yield* control("POST", "/clock/advance", { by: "1 days" })
        yield* call("GET", page)
        expect((yield* control("POST", "/reset")).status).toBe(204)
        expect((yield* control("GET", "/organization")).body).toEqual(started.body)
        expect((yield* control("GET", "/clock")).body.aheadMillis).toBe(0)
        expect((yield* control("GET", "/faults")).body).toMatchObject([{ name: "start", matched: 0 }])
        expect((yield* control("GET", "/journal")).body).toEqual({ requests: [], dropped: 0 })
      }),
    { faults: [{ name: "start", fault: { type: "status", status: 503 } }] }
  )
})
