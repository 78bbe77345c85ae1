import { expect, it } from "@effect/vitest"
import { Drift, GenesysError } from "@genesys-license/client"
import type { LicenseService, UserPage, UserStreamOptions } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { aToken, closedByClient, failure, overEachClient } from "../support/Attack.ts"
import { type Behaviour, hang, json, type Received } from "../support/HostileServer.ts"

interface Query {
  readonly pageNumber: number
  readonly pageSize: number
  /** The number of the request, from 1. */
  readonly request: number
}

const id = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`
const queryOf = ({ path }: Received) => {
  const { searchParams } = new URL(path, "http://localhost")
  return { pageNumber: Number(searchParams.get("pageNumber")), pageSize: Number(searchParams.get("pageSize")) }
}

/** A correct page of a list of `total` users. */
const whole = (total: number, { pageNumber, pageSize }: Pick<Query, "pageNumber" | "pageSize">) => ({
  entities: Array.from({ length: Math.min(total, pageNumber * pageSize) - (pageNumber - 1) * pageSize }, (_, n) => ({
    id: id((pageNumber - 1) * pageSize + n),
    licenses: ["cloudCX2"]
  })),
  pageNumber,
  pageSize,
  total,
  pageCount: Math.ceil(total / pageSize)
})

/** A list whose pages the fault creates. */
const list = (page: (query: Query) => object): Behaviour => {
  let request = 0
  return (response, socket, received) =>
    json(page({ ...queryOf(received), request: ++request }))(response, socket, received)
}

/** The ids of the users, the last page, and the error, if any. Default: in pages of 100. */
const read = (license: LicenseService["Service"], options?: UserStreamOptions) =>
  Effect.gen(function* () {
    const pages: Array<UserPage> = []
    const error = yield* license.userPages({ pageSize: 100, ...options }).pipe(
      Stream.runForEach((page) => Effect.sync(() => void pages.push(page))),
      Effect.as(undefined),
      Effect.catch(Effect.succeed)
    )
    return { ids: pages.flatMap(({ users }) => users.map((user) => user.id)), drift: pages.at(-1)?.drift, error }
  })

const upTo = (total: number) => Array.from({ length: total }, (_, n) => id(n))
const without = (field: string, page: object) =>
  Object.fromEntries(Object.entries(page).filter(([key]) => key !== field))

overEachClient("A list of users", (attack) => {
  /** Faults that do not prevent a complete list. The last column is the number of requests. */
  it.live.each<readonly [label: string, page: (query: Query) => object, requests: number]>([
    ["without pageCount", (query) => without("pageCount", whole(250, query)), 3],
    ["with a pageCount of 0", (query) => ({ ...whole(250, query), pageCount: 0 }), 3],
    ["with a pageCount of null", (query) => ({ ...whole(250, query), pageCount: null }), 3],
    ["with a pageCount of -1", (query) => ({ ...whole(250, query), pageCount: -1 }), 3],
    ["with a pageCount that is too small", (query) => ({ ...whole(250, query), pageCount: 1 }), 3],
    ["with a pageCount that is too large", (query) => ({ ...whole(250, query), pageCount: 2_147_483_647 }), 7],
    ["without total", (query) => without("total", whole(250, query)), 3],
    ["with a total of 0", (query) => ({ ...whole(250, query), total: 0 }), 3],
    ["with a total that is too small", (query) => ({ ...whole(250, query), total: 120 }), 3],
    ["without any count", (query) => ({ entities: whole(250, query).entities }), 4],
    ["with counts of 0", (query) => ({ ...whole(250, query), total: 0, pageCount: 0 }), 4],
    ["without pageNumber and pageSize", (query) => without("pageNumber", without("pageSize", whole(250, query))), 3],
    ["with a pageSize of 0", (query) => ({ ...whole(250, query), pageSize: 0 }), 3],
    [
      "with the length of each page as its pageSize",
      (query) => ({ ...whole(250, query), pageSize: whole(250, query).entities.length }),
      3
    ],
    ["in pages of 25", (query) => whole(250, { ...query, pageSize: 25 }), 10],
    ["in pages of 25 that report 100", (query) => ({ ...whole(250, { ...query, pageSize: 25 }), pageSize: 100 }), 10],
    [
      "in pages of 50 from page 2 on",
      (query) => whole(250, query.request === 1 ? query : { ...query, pageSize: 50 }),
      6
    ],
    [
      "in one page, whatever the requested size",
      () => ({ entities: whole(250, { pageNumber: 1, pageSize: 250 }).entities }),
      2
    ]
  ])("%s is read completely, without duplicates", ([, page, requests]) =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(list(page))
      const { error, ids } = yield* read(license)
      expect(error).toBeUndefined()
      expect(ids).toEqual(upTo(250))
      expect(server.calls.length).toBeLessThanOrEqual(requests)
    })
  )

  /** Lists that change. The drift reports it. */
  it.live.each<readonly [label: string, page: (query: Query) => object, users: number, drift: Partial<Drift.Drift>]>([
    ["shrinks", (query) => whole(query.request === 1 ? 950 : 250, query), 250, { users: 250, total: 250, shrank: 700 }],
    ["shrinks to nothing", (query) => whole(query.request === 1 ? 950 : 0, query), 100, { users: 100, shrank: 950 }],
    ["grows", (query) => whole(query.request === 1 ? 250 : 950, query), 950, { users: 950, total: 950, grew: 700 }],
    [
      "grows with every request",
      (query) => whole(Math.min(950, 100 + query.request * 100), query),
      950,
      { users: 950, total: 950, grew: 750 }
    ],
    [
      "has an empty page in the middle",
      (query) => ({ ...whole(450, query), ...(query.pageNumber === 3 && { entities: [] }) }),
      350,
      { users: 350, total: 450, possiblyMissed: 100 }
    ],
    [
      "has an empty page in the middle, and no total",
      (query) => without("total", { ...whole(450, query), ...(query.pageNumber === 3 && { entities: [] }) }),
      350,
      { users: 350, possiblyMissed: 100 }
    ],
    [
      "has pages that overlap",
      (query) => {
        const page = whole(450, query)
        const overlaps = query.pageNumber > 1 && page.entities.length > 0
        return !overlaps ? page : { ...page, entities: [{ id: id(0), licenses: [] }, ...page.entities.slice(1)] }
      },
      446,
      { users: 446, duplicates: 4, possiblyMissed: 4 }
    ],
    [
      "sends the same page for ever",
      (query) => ({ ...whole(450, { ...query, pageNumber: 1 }), pageNumber: query.pageNumber }),
      100,
      { users: 100, duplicates: 400, possiblyMissed: 350 }
    ],
    [
      "counts more users than it has",
      (query) => ({ ...whole(250, query), total: 340, pageCount: 4 }),
      250,
      { users: 250, total: 340, possiblyMissed: 90 }
    ]
  ])("that %s ends, and the drift is reported", ([, page, users, drift]) =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(list(page))
      const seen = yield* read(license)
      expect(seen.error).toBeUndefined()
      expect(seen.ids).toHaveLength(users)
      expect(new Set(seen.ids).size).toBe(users)
      expect(seen.drift).toMatchObject(drift)
      expect(Drift.isStill(seen.drift!)).toBe(false)
      expect(server.calls.length).toBeLessThanOrEqual(16)
    })
  )

  /** Lists that cause an error, never a loop. */
  it.live.each<readonly [label: string, page: (query: Query) => object, users: number, problem: string]>([
    [
      "answers with page 1 for ever",
      (query) => whole(450, { ...query, pageNumber: 1 }),
      100,
      "page 2 was requested, but page 1 was returned"
    ],
    [
      "counts its pages from 0",
      (query) => ({ ...whole(450, query), pageNumber: query.pageNumber - 1 }),
      0,
      "page 1 was requested, but page 0 was returned"
    ],
    ["is not a list", () => ({}), 0, "page 1 has neither entities nor counts"],
    [
      "ends with an invalid page",
      (query) => (query.pageNumber === 3 ? {} : whole(450, query)),
      200,
      "page 3 has neither entities nor counts"
    ],
    [
      "ends with an invalid page, without total",
      (query) => (query.pageNumber === 3 ? {} : without("total", whole(450, query))),
      200,
      "page 3 has neither entities nor counts"
    ],
    [
      "promises one more page with every page, all of them the same",
      (query) => ({
        ...whole(100, { ...query, pageNumber: 1 }),
        pageNumber: query.pageNumber,
        total: query.pageNumber * 100 + 100,
        pageCount: query.pageNumber + 1
      }),
      100,
      "100 pages in a row"
    ],
    [
      "promises an impossible number of users",
      (query) => ({ ...whole(250, query), total: 9_007_199_254_740_991 }),
      250,
      "100 pages in a row"
    ],
    [
      "always promises users, and sends none",
      () => ({ entities: [], total: 9_007_199_254_740_991 }),
      0,
      "100 pages in a row"
    ]
  ])("that %s is UnexpectedResponse", ([, page, users, problem]) =>
    attack({ credentials: aToken, rateLimit: { limit: 10_000, window: "1 minute" } }, function* (server, license) {
      server.always(list(page))
      const { error, ids } = yield* read(license)
      expect(error).toMatchObject({ operation: "getLicenseUsers", reason: { _tag: "UnexpectedResponse" } })
      expect(error!.reason.message).toContain(problem)
      expect(ids).toEqual(upTo(users))
      expect(server.calls.length).toBeLessThanOrEqual(112)
    })
  )

  it.live.each<readonly [label: string, options: UserStreamOptions]>([
    ["one at a time", { concurrency: 1 }],
    ["in order", { concurrency: 4 }],
    ["as they arrive", { concurrency: 4, order: "arrival" }]
  ])("with a failed page can be resumed there without loss or duplicates: pages %s", ([, options]) =>
    attack({ credentials: aToken, retries: 0 }, function* (server, license) {
      for (const failing of [1, 2, 5, 8]) {
        let down = true
        server.always((response, socket, request) => {
          const query = queryOf(request)
          if (down && query.pageNumber === failing) response.writeHead(503).end()
          else json(whole(750, query))(response, socket, request)
        })
        const first = yield* read(license, options)
        expect(first.error).toMatchObject({ reason: { _tag: "ServerError" }, resumeFrom: { pageNumber: failing } })
        down = false
        const { resumeFrom } = first.error as GenesysError
        const second = yield* read(license, { ...options, resumeFrom: JSON.parse(JSON.stringify(resumeFrom)) })
        expect(second.error).toBeUndefined()
        expect([...first.ids, ...second.ids].toSorted()).toEqual(upTo(750))
        expect(Drift.isStill(second.drift!)).toBe(true)
      }
    })
  )

  const sizesOf = (calls: ReadonlyArray<Received>) => [...new Set(calls.map((call) => queryOf(call).pageSize))]

  /** With the page size that the client chooses. */
  it.live.each<readonly [label: string, refuse: Behaviour]>([
    ["413", (response) => response.writeHead(413).end()],
    ["400", (response) => response.writeHead(400).end()],
    [
      "400 and response.entity.too.large",
      (response) =>
        response.writeHead(400, { "content-type": "application/json" }).end('{"code":"response.entity.too.large"}')
    ],
    ["a body over the cap", (response) => response.writeHead(200, { "content-length": "100000000" }).end()]
  ])("that refuses pages of more than 100 users with %s is read in pages of 100 from then on", ([, refuse]) =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always((response, socket, request) => {
        const query = queryOf(request)
        return (query.pageSize > 100 ? refuse : json(whole(1_234, query)))(response, socket, request)
      })
      expect((yield* Stream.runCollect(license.users())).map((user) => user.id)).toEqual(upTo(1_234))
      expect(sizesOf(server.calls)).toEqual([500, 100])
      expect(server.calls).toHaveLength(14)
      const { drift, ids } = yield* read(license, { pageSize: undefined })
      expect(ids).toEqual(upTo(1_234))
      expect(Drift.isStill(drift!)).toBe(true)
      expect(sizesOf(server.calls.slice(14))).toEqual([100])

      const chosen = yield* read(license, { pageSize: 200 })
      expect(chosen).toMatchObject({ ids: [], error: { resumeFrom: { pageNumber: 1, pageSize: 200 } } })
      expect(server.calls.slice(27).map(queryOf)).toEqual([{ pageNumber: 1, pageSize: 200 }])
    })
  )

  it.live.each<readonly [label: string, echo: (query: Query) => object]>([
    ["reports the served size", () => ({ pageSize: 100 })],
    ["reports the requested size", ({ pageSize }) => ({ pageSize })],
    ["reports no size", () => ({ pageSize: undefined })]
  ])("that is cut into pages of 100 and %s is read completely, in pages of 100", ([, echo]) =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(list((query) => ({ ...whole(1_234, { ...query, pageSize: 100 }), ...echo(query) })))
      const { drift, ids } = yield* read(license, { pageSize: undefined })
      expect(ids).toEqual(upTo(1_234))
      expect(Drift.isStill(drift!)).toBe(true)
      expect(sizesOf(server.calls)).toEqual([500, 100])
      expect(server.calls).toHaveLength(13)
    })
  )

  it.live("that is refused with 400 in any size is reported, and can be resumed from the start", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always((response) => response.writeHead(400).end())
      const { error, ids } = yield* read(license, { pageSize: undefined })
      expect(error).toMatchObject({
        reason: { _tag: "Refused", status: 400 },
        resumeFrom: { pageNumber: 1, pageSize: 500 }
      })
      expect(ids).toEqual([])
      expect(server.calls.map(queryOf)).toEqual([500, 100, 25].map((pageSize) => ({ pageNumber: 1, pageSize })))
    })
  )

  it.live("can be left early without another request, and pages on their way are cancelled", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always((response, socket, request) => {
        const query = queryOf(request)
        return query.pageNumber <= 2
          ? json(whole(950, query))(response, socket, request)
          : hang(response, socket, request)
      })
      expect(yield* Stream.runCollect(Stream.take(license.users({ pageSize: 100 }), 10))).toHaveLength(10)
      expect(server.calls).toHaveLength(1)
      expect(yield* Stream.runCollect(Stream.take(license.users({ pageSize: 100 }), 110))).toHaveLength(110)
      expect(server.calls.length).toBeLessThanOrEqual(7)
      for (const call of server.calls.filter((call) => queryOf(call).pageNumber > 2)) yield* closedByClient(call)
    })
  )

  it.live("with a page of 10 MB is read", () =>
    attack({ credentials: aToken }, function* (server, license) {
      const licenses = Array.from({ length: 1_000 }, (_, n) => `license-${String(n).padStart(90, "0")}`)
      server.always(
        list((query) => ({
          ...whole(200, query),
          entities: whole(200, query).entities.map((user) => ({ ...user, licenses }))
        }))
      )
      const users = yield* Stream.runCollect(license.users({ pageSize: 100 }))
      expect(users.map((user) => user.id)).toEqual(upTo(200))
      expect(users.every((user) => user.licenses.length === 1_000)).toBe(true)
    })
  )

  it.live("of 100,000 users is the same set in both orders", () =>
    attack({ credentials: aToken }, function* (server, license) {
      server.always(list((query) => whole(100_000, query)))
      const ordered = yield* read(license, { pageSize: 1_000 })
      const arrived = yield* read(license, { pageSize: 1_000, order: "arrival" })
      const all = upTo(100_000).join()
      expect(ordered.ids.join() === all).toBe(true)
      expect(arrived.ids.toSorted().join() === all).toBe(true)
      expect(server.calls).toHaveLength(200)
    })
  )

  it.live("is not requested with invalid options", () =>
    attack({ credentials: aToken }, function* (server, license) {
      expect(yield* failure(Stream.runDrain(license.users({ pageSize: 0 })))).toMatchObject({
        reason: { _tag: "InvalidRequest" }
      })
      expect(server.requests).toHaveLength(0)
    })
  )
})
