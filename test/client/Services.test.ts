/** The services beside LicenseService, against answers as the vendor publishes them. */
import { describe, expect, it } from "@effect/vitest"
import {
  BillingService,
  type GenesysError,
  GenesysTransport,
  OrganizationService,
  RoleService,
  UserService
} from "@genesys-license/client"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { elapse } from "./virtualTime.ts"

const services = Layer.mergeAll(
  UserService.layerTransport,
  RoleService.layerTransport,
  OrganizationService.layerTransport,
  BillingService.layerTransport
)

const notFound = () =>
  Response.json(
    { message: "The requested user(s) could not be found", code: "general.resource.not.found" },
    { status: 404 }
  )

/** All services on one transport, whose server is a function of the URL. */
const withServer = <A, E, R>(
  answer: (url: URL, n: number) => unknown,
  test: (asked: ReadonlyArray<URL>) => Effect.Effect<A, E, R>
) => {
  const asked: Array<URL> = []
  const transport = GenesysTransport.layerTest(({ url }) => {
    asked.push(new URL(url))
    const answered = answer(asked.at(-1)!, asked.length)
    return answered instanceof Response ? answered : Response.json(answered)
  })
  return Effect.suspend(() => test(asked)).pipe(Effect.provide(Layer.provide(services, transport)), elapse)
}

const failureOf = <A, R>(effect: Effect.Effect<A, GenesysError, R>) => Effect.orDie(Effect.flip(effect))

describe("UserService", () => {
  const people = Array.from({ length: 250 }, (_, n) => ({ id: `u${n}`, name: `User ${n}`, version: 1 }))
  const list = (url: URL) => {
    const size = Number(url.searchParams.get("pageSize"))
    const number = Number(url.searchParams.get("pageNumber"))
    const entities = people.slice((number - 1) * size, number * size)
    return {
      entities,
      pageSize: size,
      pageNumber: number,
      total: people.length,
      pageCount: Math.ceil(people.length / size)
    }
  }

  it.effect("streams the users of a state, with the fields that are asked for", () =>
    withServer(list, (asked) =>
      Effect.gen(function* () {
        const users = yield* UserService
        const all = yield* Stream.runCollect(
          users.users({ state: "inactive", expand: ["dateLastLogin", "lasttokenissued"], pageSize: 100 })
        )
        expect(all.map(({ id }) => id)).toEqual(people.map(({ id }) => id))
        expect(
          asked.map(
            ({ pathname, searchParams }) =>
              `${pathname}?${[...searchParams]
                .map((it) => it.join("="))
                .sort()
                .join("&")}`
          )
        ).toEqual(
          [1, 2, 3].map(
            (page) =>
              `/api/v2/users?expand=dateLastLogin&expand=lasttokenissued&pageNumber=${page}&pageSize=100&state=inactive`
          )
        )
      })
    )
  )

  it.effect("looks people up in hundreds, each once, whatever their state", () =>
    withServer(
      (url) => ({ entities: people.filter(({ id }) => url.searchParams.getAll("id").includes(id)) }),
      (asked) =>
        Effect.gen(function* () {
          const ids = [...people.map(({ id }) => id), "nobody", "u0", "u1"]
          const found = yield* (yield* UserService).byId(ids)
          expect([...found.keys()]).toEqual(people.map(({ id }) => id))
          expect(asked.map(({ searchParams }) => searchParams.getAll("id").length)).toEqual([100, 100, 51])
          expect(new Set(asked.map(({ searchParams }) => searchParams.get("state")))).toEqual(new Set(["any"]))
        })
    )
  )

  it.effect("finds nobody where the server says that none of the ids is known", () =>
    withServer(notFound, () =>
      Effect.gen(function* () {
        expect(yield* (yield* UserService).byId(["a", "b"])).toEqual(new Map())
      })
    )
  )

  it.effect("does not take the word of something in between for it that nobody is known", () =>
    withServer(
      () => new Response("<html>Not Found</html>", { status: 404 }),
      () =>
        Effect.gen(function* () {
          expect((yield* failureOf((yield* UserService).byId(["a", "b"]))).reason._tag).toBe("NotFound")
        })
    )
  )

  it.effect.each([413, 414])("asks for fewer people at once where a hundred are refused with %i", (status) =>
    withServer(
      (url) => {
        const ids = url.searchParams.getAll("id")
        return ids.length > 40
          ? new Response(null, { status })
          : { entities: people.filter(({ id }) => ids.includes(id)) }
      },
      (asked) =>
        Effect.gen(function* () {
          const users = yield* UserService
          const ids = people.slice(0, 100).map(({ id }) => id)
          expect([...(yield* users.byId(ids)).keys()]).toEqual(ids)
          const sizes = asked.map(({ searchParams }) => searchParams.getAll("id").length)
          expect(sizes).toEqual([100, 50, 25, 25, 25, 25])
          yield* users.byId(ids)
          expect(asked.slice(sizes.length).map(({ searchParams }) => searchParams.getAll("id").length)).toEqual(
            Array(4).fill(25)
          )
        })
    )
  )

  it.effect("names its own operation in errors, and says nothing of licenses", () =>
    withServer(notFound, () =>
      Effect.gen(function* () {
        const error = yield* failureOf((yield* UserService).getUser("a"))
        expect(error.operation).toBe("getUser")
        expect(error.message).not.toMatch(/licen/i)
      })
    )
  )

  it.effect.each([
    ["an object", { dateIssued: "2026-11-01T10:00:00Z" }],
    ["the date itself", "2026-11-01T10:00:00Z"]
  ])("reads the last token as %s", ([, lastTokenIssued]) =>
    withServer(
      () => ({ id: "a", lastTokenIssued }),
      () =>
        Effect.gen(function* () {
          const user = yield* (yield* UserService).getUser("a", { expand: ["lasttokenissued"] })
          expect(user.lastTokenIssued?.dateIssued).toBe("2026-11-01T10:00:00Z")
        })
    )
  )

  it.effect("reads by cursor until there is none", () =>
    withServer(
      (url) => {
        const from = Number(url.searchParams.get("cursor") ?? 0)
        const entities = people.slice(from, from + 100)
        return { entities, ...(from + 100 < people.length && { cursor: `${from + 100}` }) }
      },
      (asked) =>
        Effect.gen(function* () {
          const all = yield* Stream.runCollect((yield* UserService).usersByCursor({ state: "any" }))
          expect(all).toHaveLength(250)
          expect(asked).toHaveLength(3)
        })
    )
  )

  it.effect("ends with an error where the cursors go round in a circle", () =>
    withServer(
      (_, n) => ({ entities: [people[n]], cursor: `${n % 2}` }),
      () =>
        Effect.gen(function* () {
          const error = yield* failureOf(Stream.runDrain((yield* UserService).usersByCursor()))
          expect([error.operation, error.reason._tag]).toEqual(["getUsersQuery", "UnexpectedResponse"])
        })
    )
  )
})

