import { describe, expect, it } from "@effect/vitest"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import { UserEntityListing } from "@genesys-license/schema/users/Person"
import { UsersApi } from "@genesys-license/schema/users/UsersApi"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import { call } from "../Caller.ts"

const emulator = (options?: EmulatorOptions) => Effect.provide(Emulator.layerTest(options))

const four: EmulatorOptions = {
  users: ["ann", "bob", "eve", "zoe"].map((id) => ({ id, licenses: ["cloudCX2"] })),
  people: [
    { id: "ann", name: "Ann Lee", email: "ann@acme.example", dateLastLogin: "2026-11-01T00:00:00Z", department: null },
    { id: "eve", state: "inactive" },
    { id: "zoe", state: "deleted" },
    { id: "joe", name: "Joe Day", dateLastLogin: null, lastTokenIssued: null }
  ]
}

const idsOf = (body: { readonly entities: ReadonlyArray<{ readonly id: string }> }) => body.entities.map(({ id }) => id)

describe("getUsers", () => {
  it.effect("lists active users by default", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/users")
      expect(idsOf(body)).toEqual(["ann", "bob", "joe"])
      expect(body).toMatchObject({ pageSize: 25, pageNumber: 1, total: 3, pageCount: 1 })
      const inState = (state: string) =>
        Effect.map(call("GET", `/api/v2/users?state=${state}`), ({ body }) => idsOf(body))
      expect(yield* inState("inactive")).toEqual(["eve"])
      expect(yield* inState("deleted")).toEqual(["zoe"])
      expect(yield* inState("any")).toEqual(["ann", "bob", "eve", "zoe", "joe"])
    }).pipe(emulator(four))
  )

  it.effect("shows configured fields, generates missing ones, and leaves out null ones", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/users?id=ann&expand=dateLastLogin")
      expect(body.entities[0]).toEqual({
        id: "ann",
        name: "Ann Lee",
        email: "ann@acme.example",
        username: expect.stringMatching(/@genesys-license\.example$/),
        title: expect.any(String),
        state: "active",
        division: { id: expect.any(String), name: expect.any(String) },
        version: 1,
        dateLastLogin: "2026-11-01T00:00:00Z"
      })
    }).pipe(emulator(four))
  )

  it.effect("adds logins, tokens and roles only with expand, in each of its forms", () =>
    Effect.gen(function* () {
      const fields = Effect.fnUntraced(function* (query: string) {
        const { body } = yield* call("GET", `/api/v2/users?id=bob&${query}`)
        return ["dateLastLogin", "lastTokenIssued", "authorization"].filter((name) => name in body.entities[0])
      })
      expect(yield* fields("")).toEqual([])
      expect(yield* fields("expand=lasttokenissued")).toEqual(["lastTokenIssued"])
      const all = ["dateLastLogin", "lastTokenIssued", "authorization"]
      expect(yield* fields("expand=dateLastLogin&expand=lasttokenissued&expand=authorization")).toEqual(all)
      expect(yield* fields("expand=dateLastLogin,lasttokenissued,authorization")).toEqual(all)
      expect((yield* call("GET", "/api/v2/users?expand=lastTokenIssued")).status).toBe(400)
    }).pipe(
      emulator({
        ...four,
        people: [{ id: "bob", dateLastLogin: "2026-11-01T00:00:00Z", lastTokenIssued: { dateIssued: "2026-11-02" } }]
      })
    )
  )

  it.effect("looks up ids in the requested state, each once, and leaves out unknown ones", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/users?id=zoe&id=bob&id=nobody&id=bob&id=ann")
      expect(idsOf(body)).toEqual(["bob", "ann"])
      expect(idsOf((yield* call("GET", "/api/v2/users?id=zoe&id=ann&state=any")).body)).toEqual(["zoe", "ann"])
    }).pipe(emulator(four))
  )

  it.effect("answers 404 when all ids are unknown", () =>
    Effect.gen(function* () {
      const { body, status } = yield* call("GET", "/api/v2/users?id=nobody&id=zoe")
      expect(status).toBe(404)
      expect(body).toMatchObject({
        code: "general.resource.not.found",
        message: "The requested user(s) could not be found."
      })
    }).pipe(emulator(four))
  )

  it.effect("accepts at most a hundred ids, and pages of at most 500", () =>
    Effect.gen(function* () {
      const ids = Array.from({ length: 101 }, (_, n) => `id=${n}`).join("&")
      expect(yield* call("GET", `/api/v2/users?${ids}`)).toMatchObject({
        status: 400,
        body: { code: "max.user.ids", message: "Only 100 users can be requested at a time." }
      })
      expect(idsOf((yield* call("GET", "/api/v2/users?pageSize=500&state=any")).body)).toHaveLength(500)
      const { body, status } = yield* call("GET", "/api/v2/users?pageSize=501")
      expect(status).toBe(400)
      expect(body.message).toContain("501")
    }).pipe(emulator({ users: 600 }))
  )

  it.effect("looks up ids without the limits for page size and for inactive users", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/users?id=ann&id=bob&id=joe&pageSize=100")
      expect(idsOf(body)).toEqual(["ann", "bob", "joe"])
      const inactive = yield* call("GET", "/api/v2/users?id=eve&state=inactive&pageSize=100&pageNumber=101")
      expect(inactive).toMatchObject({ status: 200, body: { entities: [], total: 1 } })
    }).pipe(emulator({ ...four, largestPage: { size: 1, larger: "cutSilently" } }))
  )

  it.effect("finds a user whose id is a name in Object.prototype only if the user exists", () =>
    Effect.gen(function* () {
      expect(idsOf((yield* call("GET", "/api/v2/users?id=__proto__&id=constructor")).body)).toEqual(["__proto__"])
      expect((yield* call("GET", "/api/v2/users?id=constructor")).status).toBe(404)
    }).pipe(emulator({ users: [{ id: "__proto__", licenses: [] }] }))
  )

  it.effect("lists at most 10,000 inactive users, and all active ones", () =>
    Effect.gen(function* () {
      const status = (query: string) => Effect.map(call("GET", `/api/v2/users?${query}`), ({ status }) => status)
      expect(yield* status("state=inactive&pageSize=500&pageNumber=20")).toBe(200)
      expect(yield* status("state=inactive&pageSize=500&pageNumber=21")).toBe(400)
      expect(yield* status("state=active&pageSize=500&pageNumber=21")).toBe(200)
    }).pipe(emulator())
  )

  it.effect("generates the same people for a seed, in realistic proportions", () =>
    Effect.gen(function* () {
      const read = Effect.gen(function* () {
        const pages = yield* Effect.forEach([1, 2, 3, 4], (page) =>
          call("GET", `/api/v2/users?state=any&pageSize=500&pageNumber=${page}&expand=dateLastLogin,lasttokenissued`)
        )
        return pages.flatMap(({ body }) => body.entities)
      })
      const people = yield* read.pipe(emulator({ users: 2000, seed: "acme" }))
      expect(yield* read.pipe(emulator({ users: 2000, seed: "acme" }))).toEqual(people)
      const share = (is: (person: any) => boolean) => people.filter(is).length / people.length
      expect(share(({ state }) => state === "active")).toBeCloseTo(0.97, 1)
      expect(share(({ state }) => state === "inactive")).toBeGreaterThan(0)
      expect(share(({ dateLastLogin }) => dateLastLogin === undefined)).toBeCloseTo(0.15, 1)
      expect(share(({ lastTokenIssued }) => !lastTokenIssued)).toBeCloseTo(0.05, 1)
      expect(new Set(people.map(({ email }) => email)).size).toBe(2000)
      for (const { dateLastLogin, lastTokenIssued } of people) {
        if (dateLastLogin !== undefined) expect(lastTokenIssued.dateIssued >= dateLastLogin).toBe(true)
      }
      yield* Schema.decodeUnknownEffect(UserEntityListing)({ entities: people })
    })
  )

  it.effect("generates people whose last token is older than 90 days, so that an audit finds idle seats", () =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const pages = yield* Effect.forEach([1, 2, 3, 4], (page) =>
        call("GET", `/api/v2/users?pageSize=500&pageNumber=${page}&expand=lasttokenissued`)
      )
      const ages = pages
        .flatMap(({ body }) => body.entities)
        .flatMap(({ lastTokenIssued }: any) => (lastTokenIssued ? [now - Date.parse(lastTokenIssued.dateIssued)] : []))
      const days = ages.map((age) => age / 86_400_000)
      const idle = days.filter((age) => age > 90).length / days.length
      expect(idle).toBeGreaterThan(0.01)
      expect(idle).toBeLessThan(0.05)
      expect(Math.max(...days)).toBeGreaterThan(200)
      expect(Math.min(...days)).toBeGreaterThanOrEqual(0)
    }).pipe(emulator({ users: 2000 }))
  )

  it.effect('shows a person without a token in both known ways: `""`, and no field', () =>
    Effect.gen(function* () {
      const pages = yield* Effect.forEach([1, 2], (page) =>
        call("GET", `/api/v2/users?pageSize=500&pageNumber=${page}&expand=lasttokenissued`)
      )
      const kinds = pages.flatMap(({ body }) => body.entities.map((person: any) => typeof person.lastTokenIssued))
      expect([...new Set(kinds)].sort()).toEqual(["object", "string", "undefined"])
      const { body } = yield* call("GET", "/api/v2/users?id=ann&id=bob&expand=lasttokenissued")
      expect(body.entities.map((person: any) => person.lastTokenIssued)).toEqual(["", undefined])
    }).pipe(
      emulator({
        users: 1500,
        people: [
          { id: "ann", lastTokenIssued: "" },
          { id: "bob", lastTokenIssued: null }
        ]
      })
    )
  )

  it.effect("can have people without licenses, and licenses without a person", () =>
    Effect.gen(function* () {
      const rows = yield* call("GET", "/api/v2/license/users")
      const people = yield* call("GET", "/api/v2/users?state=any")
      expect([idsOf(rows.body), idsOf(people.body)]).toEqual([
        ["ann", "gone"],
        ["ann", "joe"]
      ])
      expect((yield* call("GET", "/api/v2/users?id=gone&state=any")).status).toBe(404)
      expect((yield* call("GET", "/api/v2/users/gone?state=deleted")).status).toBe(404)
      expect((yield* call("POST", "/api/v2/license/users", { body: `["gone","joe"]` })).body).toEqual({
        gone: { licenses: ["cloudCX2"] }
      })
    }).pipe(
      emulator({
        users: ["ann", "gone"].map((id) => ({ id, licenses: ["cloudCX2"] })),
        people: [{ id: "gone", state: "erased" }, { id: "joe" }]
      })
    )
  )

  it.effect("lists unused roles together with all roles, with expand", () =>
    Effect.gen(function* () {
      const authorization = Effect.fnUntraced(function* (expand: string) {
        const { body } = yield* call("GET", `/api/v2/users?id=ann&expand=${expand}`)
        const { roles, unusedRoles } = body.entities[0].authorization
        return [roles.length, unusedRoles?.map(({ id }: any) => id)]
      })
      expect(yield* authorization("authorization")).toEqual([2, undefined])
      expect(yield* authorization("authorization.unusedRoles")).toEqual([2, ["b"]])
      expect(yield* authorization("authorization&expand=authorization.unusedRoles")).toEqual([2, ["b"]])
    }).pipe(
      emulator({
        users: [{ id: "ann", licenses: [] }],
        roles: ["a", "b"].map((id) => ({ id, name: id, permissions: [] })),
        people: [{ id: "ann", roles: ["a", "b"], unusedRoles: ["b"] }]
      })
    )
  )

  it.effect("generates people who use all roles, some roles, and no role while they are away", () =>
    Effect.gen(function* () {
      const { body } = yield* call(
        "GET",
        "/api/v2/users?pageSize=500&expand=authorization.unusedRoles&expand=lasttokenissued&expand=dateLastLogin"
      )
      const shares = new Set<string>()
      for (const { authorization, lastTokenIssued } of body.entities) {
        const { roles, unusedRoles } = authorization
        const isAway = !(Date.parse(lastTokenIssued?.dateIssued ?? "") > -30 * 86_400_000)
        if (isAway) expect(unusedRoles).toEqual(roles)
        if (roles.length > 1) {
          shares.add(unusedRoles.length === 0 ? "all" : unusedRoles.length === roles.length ? "none" : "some")
        }
      }
      expect([...shares].sort()).toEqual(["all", "none", "some"])
    }).pipe(emulator({ users: 500 }))
  )

  it.effect("shows the users in the list of licenses, also after a change", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      yield* organization.updateUsers((users) => [...users.slice(1), { id: "new", licenses: [] }])
      expect(idsOf((yield* call("GET", "/api/v2/users?state=any")).body)).toEqual(["bob", "new"])
    }).pipe(emulator({ users: ["ann", "bob"].map((id) => ({ id, licenses: [] })) }))
  )
})

