import { type LicenseError, UnexpectedResponse } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import type { Emulator } from "@genesys-license/emulator/Emulator"
import type { UserLicensesEntityListing } from "@genesys-license/schema/User"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as UserStream from "../../packages/client/src/UserStream.ts"
import { json, late, reply, type Script } from "../support/StubApi.ts"
import { failureOf, withEmulator, withStub } from "./clients.ts"
import { elapse } from "./virtualTime.ts"

const user = (id: number) => ({ id: `u${id}`, licenses: [] })
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
const ids = (stream: Stream.Stream<{ readonly id: string }, LicenseError>) =>
  stream.pipe(
    Stream.map(({ id }) => Number(id.slice(1))),
    Stream.runCollect
  )

/** A list of pages, and what was read of it. */
const list = (
  page: (pageNumber: number, pageSize: number) => Partial<UserLicensesEntityListing>,
  delay: (pageNumber: number) => number = () => 10
) => {
  const read: Array<number> = []
  const now = { reading: 0, most: 0 }
  const getPage = ({ pageNumber, pageSize }: { readonly pageNumber: number; readonly pageSize: number }) =>
    Effect.gen(function* () {
      read.push(pageNumber)
      now.most = Math.max(now.most, ++now.reading)
      yield* Effect.sleep(delay(pageNumber))
      now.reading -= 1
      return { entities: [], ...page(pageNumber, pageSize) } as UserLicensesEntityListing
    })
  return { getPage, read, now }
}

const whole = (total: number) => (pageNumber: number, pageSize: number) => ({
  entities: numbers((pageNumber - 1) * pageSize, Math.min(total, pageNumber * pageSize)).map(user),
  pageNumber,
  pageSize,
  total,
  pageCount: Math.ceil(total / pageSize)
})

