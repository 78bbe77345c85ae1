import { Drift, GenesysError, NotFound, PagePosition, UnexpectedResponse } from "@genesys-license/client"
import type { UserPage, UserStreamOptions } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import type { FaultRule } from "@genesys-license/emulator/faults/FaultRule"
import type { UserLicensesEntityListing } from "@genesys-license/schema/license/User"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as UserStream from "../../../packages/client/src/license/UserStream.ts"
import { json } from "../answers.ts"
import { failureOf, withAnswers, withEmulator } from "../clients.ts"
import { elapse } from "../virtualTime.ts"

type GetPage = Parameters<typeof UserStream.make>[0]

/** Pages of 100 users unless a test says otherwise: that they find their size has tests of its own. */
const readUsers = (getPage: GetPage, options?: UserStreamOptions) =>
  UserStream.make(getPage).users({ pageSize: 100, ...options })
const readPages = (getPage: GetPage, options?: UserStreamOptions) =>
  UserStream.make(getPage).userPages({ pageSize: 100, ...options })

const user = (id: number) => ({ id: `u${id}`, licenses: [] })
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
const ids = (stream: Stream.Stream<{ readonly id: string }, GenesysError>) =>
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

const position = (pageNumber: number): PagePosition => ({
  pageNumber,
  pageSize: 100,
  ahead: [],
  expected: 200,
  drift: { ...Drift.none, users: 200 }
})

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
      expect(error.reason).toEqual(new UnexpectedResponse({ problem: "asked for page 2, it is page 1" }))
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
        expect(error.message).toContain("resumes at page 5")
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

  describe.each([
    { concurrency: 1, order: "list" },
    { concurrency: 4, order: "list" },
    { concurrency: 4, order: "arrival" }
  ] as const)("with %o", (options) => {
    it.effect.each([1, 2, 5, 10, 11])(
      "fails with the position to resume from, and resumes there without loss or repeat: page %i",
      (failing) =>
        Effect.gen(function* () {
          // Page 3 is slow, so that others overtake it where they may.
          const { getPage } = list(whole(1_030), (pageNumber) => (pageNumber === 3 ? 200 : 10))
          const before: Array<UserPage> = []
          const error = yield* failureOf(
            readPages(
              failOn(getPage, (pageNumber) => pageNumber === failing),
              options
            ).pipe(Stream.runForEach((page) => Effect.sync(() => before.push(page))))
          )
          expect(error.resumeFrom?.pageNumber).toBe(failing)
          const resumeFrom = throughJson(error.resumeFrom!)
          const after = yield* Stream.runCollect(readPages(getPage, { ...options, resumeFrom }))
          const read = [...before, ...after].flatMap(({ users }) => users.map(({ id }) => Number(id.slice(1))))
          expect(read).toHaveLength(1_030)
          expect(options.order === "list" ? read : read.toSorted((a, b) => a - b)).toEqual(numbers(0, 1_030))
          const { drift } = after.at(-1)!
          expect(drift).toMatchObject({ users: 1_030, total: 1_030, possiblyMissed: 0 })
          expect(Drift.isStill(drift)).toBe(true)
        }).pipe(elapse)
    )

    it.effect("resumes behind any page, also behind the last", () =>
      Effect.gen(function* () {
        const { getPage } = list(whole(430))
        const pages = yield* Stream.runCollect(readPages(getPage, options))
        expect(pages).toHaveLength(5)
        for (const [index, page] of pages.entries()) {
          const before = pages.slice(0, index + 1).flatMap(({ users }) => users)
          const rest = yield* Stream.runCollect(
            readUsers(getPage, { ...options, pageSize: 7, resumeFrom: throughJson(page.resumeFrom!) })
          )
          expect([...before, ...rest].map(({ id }) => id).toSorted()).toEqual(
            numbers(0, 430)
              .map((id) => user(id).id)
              .toSorted()
          )
        }
      }).pipe(elapse)
    )
  })

  it.effect("lets no slow page hold up the others in the order of arrival", () =>
    Effect.gen(function* () {
      const { getPage, now } = list(whole(1_000), (pageNumber) => (pageNumber === 2 ? 1_000 : 10))
      const pages = yield* Stream.runCollect(readPages(getPage, { order: "arrival" }))
      expect(pages.map(({ pageNumber }) => pageNumber)).toEqual([1, 3, 4, 5, 6, 7, 8, 9, 10, 2])
      expect(now.most).toBe(4)
      expect(pages.at(-2)?.resumeFrom).toMatchObject({ pageNumber: 2, ahead: [3, 4, 5, 6, 7, 8, 9, 10] })
      expect(pages.at(-1)?.resumeFrom).toMatchObject({ pageNumber: 11, ahead: [] })
    }).pipe(elapse)
  )

  it.effect.each(["list", "arrival"] as const)(
    "keeps no more than a few pages for a slow consumer, in order of %s",
    (order) =>
      Effect.gen(function* () {
        const { getPage, read } = list(whole(5_000))
        let seen = 0
        yield* readPages(getPage, { concurrency: 4, order }).pipe(
          Stream.take(20),
          Stream.runForEach(() =>
            Effect.suspend(() => {
              seen += 1
              expect(read.length).toBeLessThanOrEqual(seen + 6)
              return Effect.sleep("1 second")
            })
          )
        )
      }).pipe(elapse)
  )

  it.effect.each([
    [1, "list"],
    [4, "list"],
    [4, "arrival"]
  ] as const)(
    "breaks with what breaks: a page that is a defect, %i at a time in the order of %s",
    ([concurrency, order]) =>
      elapse(
        Effect.gen(function* () {
          const { getPage } = list((pageNumber, pageSize) => {
            if (pageNumber === 3) throw new Error("a bug")
            return whole(1_000)(pageNumber, pageSize)
          })
          const exit = yield* Effect.exit(ids(readUsers(getPage, { concurrency, order })))
          expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toMatchObject({ message: "a bug" })
        })
      )
  )

  it.effect("gives up the pages on their way when nobody takes any more", () =>
    elapse(
      Effect.gen(function* () {
        let givenUp = 0
        const { getPage } = list(whole(1_000))
        const read = readUsers((page) => Effect.onInterrupt(getPage(page), () => Effect.sync(() => (givenUp += 1))))
        yield* Stream.runDrain(Stream.take(read, 101))
        expect(givenUp).toBe(3)
      })
    )
  )

  it.effect("keeps the users of a page together", () =>
    Effect.gen(function* () {
      const { getPage } = list(whole(430))
      const chunks = yield* readUsers(getPage).pipe(Stream.chunks, Stream.runCollect)
      expect(chunks.map((chunk) => chunk.length)).toEqual([100, 100, 100, 100, 30])
    }).pipe(elapse)
  )

  it.effect("tells with every page how far it is", () =>
    Effect.gen(function* () {
      const { getPage } = list(whole(250))
      const pages = yield* Stream.runCollect(readPages(getPage))
      expect(
        pages.map(({ drift, pageNumber, pageSize, reading, users }) => [
          pageNumber,
          pageSize,
          reading,
          users.length,
          drift.users,
          drift.total,
          drift.possiblyMissed
        ])
      ).toEqual([
        [1, 100, 1, 100, 100, 250, 0],
        [2, 100, 1, 100, 200, 250, 0],
        [3, 100, 1, 50, 250, 250, 0]
      ])
    }).pipe(elapse)
  )

  describe("obeys the page size of the server", () => {
    /** A server that answers with pages of its own size, from a page on. */
    const sized = (total: number, size: (pageNumber: number, asked: number) => number) =>
      list((pageNumber, asked) => whole(total)(pageNumber, size(pageNumber, asked)))

    it.effect.each([
      ["smaller", 25, [1, ...numbers(2, 11)]],
      ["larger", 200, [1, 2]]
    ] as const)("when it is %s", ([, size, asked]) =>
      Effect.gen(function* () {
        const { getPage, read } = sized(250, () => size)
        const pages = yield* Stream.runCollect(readPages(getPage))
        expect(pages.flatMap(({ users }) => users.map(({ id }) => id))).toEqual(
          numbers(0, 250).map((id) => user(id).id)
        )
        expect([...read].sort((a, b) => a - b)).toEqual(asked)
        expect(pages.every(({ pageSize }) => pageSize === size)).toBe(true)
        expect(Drift.isStill(pages.at(-1)!.drift)).toBe(true)
      }).pipe(elapse)
    )

    it.effect.each([50, 30, 1])("when it falls to %i in the middle", (size) =>
      Effect.gen(function* () {
        const { getPage, read } = sized(450, (pageNumber, asked) => (pageNumber >= 3 ? Math.min(asked, size) : asked))
        const pages = yield* Stream.runCollect(readPages(getPage))
        expect(pages.flatMap(({ users }) => users.map(({ id }) => id))).toEqual(
          numbers(0, 450).map((id) => user(id).id)
        )
        expect(pages.at(-1)!.drift).toMatchObject({ users: 450, possiblyMissed: 0 })
        expect(read.length).toBeLessThanOrEqual(8 + Math.ceil(450 / size))
      }).pipe(elapse)
    )

    it.effect.each(["list", "arrival"] as const)(
      "when it falls while a page of the old size fails, in order of %s",
      (order) =>
        Effect.gen(function* () {
          const { getPage } = sized(450, (pageNumber, asked) => (pageNumber >= 3 ? Math.min(asked, 50) : asked))
          let failed = 0
          const once = failOn(getPage, (pageNumber) => pageNumber === 5 && failed++ === 0)
          const read: Array<UserPage> = []
          const readOn = (resumeFrom?: PagePosition): Effect.Effect<void, GenesysError> =>
            readPages(once, { order, resumeFrom }).pipe(
              Stream.runForEach((page) => Effect.sync(() => read.push(page))),
              Effect.catch((error) => readOn(error.resumeFrom))
            )
          yield* readOn()
          expect(failed).toBeGreaterThan(0)
          expect(read.flatMap(({ users }) => users.map(({ id }) => id)).toSorted()).toEqual(
            numbers(0, 450)
              .map((id) => user(id).id)
              .toSorted()
          )
        }).pipe(elapse)
    )

    it.effect("when it falls, whatever becomes of pages of the old size that are still to arrive", () =>
      Effect.gen(function* () {
        const { getPage } = sized(450, (pageNumber, asked) => (pageNumber >= 3 ? Math.min(asked, 50) : asked))
        let failed = 0
        const once = failOn(getPage, (pageNumber) => pageNumber === 5 && failed++ === 0)
        const pages = readPages((query) => Effect.delay(once(query), query.pageNumber * 10), {
          order: "arrival"
        })
        const read = yield* Stream.runCollect(pages)
        expect(failed).toBeGreaterThan(0)
        expect(read.map(({ users }) => users.length)).toEqual([100, 100, 50, 50, 50, 50, 50])
        expect(Drift.isStill(read.at(-1)!.drift)).toBe(true)
      }).pipe(elapse)
    )

    it.effect("unless it is only the length of the last page", () =>
      Effect.gen(function* () {
        const { getPage, read } = list((pageNumber, pageSize) => {
          const page = whole(250)(pageNumber, pageSize)
          return { ...page, pageSize: page.entities.length }
        })
        expect(yield* ids(readUsers(getPage))).toEqual(numbers(0, 250))
        expect(read).toEqual([1, 2, 3])
      }).pipe(elapse)
    )

    it.effect.each([1_000, 25, 0, -1])("unless its users belie it: %i", (size) =>
      Effect.gen(function* () {
        const { getPage } = list((pageNumber, pageSize) => ({ ...whole(250)(pageNumber, pageSize), pageSize: size }))
        const pages = yield* Stream.runCollect(readPages(getPage))
        expect(pages.map(({ pageSize, users }) => [pageSize, users.length])).toEqual([
          [100, 100],
          [100, 100],
          [100, 50]
        ])
        expect(Drift.isStill(pages.at(-1)!.drift)).toBe(true)
      }).pipe(elapse)
    )

    it.effect("and fails when it grows in the middle, which would leave users out", () =>
      Effect.gen(function* () {
        const { getPage } = sized(1_000, (pageNumber) => (pageNumber >= 3 ? 200 : 100))
        const error = yield* failureOf(Stream.runDrain(readUsers(getPage)))
        expect(error.reason).toMatchObject({ _tag: "UnexpectedResponse" })
        expect(error.resumeFrom?.pageNumber).toBe(3)
      }).pipe(elapse)
    )

    it.effect("also when the server keeps it to itself", () =>
      Effect.gen(function* () {
        const { getPage } = list((pageNumber, pageSize) => ({ ...whole(230)(pageNumber, 25), pageSize, pageCount: 3 }))
        expect(yield* ids(readUsers(getPage))).toEqual(numbers(0, 230))
      }).pipe(elapse)
    )
  })

  describe("reports what moved", () => {
    /** What a reading of 100 users a page reports when the list is another from page 2 on. */
    const between = (before: ReadonlyArray<number>, after: ReadonlyArray<number>) =>
      Effect.gen(function* () {
        const { getPage } = list((pageNumber, pageSize) =>
          pageOf(pageNumber === 1 ? before : after, pageNumber, pageSize)
        )
        const pages = yield* Stream.runCollect(readPages(getPage))
        const read = pages.flatMap(({ users }) => users.map(({ id }) => Number(id.slice(1))))
        const { drift } = pages.at(-1)!
        const missed = before.filter((id) => after.includes(id) && !read.includes(id)).length
        return { read, drift, missed, still: Drift.isStill(drift) }
      }).pipe(elapse)

    it.effect("nothing, when nothing did", () =>
      Effect.gen(function* () {
        expect(yield* between(numbers(0, 250), numbers(0, 250))).toMatchObject({
          drift: { ...Drift.none, users: 250, total: 250 },
          still: true
        })
      })
    )

    it.effect("who left, and that it may have hidden others", () =>
      Effect.gen(function* () {
        const { drift, missed, still } = yield* between(numbers(0, 250), numbers(10, 250))
        expect(missed).toBe(10)
        expect(drift).toEqual({ ...Drift.none, users: 240, total: 240, shrank: 10, possiblyMissed: 10 })
        expect(still).toBe(false)
      })
    )

    it.effect("who joined, and whom it met twice", () =>
      Effect.gen(function* () {
        const { drift, missed, read, still } = yield* between(numbers(0, 250), [
          ...numbers(900, 910),
          ...numbers(0, 250)
        ])
        expect(new Set(read).size).toBe(read.length)
        expect(missed).toBe(0)
        expect(drift).toEqual({ ...Drift.none, users: 250, total: 260, grew: 10, duplicates: 10, possiblyMissed: 10 })
        expect(still).toBe(false)
      })
    )

    it.effect("who joined at the end, as somebody whom it has read", () =>
      Effect.gen(function* () {
        const { drift, read } = yield* between(numbers(0, 250), numbers(0, 350))
        expect(read).toEqual(numbers(0, 350))
        expect(drift).toEqual({ ...Drift.none, users: 350, total: 350, grew: 100 })
      })
    )

    it.effect("what pages hold less than they should", () =>
      Effect.gen(function* () {
        const { getPage } = list((pageNumber, pageSize) => {
          const page = whole(300)(pageNumber, pageSize)
          return pageNumber === 2 ? { ...page, entities: page.entities.slice(0, 60) } : page
        })
        const last = yield* Stream.runLast(readPages(getPage))
        expect(last).toMatchObject({ value: { drift: { users: 260, total: 300, possiblyMissed: 40 } } })
      }).pipe(elapse)
    )
  })

  describe("reads again", () => {
    /** A list that is another in every reading, from its page 2 on. */
    const changing = (...readings: ReadonlyArray<readonly [ReadonlyArray<number>, ReadonlyArray<number>]>) => {
      let reading = 0
      return list((pageNumber, pageSize) => {
        if (pageNumber === 1) reading += 1
        const [before, after] = readings[Math.min(reading, readings.length) - 1]!
        return pageOf(pageNumber === 1 ? before : after, pageNumber, pageSize)
      })
    }
    /** One leaves while another joins: no total tells. */
    const swapped = [...numbers(1, 250), 900]

    it.effect("until two readings confirm each other, and finds whom the first has missed", () =>
      Effect.gen(function* () {
        const { getPage, read } = changing([numbers(0, 250), swapped], [swapped, swapped])
        const pages = yield* Stream.runCollect(readPages(getPage, { maxReadings: 5 }))
        const first = pages.filter(({ reading }) => reading === 1)
        expect(Drift.isStill(first.at(-1)!.drift)).toBe(true)
        const missing = swapped.filter((id) => !first.some(({ users }) => users.some((one) => one.id === `u${id}`)))
        expect(missing).toEqual([100])
        const later = pages.filter(({ reading }) => reading > 1).flatMap(({ users }) => users)
        expect(later).toEqual([user(100)])
        expect(pages.at(-1)).toMatchObject({
          reading: 3,
          drift: { users: 250, total: 250, confirmed: true, gone: 1, possiblyMissed: 0 }
        })
        expect(read).toHaveLength(9)
      }).pipe(elapse)
    )

    it.effect("twice, when nothing moves", () =>
      Effect.gen(function* () {
        const { getPage, read } = list(whole(250))
        const pages = yield* Stream.runCollect(readPages(getPage, { maxReadings: 5 }))
        expect(pages.map(({ drift }) => drift.confirmed)).toEqual([false, false, false, false, false, true])
        expect(read).toHaveLength(6)
      }).pipe(elapse)
    )

    it.effect("and takes two readings that miss the same user for no confirmation", () =>
      Effect.gen(function* () {
        const { getPage } = list((pageNumber, pageSize) => {
          const page = whole(250)(pageNumber, pageSize)
          return pageNumber === 2 ? { ...page, entities: page.entities.slice(1) } : page
        })
        const last = yield* Stream.runLast(readPages(getPage, { maxReadings: 3 }))
        expect(last).toMatchObject({
          value: { reading: 3, drift: { users: 249, total: 250, possiblyMissed: 1, confirmed: false } }
        })
      }).pipe(elapse)
    )

    it.effect("no more often than it is told, and then says that it is not confirmed", () =>
      Effect.gen(function* () {
        const { getPage } = changing(
          ...numbers(0, 9).map((n) => [numbers(n, 250 + n), numbers(n + 1, 251 + n)] as const)
        )
        const pages = yield* Stream.runCollect(readPages(getPage, { maxReadings: 4 }))
        expect(pages.at(-1)).toMatchObject({ reading: 4, drift: { confirmed: false } })
        const read = pages.flatMap(({ users }) => users.map(({ id }) => id))
        expect(new Set(read).size).toBe(read.length)
      }).pipe(elapse)
    )

    it.effect("without a position to resume from", () =>
      Effect.gen(function* () {
        const { getPage } = list(whole(250))
        let requests = 0
        const failing = failOn(getPage, () => ++requests === 5)
        const error = yield* failureOf(Stream.runDrain(readUsers(failing, { concurrency: 1, maxReadings: 2 })))
        expect(error).toMatchObject({ reason: { _tag: "NotFound" } })
        expect(error.resumeFrom).toBeUndefined()
      }).pipe(elapse)
    )
  })
})

const pageOf = (all: ReadonlyArray<number>, pageNumber: number, pageSize: number) => ({
  ...whole(all.length)(pageNumber, pageSize),
  entities: all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map(user)
})

/** The same list, some of whose pages fail at once. */
const failOn =
  (getPage: ReturnType<typeof list>["getPage"], fails: (pageNumber: number) => boolean): typeof getPage =>
  (query) =>
    Effect.suspend(() =>
      fails(query.pageNumber)
        ? Effect.fail(
            new GenesysError({
              operation: "getLicenseUsers",
              reason: new NotFound({}),
              attempts: 3,
              correlationId: `c-${query.pageNumber}`
            })
          )
        : getPage(query)
    ) as ReturnType<typeof getPage>

const throughJson = (position: PagePosition): PagePosition =>
  Schema.decodeUnknownSync(PagePosition)(JSON.parse(JSON.stringify(Schema.encodeSync(PagePosition)(position))))