describe("OrganizationService", () => {
  it.effect("tells which organization it is", () =>
    withServer(
      () => ({ id: "org", name: "Acme", features: { chat: true }, version: 3 }),
      (asked) =>
        Effect.gen(function* () {
          expect(yield* (yield* OrganizationService).me).toEqual({ id: "org", name: "Acme", version: 3 })
          expect(asked[0]!.pathname).toBe("/api/v2/organizations/me")
        })
    )
  )
})

describe("RoleService", () => {
  const role = { id: "r", name: "Agent", permissionPolicies: [{ domain: "*", entityName: "*", actionSet: ["*"] }] }

  it.effect("lists roles with a permission, and lets nobody be counted", () =>
    withServer(
      () => ({ entities: [role], total: 1, pageCount: 1 }),
      (asked) =>
        Effect.gen(function* () {
          const roles = yield* RoleService
          const found = yield* Stream.runCollect(roles.roles({ permissions: ["a:b:c", "d:e:f"] }))
          expect(found).toEqual([role])
          expect(asked[0]!.searchParams.getAll("permission")).toEqual(["a:b:c", "d:e:f"])
          expect(asked[0]!.searchParams.get("userCount")).toBe("false")
        })
    )
  )

  it.effect("lists who has a role", () =>
    withServer(
      () => ({ entities: [{ id: "u", type: "PC_USER", divisions: [{ id: "*" }] }], total: 1 }),
      (asked) =>
        Effect.gen(function* () {
          const grants = yield* Stream.runCollect((yield* RoleService).grants("a/b"))
          expect(grants).toEqual([{ id: "u", type: "PC_USER", divisions: [{ id: "*" }] }])
          expect(asked[0]!.pathname).toBe("/api/v2/authorization/roles/a%2Fb/subjectgrants")
        })
    )
  )
})

describe("BillingService", () => {
  const period = {
    startDate: DateTime.makeUnsafe("2026-11-01T00:00:00Z"),
    endDate: DateTime.makeUnsafe("2026-12-01T00:00:00Z")
  }

  it.effect("asks again while the report is being made", () =>
    withServer(
      (_, n) => ({ status: n < 3 ? "InProgress" : "Complete", usages: [] }),
      (asked) =>
        Effect.gen(function* () {
          expect(yield* (yield* BillingService).getUsage(period)).toMatchObject({ status: "Complete" })
          expect(asked).toHaveLength(3)
          expect(asked[0]!.searchParams.get("startDate")).toBe("2026-11-01T00:00:00.000Z")
        })
    )
  )

  it.effect("gives up on a report that is never ready, and says so", () =>
    withServer(
      () => ({ status: "InProgress" }),
      (asked) =>
        Effect.gen(function* () {
          const error = yield* failureOf((yield* BillingService).getUsage(period))
          expect(error.reason._tag).toBe("NotReady")
          expect(error.isRetryable).toBe(true)
          expect(asked).toHaveLength(40)
          expect(yield* Clock.currentTimeMillis).toBe(39 * 3_000)
        })
    )
  )

  it.effect("follows the links of the contracts, whatever host they name", () =>
    withServer(
      (url) =>
        url.searchParams.get("after") === null
          ? {
              entities: [{ id: "c1" }],
              nextUri: "https://elsewhere.example/api/v2/billing/contracts?after=x%3D1&pageSize=10"
            }
          : { entities: [{ id: "c2" }] },
      (asked) =>
        Effect.gen(function* () {
          const contracts = yield* Stream.runCollect((yield* BillingService).contracts)
          expect(contracts.map(({ id }) => id)).toEqual(["c1", "c2"])
          expect(asked.map(({ host, searchParams }) => [host, searchParams.get("after")])).toEqual([
            ["api.mypurecloud.com", null],
            ["api.mypurecloud.com", "x=1"]
          ])
        })
    )
  )
})