describe("getUser", () => {
  it.effect("finds users who are not deleted, and deleted ones with state=deleted", () =>
    Effect.gen(function* () {
      const state = (path: string) =>
        Effect.map(call("GET", `/api/v2/users/${path}`), ({ body, status }) => (status === 200 ? body.state : status))
      expect(yield* state("ann")).toBe("active")
      expect(yield* state("eve")).toBe("inactive")
      expect(yield* state("zoe")).toBe(404)
      expect(yield* state("zoe?state=deleted")).toBe("deleted")
      expect(yield* state("ann?state=deleted")).toBe(404)
      expect(yield* state("nobody")).toBe(404)
      expect(yield* state("ann?state=any")).toBe(400)
    }).pipe(emulator(four))
  )
})

describe("getUsersQuery", () => {
  it.effect("leads to the next page by a cursor, and has none on the last page", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      const token = yield* oauth.issue()
      const api = yield* HttpApiClient.makeWith(UsersApi, {
        baseUrl: "https://api.mypurecloud.com",
        httpClient: HttpClient.mapRequest(yield* HttpClient.HttpClient, HttpClientRequest.bearerToken(token))
      })
      const query = { pageSize: 20, state: "any" } as const
      const seen: Array<string> = []
      let cursor: string | undefined
      do {
        const page = yield* api.getUsersQuery({ query: { ...query, ...(cursor !== undefined && { cursor }) } })
        expect(page.results).toBe(page.entities.length)
        seen.push(...page.entities.map(({ id }) => id))
        cursor = page.cursor
      } while (cursor !== undefined)
      const { organization } = yield* Emulator
      expect(seen).toEqual((yield* organization.users).map(({ id }) => id))
    }).pipe(emulator({ users: 50 }))
  )

  it.effect("refuses an unknown cursor", () =>
    Effect.gen(function* () {
      expect((yield* call("GET", "/api/v2/users/query?cursor=x")).status).toBe(400)
    }).pipe(emulator())
  )
})

describe("largestPage", () => {
  const read = (path: string) =>
    Effect.map(call("GET", `/api/v2/${path}?pageSize=100`), ({ body, status }) =>
      status === 200
        ? { shown: body.entities.length, pageSize: body.pageSize, pageCount: body.pageCount, total: body.total }
        : status
    )

  for (const [larger, expected] of [
    [undefined, 400],
    ["refuse", 400],
    ["cut", { shown: 50, pageSize: 50, pageCount: 4, total: 200 }],
    ["cutSilently", { shown: 50, pageSize: 100, pageCount: 2, total: 200 }]
  ] as const) {
    it.effect(`applies to both lists of users: ${larger ?? "refuse by default"}`, () =>
      Effect.gen(function* () {
        expect(yield* read("license/users")).toEqual(expected)
        expect(yield* read("users")).toEqual(expected)
        expect((yield* call("GET", "/api/v2/license/users?pageSize=50")).body.entities).toHaveLength(50)
      }).pipe(
        emulator({
          users: Array.from({ length: 200 }, (_, n) => ({ id: `user-${n}`, licenses: [] })),
          largestPage: { size: 50, ...(larger && { larger }) }
        })
      )
    )
  }
})
