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
  it.effect("lists who is active, unless told otherwise", () =>
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

  it.effect("tells what was said of somebody, makes up the rest, and leaves out what there is none of", () =>
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

  it.effect("gives logins, tokens and roles only to those who ask, in whichever form", () =>
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

  it.effect("looks up ids in the state that was asked for, each once, and leaves out who is not there", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/users?id=zoe&id=bob&id=nobody&id=bob&id=ann")
      expect(idsOf(body)).toEqual(["bob", "ann"])
      expect(idsOf((yield* call("GET", "/api/v2/users?id=zoe&id=ann&state=any")).body)).toEqual(["zoe", "ann"])
    }).pipe(emulator(four))
  )

  it.effect("answers 404 when none of the ids is known", () =>
    Effect.gen(function* () {
      const { body, status } = yield* call("GET", "/api/v2/users?id=nobody&id=zoe")
      expect(status).toBe(404)
      expect(body).toMatchObject({
        code: "general.resource.not.found",
        message: "The requested user(s) could not be found."
      })
    }).pipe(emulator(four))
  )

  it.effect("takes a hundred ids at most, and pages of 500", () =>
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

  it.effect("looks up ids whole, however small the largest page of the list is, and whoever is inactive", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/users?id=ann&id=bob&id=joe&pageSize=100")
      expect(idsOf(body)).toEqual(["ann", "bob", "joe"])
      const inactive = yield* call("GET", "/api/v2/users?id=eve&state=inactive&pageSize=100&pageNumber=101")
      expect(inactive).toMatchObject({ status: 200, body: { entities: [], total: 1 } })
    }).pipe(emulator({ ...four, largestPage: { size: 1, larger: "cutSilently" } }))
  )

  it.effect("knows somebody whose id is the name of something in a prototype, and nobody else by such a name", () =>
    Effect.gen(function* () {
      expect(idsOf((yield* call("GET", "/api/v2/users?id=__proto__&id=constructor")).body)).toEqual(["__proto__"])
      expect((yield* call("GET", "/api/v2/users?id=constructor")).status).toBe(404)
    }).pipe(emulator({ users: [{ id: "__proto__", licenses: [] }] }))
  )

  it.effect("lists 10,000 inactive users and no more, and all who are active", () =>
    Effect.gen(function* () {
      const status = (query: string) => Effect.map(call("GET", `/api/v2/users?${query}`), ({ status }) => status)
      expect(yield* status("state=inactive&pageSize=500&pageNumber=20")).toBe(200)
      expect(yield* status("state=inactive&pageSize=500&pageNumber=21")).toBe(400)
      expect(yield* status("state=active&pageSize=500&pageNumber=21")).toBe(200)
    }).pipe(emulator())
  )

  it.effect("makes up everybody of a seed the same way each time, and in proportions", () =>
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

  it.effect("has people whose last token is older than 90 days, so that an audit finds idle seats", () =>
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

  it.effect('writes the token of somebody who never had one in both ways that are known: as `""`, and not at all', () =>
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

  it.effect("has people without a license row, and license rows without a person", () =>
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

  it.effect("tells which roles were not used, with all roles, to those who ask", () =>
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

  it.effect("has people who use all of their roles, some of them, and none since they are away", () =>
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

  it.effect("shows the users of the list of licenses, also when these change", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      yield* organization.updateUsers((users) => [...users.slice(1), { id: "new", licenses: [] }])
      expect(idsOf((yield* call("GET", "/api/v2/users?state=any")).body)).toEqual(["bob", "new"])
    }).pipe(emulator({ users: ["ann", "bob"].map((id) => ({ id, licenses: [] })) }))
  )
})

describe("getUser", () => {
  it.effect("finds who is not deleted, and who is when that is asked for", () =>
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
  it.effect("leads from page to page by its cursor, and ends without one", () =>
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

  it.effect("refuses a cursor that it did not give out", () =>
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
    it.effect(`is kept to in both lists of users: ${larger ?? "refuse unless told"}`, () =>
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