describe("UserStream", () => {
  it.effect("reads page 1 alone, then 4 at once, and keeps the order", () =>
    Effect.gen(function* () {
      // The later the page, the earlier its answer.
      const { getPage, now, read } = list(whole(1_030), (page) => (page === 1 ? 1_000 : 500 - page * 10))
      expect(yield* ids(UserStream.make(getPage))).toEqual(numbers(0, 1_030))
      expect([...read].sort((a, b) => a - b)).toEqual(numbers(1, 12))
      expect(read[0]).toBe(1)
      expect(now.most).toBe(4)
    }).pipe(elapse)
  )

  it.effect.each([1, 2, 3, 8])("reads at most %i pages at once when told so", (concurrency) =>
    Effect.gen(function* () {
      const { getPage, now } = list(whole(2_000))
      expect(yield* ids(UserStream.make(getPage, { concurrency }))).toEqual(numbers(0, 2_000))
      expect(now.most).toBe(concurrency)
    }).pipe(elapse)
  )

  it.effect("reads one page after the other with concurrency 1, in order", () =>
    Effect.gen(function* () {
      const { getPage, now, read } = list(whole(1_000))
      yield* ids(UserStream.make(getPage, { concurrency: 1 }))
      expect(read).toEqual(numbers(1, 11))
      expect(now.most).toBe(1)
      expect(yield* Clock.currentTimeMillis).toBe(100)
    }).pipe(elapse)
  )

  it.effect.each([
    [1, 4, 1],
    [10, 4, 1],
    [100, 4, 1],
    [101, 1, 2],
    [250, 1, 3],
    [101, 4, 5]
  ] as const)("takes %i users, %i pages at once, with %i requests at most", ([take, concurrency, requests]) =>
    Effect.gen(function* () {
      const { getPage, read } = list(whole(5_000))
      expect(yield* ids(UserStream.make(getPage, { concurrency }).pipe(Stream.take(take)))).toEqual(numbers(0, take))
      expect(read.length).toBeLessThanOrEqual(requests)
    }).pipe(elapse)
  )

  it.effect("takes 10 users of the emulator with 1 request", () =>
    withEmulator({ emulator: { users: 1_000 } }, function* (license, { journal }: Emulator["Service"]) {
      expect(yield* license.users().pipe(Stream.take(10), Stream.runCollect)).toHaveLength(10)
      const seen = (yield* journal.requests).filter(({ operation }) => operation !== "token")
      expect(seen.map(({ query }) => query)).toEqual([{ pageNumber: "1", pageSize: "100" }])
    })
  )

  it.effect("reads nothing before it is asked, and no further than a few pages ahead of a slow consumer", () =>
    Effect.gen(function* () {
      const { getPage, read } = list(whole(5_000))
      const stream = UserStream.make(getPage, { concurrency: 2 })
      expect(read).toEqual([])
      let seen = 0
      yield* stream.pipe(
        Stream.take(300),
        Stream.runForEach(() =>
          Effect.suspend(() => {
            seen += 1
            expect(read.length).toBeLessThanOrEqual(Math.ceil(seen / 100) + 4)
            return Effect.sleep("1 second")
          })
        )
      )
    }).pipe(elapse)
  )

  it.effect("reads every user of the emulator once, whatever the page size", () =>
    Effect.forEach([1, 7, 25, 100, 1_000], (pageSize) =>
      withEmulator({ emulator: { users: 103 } }, function* (license, { organization }: Emulator["Service"]) {
        const read = yield* license.users({ pageSize }).pipe(
          Stream.map(({ id }) => id),
          Stream.runCollect
        )
        expect(read).toEqual((yield* organization.users).map(({ id }) => id))
      })
    )
  )

  it.effect("gives a user who moved to a later page only once", () =>
    Effect.gen(function* () {
      const { getPage } = list((pageNumber, pageSize) => {
        const page = whole(300)(pageNumber, pageSize)
        return pageNumber === 2 ? { ...page, entities: [user(98), user(99), ...page.entities.slice(2)] } : page
      })
      const read = yield* ids(UserStream.make(getPage))
      expect(new Set(read).size).toBe(read.length)
      expect(read).toHaveLength(298)
    }).pipe(elapse)
  )

  it.effect("goes on to the pages that come into being while it reads", () =>
    Effect.gen(function* () {
      const { getPage } = list((pageNumber, pageSize) => whole(pageNumber < 2 ? 200 : 300)(pageNumber, pageSize))
      expect(yield* ids(UserStream.make(getPage))).toEqual(numbers(0, 300))
    }).pipe(elapse)
  )

  it.effect("goes on past an empty page in the middle", () =>
    Effect.gen(function* () {
      const { getPage } = list((pageNumber, pageSize) => {
        const page = whole(300)(pageNumber, pageSize)
        return pageNumber === 2 ? { ...page, entities: [] } : page
      })
      expect(yield* ids(UserStream.make(getPage))).toEqual([...numbers(0, 100), ...numbers(200, 300)])
    }).pipe(elapse)
  )

  it.effect.each([undefined, 0])(
    "reads on to the first page that brings nobody new when pageCount is %s",
    (pageCount) =>
      Effect.gen(function* () {
        const { getPage, read } = list((pageNumber, pageSize) => {
          const { pageCount: _, ...page } = whole(250)(pageNumber, pageSize)
          return { ...page, ...(pageCount !== undefined && { pageCount }) }
        })
        expect(yield* ids(UserStream.make(getPage))).toEqual(numbers(0, 250))
        expect(read).toEqual([1, 2, 3, 4])
      }).pipe(elapse)
  )

  it.effect("ends when the same page comes for ever", () =>
    Effect.gen(function* () {
      const { getPage, read } = list(() => ({ entities: numbers(0, 100).map(user) }))
      expect(yield* ids(UserStream.make(getPage))).toEqual(numbers(0, 100))
      expect(read).toEqual([1, 2])
    }).pipe(elapse)
  )

  it.effect("fails when it gets another page than it asked for", () =>
    Effect.gen(function* () {
      const { getPage } = list((_, pageSize) => whole(500)(1, pageSize))
      const error = yield* failureOf(ids(UserStream.make(getPage)))
      expect(error.operation).toBe("getLicenseUsers")
      expect(error.reason).toEqual(new UnexpectedResponse({ problem: "asked for page 2, it is page 1" }))
    }).pipe(elapse)
  )

  it.effect("fails when the first page is none, rather than find an organization without users", () =>
    withStub({ api: [json({})] }, function* (license) {
      expect(yield* failureOf(ids(license.users()))).toMatchObject({ reason: { _tag: "UnexpectedResponse" } })
    })
  )

  it.effect("is empty for an organization without users", () =>
    withEmulator({ emulator: { users: 0 } }, function* (license, { journal }: Emulator["Service"]) {
      expect(yield* ids(license.users())).toEqual([])
      expect(yield* journal.requests).toHaveLength(2)
    })
  )

  it.effect.each([0, -1, 1.5, Number.NaN])("refuses a concurrency of %s", (concurrency) =>
    withStub({ api: [json({})] }, function* (license, server) {
      expect(yield* failureOf(ids(license.users({ concurrency })))).toMatchObject({
        reason: { _tag: "InvalidRequest" }
      })
      expect(server.requests).toHaveLength(0)
    })
  )

  it.effect.each([0, -1, 1.5, Number.NaN])("refuses a page size of %s", (pageSize) =>
    withStub({ api: [json({})] }, function* (license, server) {
      expect(yield* failureOf(ids(license.users({ pageSize })))).toMatchObject({ reason: { _tag: "InvalidRequest" } })
      expect(server.requests.filter(({ method }) => method === "GET")).toHaveLength(0)
    })
  )

  it.effect("gives the users before a page that fails, and then fails", () => {
    const pages: Script = ({ url }) => {
      const pageNumber = Number(url.searchParams.get("pageNumber"))
      return pageNumber === 3 ? reply(404) : late("10 millis", json(whole(500)(pageNumber, 100)))
    }
    return withStub({ api: pages }, function* (license) {
      const seen: Array<string> = []
      const error = yield* failureOf(
        license.users({ concurrency: 1 }).pipe(Stream.runForEach(({ id }) => Effect.sync(() => void seen.push(id))))
      )
      expect(error.reason._tag).toBe("NotFound")
      expect(seen).toHaveLength(200)
    })
  })

  it.todo("reports what moved: grew, shrank, duplicates dropped, users possibly missed")
  it.todo("reads again until the list stands still, when told so")
  it.todo("fails with the position to resume from, and resumes there without loss or repeat")
})
