import { PagePosition, UnexpectedResponse } from "@genesys-license/client"
import type { UserPage, UserStreamOptions } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import type { FaultRule } from "@genesys-license/emulator/faults/FaultRule"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { json } from "../answers.ts"
import { failureOf, withAnswers, withEmulator } from "../clients.ts"
import { elapse } from "../virtualTime.ts"
import { readUsers, readPages, user, numbers, ids, list, whole, position, failOn } from "./userPages.ts"

describe("UserStream", () => {
  it.effect("reads page 1 alone, then 4 at once, and keeps the order", () =>
    Effect.gen(function* () {
      // The later the page, the earlier its answer.
      const { getPage, now, read } = list(whole(1_030), (page) => (page === 1 ? 1_000 : 500 - page * 10))
      expect(yield* ids(readUsers(getPage))).toEqual(numbers(0, 1_030))
      expect([...read].sort((a, b) => a - b)).toEqual(numbers(1, 12))
      expect(read[0]).toBe(1)
      expect(now.most).toBe(4)
    }).pipe(elapse)
  )

  it.effect.each([1, 2, 3, 8])("reads at most %i pages at once when told so", (concurrency) =>
    Effect.gen(function* () {
      const { getPage, now } = list(whole(2_000))
      expect(yield* ids(readUsers(getPage, { concurrency }))).toEqual(numbers(0, 2_000))
      expect(now.most).toBe(concurrency)
    }).pipe(elapse)
  )

  it.effect("reads one page after the other with concurrency 1, in order", () =>
    Effect.gen(function* () {
      const { getPage, now, read } = list(whole(1_000))
      yield* ids(readUsers(getPage, { concurrency: 1 }))
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
      expect(yield* ids(readUsers(getPage, { concurrency }).pipe(Stream.take(take)))).toEqual(numbers(0, take))
      expect(read.length).toBeLessThanOrEqual(requests)
    }).pipe(elapse)
  )

  it.effect("takes 10 users of the emulator with 1 request", () =>
    withEmulator({ emulator: { users: 1_000 } }, function* (license, { journal }) {
      expect(yield* license.users().pipe(Stream.take(10), Stream.runCollect)).toHaveLength(10)
      const seen = (yield* journal.requests).filter(({ operation }) => operation !== "token")
      expect(seen.map(({ query }) => query)).toEqual([{ pageNumber: "1", pageSize: "500" }])
    })
  )

  it.effect("reads nothing before it is asked, and no further than a few pages ahead of a slow consumer", () =>
    Effect.gen(function* () {
      const { getPage, read } = list(whole(5_000))
      const stream = readUsers(getPage, { concurrency: 2 })
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
      withEmulator({ emulator: { users: 103 } }, function* (license, { organization }) {
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
      const read = yield* ids(readUsers(getPage))
      expect(new Set(read).size).toBe(read.length)
      expect(read).toHaveLength(298)
    }).pipe(elapse)
  )

  it.effect("goes on to the pages that come into being while it reads", () =>
    Effect.gen(function* () {
      const { getPage } = list((pageNumber, pageSize) => whole(pageNumber < 2 ? 200 : 300)(pageNumber, pageSize))
      expect(yield* ids(readUsers(getPage))).toEqual(numbers(0, 300))
    }).pipe(elapse)
  )

  it.effect("goes on past an empty page in the middle", () =>
    Effect.gen(function* () {
      const { getPage } = list((pageNumber, pageSize) => {
        const page = whole(300)(pageNumber, pageSize)
        return pageNumber === 2 ? { ...page, entities: [] } : page
      })
      expect(yield* ids(readUsers(getPage))).toEqual([...numbers(0, 100), ...numbers(200, 300)])
    }).pipe(elapse)
  )

  it.effect.each([undefined, 0, 1])("counts the pages by the total when pageCount is %s", (pageCount) =>
    Effect.gen(function* () {
      const { getPage, read } = list((pageNumber, pageSize) => {
        const { pageCount: _, ...page } = whole(250)(pageNumber, pageSize)
        return { ...page, ...(pageCount !== undefined && { pageCount }) }
      })
      expect(yield* ids(readUsers(getPage))).toEqual(numbers(0, 250))
      expect(read).toEqual([1, 2, 3])
    }).pipe(elapse)
  )

  it.effect.each([undefined, 0])("reads on to the first page that brings nobody new when both counts are %s", (none) =>
    Effect.gen(function* () {
      const { getPage, read } = list((pageNumber, pageSize) => ({
        entities: whole(250)(pageNumber, pageSize).entities,
        ...(none !== undefined && { pageCount: none, total: none })
      }))
      expect(yield* ids(readUsers(getPage))).toEqual(numbers(0, 250))
      expect(read).toEqual([1, 2, 3, 4])
    }).pipe(elapse)
  )

  it.effect("ends when the same page comes for ever", () =>
    Effect.gen(function* () {
      const { getPage, read } = list(() => ({ entities: numbers(0, 100).map(user) }))
      expect(yield* ids(readUsers(getPage))).toEqual(numbers(0, 100))
      expect(read).toEqual([1, 2])
    }).pipe(elapse)
  )

  it.effect("fails when it gets another page than it asked for", () =>
    Effect.gen(function* () {
      const { getPage } = list((_, pageSize) => whole(500)(1, pageSize))
      const error = yield* failureOf(ids(readUsers(getPage)))
      expect(error.operation).toBe("getLicenseUsers")
      expect(error.reason).toEqual(new UnexpectedResponse({ problem: "page 2 was requested, but page 1 was returned" }))
    }).pipe(elapse)
  )

  it.effect("fails when the first page is none, rather than find an organization without users", () =>
    withAnswers({ api: [json({})] }, function* (license) {
      expect(yield* failureOf(ids(license.users()))).toMatchObject({ reason: { _tag: "UnexpectedResponse" } })
    })
  )

  it.effect("is empty for an organization without users", () =>
    withEmulator({ emulator: { users: 0 } }, function* (license, { journal }) {
      expect(yield* ids(license.users())).toEqual([])
      expect(yield* journal.requests).toHaveLength(2)
    })
  )

  it.effect.each<UserStreamOptions>([
    ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].flatMap((count) => [
      { concurrency: count },
      { pageSize: count },
      { maxReadings: count }
    ]),
    { maxReadings: 101 },
    { order: "random" as "list" },
    { resumeFrom: { ...position(3), pageNumber: 0 } },
    { resumeFrom: { ...position(3), pageSize: 0.5 } },
    { resumeFrom: {} as PagePosition },
    { resumeFrom: position(3), maxReadings: 2 }
  ])("refuses %o, and sends nothing", (options) =>
    withAnswers({}, function* (license, server) {
      const { reason } = yield* failureOf(Stream.runDrain(license.users(options)))
      expect(reason._tag).toBe("InvalidRequest")
      expect(reason.message).toContain(Object.keys(options)[0])
      expect(server.requests).toHaveLength(0)
    })
  )

  it.effect("gives the users before a page that fails, and then fails", () => {
    const faults: ReadonlyArray<FaultRule> = [
      { operation: "getLicenseUsers", query: { pageNumber: "3" }, fault: { type: "status", status: 404 } },
      { operation: "getLicenseUsers", nth: [1, 2], fault: { type: "latency", duration: "10 millis" } }
    ]
    return withEmulator({ emulator: { users: 500, faults } }, function* (license, { organization }) {
      const seen: Array<string> = []
      const error = yield* failureOf(
        license
          .users({ concurrency: 1, pageSize: 100 })
          .pipe(Stream.runForEach(({ id }) => Effect.sync(() => void seen.push(id))))
      )
      expect(error.reason._tag).toBe("NotFound")
      expect(seen).toEqual((yield* organization.users).slice(0, 200).map(({ id }) => id))
    })
  })

  it.effect.each([1, 2, 4])(
    "delivers all pages before one that fails, however early it does, %i at once",
    (concurrency) =>
      Effect.gen(function* () {
        const { getPage } = list(whole(900), (pageNumber) => 500 - pageNumber * 10)
        const failing = failOn(getPage, (pageNumber) => pageNumber === 5)
        const seen: Array<UserPage> = []
        const error = yield* failureOf(
          readPages(failing, { concurrency }).pipe(Stream.runForEach((page) => Effect.sync(() => seen.push(page))))
        )
        expect(error).toMatchObject({ reason: { _tag: "NotFound" }, attempts: 3, correlationId: "c-5" })
        expect(error.message).toContain("resume at page 5")
        expect(seen.map(({ pageNumber }) => pageNumber)).toEqual([1, 2, 3, 4])
        expect(error.resumeFrom).toEqual(seen.at(-1)?.resumeFrom)
      }).pipe(elapse)
  )

  it.effect("asks for nothing further once a page has failed", () =>
    Effect.gen(function* () {
      const { getPage, read } = list(whole(5_000), (pageNumber) => (pageNumber === 2 ? 1_000 : 10))
      yield* failureOf(Stream.runDrain(readUsers(failOn(getPage, (pageNumber) => pageNumber === 3))))
      // Page 3 is the one that fails: at once, and while page 2 is on its way.
      expect(read).toEqual([1, 2])
    }).pipe(elapse)
  )
})
