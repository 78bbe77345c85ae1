import { describe, expect, it } from "@effect/vitest"
import { Drift, GenesysError, PagePosition, Refused, ServerError } from "@genesys-license/client"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import fc from "fast-check"
import type { Page, PageQuery } from "../../../packages/client/src/paging/Page.ts"
import * as Pages from "../../../packages/client/src/paging/Pages.ts"
import { failureOf } from "../clients.ts"
import { elapse } from "../virtualTime.ts"
import { cut, make, refusals, type Serving, servings } from "./SizedList.ts"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

const idsOf = (all: ReadonlyArray<{ readonly id: string }>) => all.map(({ id }) => id)
const sizesOf = (asked: ReadonlyArray<PageQuery>) => [...new Set(asked.map(({ pageSize }) => pageSize))]

/** The whole list, the last page, and what was asked for. */
const read = (total: number, serving: Serving, options?: Pages.Options) =>
  Effect.gen(function* () {
    const { all, asked, list } = make(total, serving)
    const pages = yield* Stream.runCollect(Pages.pages(list, options))
    const ids = pages.flatMap(({ entities }) => idsOf(entities))
    return { all: idsOf(all), asked, drift: pages.at(-1)!.drift, ids, list }
  })

describe("Pages", () => {
  it.effect("name the operation of their list in errors", () =>
    Effect.gen(function* () {
      const { list } = make(10, { echo: "asked", counts: "all" })
      const wrong = { ...list, getPage: () => Effect.succeed({ entities: [], pageNumber: 7 }) }
      expect((yield* failureOf(Stream.runDrain(Pages.pages(wrong)))).operation).toBe("getThings")
      const nonsense = yield* failureOf(Stream.runDrain(Pages.entities(list, { pageSize: 0 })))
      expect(nonsense).toMatchObject({ operation: "getThings", reason: { _tag: "InvalidRequest" } })
    })
  )

  it.effect.each<readonly [string, Serving, asked: ReadonlyArray<number>, requests: number]>([
    ["takes 500", { echo: "asked", counts: "all" }, [500], 3],
    ["serves 100 and says so", { max: 100, echo: "served", counts: "all" }, [500, 100], 13],
    ["serves 100 and says 500", { max: 100, echo: "asked", counts: "all" }, [500, 100], 13],
    ["serves 100 and says nothing", { max: 100, echo: "nothing", counts: "total" }, [500, 100], 13],
    ["serves 100 and counts pages only", { max: 100, echo: "nothing", counts: "pages" }, [500, 100], 13],
    ["serves 100, says 500 and counts pages of 500", { max: 100, echo: "asked", counts: "askedPages" }, [500, 100], 13],
    ["serves 100, says 500 and counts nothing", { max: 100, echo: "asked", counts: "none" }, [500, 100], 14],
    ["serves 30 and says 500", { max: 30, echo: "asked", counts: "all" }, [500], 42],
    ["refuses more than 100", { refuseOver: 100, echo: "asked", counts: "all" }, [500, 100], 14],
    ["refuses more than 25", { refuseOver: 25, echo: "asked", counts: "all" }, [500, 100, 25], 52],
    [
      "refuses more than 100 and serves 25",
      { refuseOver: 100, max: 25, echo: "asked", counts: "all" },
      [500, 100, 25],
      51
    ]
  ])("find the size of a server that %s, and read everything", ([, serving, sizes, requests]) =>
    Effect.gen(function* () {
      const { all, asked, drift, ids, list } = yield* read(1_234, serving)
      expect(ids).toEqual(all)
      expect(sizesOf(asked)).toEqual(sizes)
      expect(asked).toHaveLength(requests)
      expect(drift.possiblyMissed).toBe(0)
      expect(drift.duplicates).toBe(0)
      // What was found is known from now on.
      asked.splice(0)
      expect(idsOf(yield* Stream.runCollect(Pages.entities(list)))).toEqual(all)
      expect(sizesOf(asked)).toEqual(sizes.slice(-1))
    })
  )

  it.effect("take a first page that lacks a few for what it is", () =>
    Effect.gen(function* () {
      const { all, list } = make(1_234, { echo: "asked", counts: "all" })
      const asked: Array<PageQuery> = []
      const lacking: typeof list = {
        ...list,
        getPage: (query) => {
          asked.push(query)
          return Effect.map(list.getPage(query), (page) =>
            query.pageNumber === 1 ? { ...page, entities: page.entities.slice(2) } : page
          )
        }
      }
      const pages = yield* Stream.runCollect(Pages.pages(lacking))
      expect(pages.flatMap(({ entities }) => idsOf(entities))).toEqual(idsOf(all).slice(2))
      expect(pages.at(-1)!.drift).toMatchObject({ possiblyMissed: 2, duplicates: 0 })
      expect(sizesOf(asked)).toEqual([500])
    })
  )

  it.effect("tell that somebody may be missing from pages that are cut in silence, though others join", () =>
    Effect.gen(function* () {
      const serving = { max: 10, echo: "asked", counts: "all" } as const
      const { all, list } = make(100, serving)
      // Behind page 1 its first user leaves, and the first of page 2 comes to stand on page 1; later two join.
      const lists = [all, all.slice(1), [...all.slice(1), { id: "x" }, { id: "y" }]]
      const moving: typeof list = {
        ...list,
        getPage: (query) => Effect.sync(() => cut(lists[Math.min(2, query.pageNumber - 1)]!, serving, query))
      }
      const pages = yield* Stream.runCollect(Pages.pages(moving, { concurrency: 1 }))
      const read = new Set(pages.flatMap(({ entities }) => idsOf(entities)))
      expect(read.size).toBe(101)
      expect(read.has("e10")).toBe(false)
      expect(pages.at(-1)!.drift).toMatchObject({ users: 101, total: 101, possiblyMissed: 1 })
    })
  )

  it.effect("report what is refused in every size, and forget what they asked for", () =>
    Effect.gen(function* () {
      const serving = { refuseOver: 0, echo: "asked", counts: "all" } as const
      const { asked, list } = make(1_234, serving)
      const error = yield* failureOf(Stream.runDrain(Pages.pages(list)))
      expect(error.reason).toEqual(new Refused({ status: 400 }))
      expect(error.resumeFrom).toMatchObject({ pageNumber: 1, pageSize: 500 })
      expect(sizesOf(asked)).toEqual([500, 100, 25])
      expect(asked).toHaveLength(3)
      expect(list.pageSize.size).toBe(500)
    })
  )

  it.effect.each(Object.keys(refusals) as Array<keyof typeof refusals>)(
    "obey a size that was chosen, so that its refusal is the error: %s",
    (refusal) =>
      Effect.gen(function* () {
        const { asked, list } = make(1_234, { refuseOver: 100, refusal, echo: "asked", counts: "all" })
        const error = yield* failureOf(Stream.runDrain(Pages.pages(list, { pageSize: 200 })))
        expect(error.reason).toEqual(refusals[refusal])
        expect(asked).toEqual([{ pageNumber: 1, pageSize: 200 }])
        expect(list.pageSize.size).toBe(500)
      })
  )

  it.effect("never ask for more than was chosen, also where more is served", () =>
    Effect.gen(function* () {
      const { all, list } = make(1_234, { echo: "served", counts: "all" })
      const asked: Array<PageQuery> = []
      const larger: typeof list = {
        ...list,
        getPage: (query) => {
          asked.push(query)
          return list.getPage({ ...query, pageSize: 200 })
        }
      }
      expect(idsOf(yield* Stream.runCollect(Pages.entities(larger, { pageSize: 50 })))).toEqual(idsOf(all))
      expect(sizesOf(asked)).toEqual([50])
      expect(asked).toHaveLength(7)
    })
  )

  it.effect("never ask for more than is taken, also where more is served", () =>
    Effect.gen(function* () {
      const { all, asked, list } = make(1_234, { refuseOver: 200, echo: "served", counts: "all" })
      const larger: typeof list = {
        ...list,
        getPage: (query) => list.getPage({ ...query, pageSize: Math.max(200, query.pageSize) })
      }
      const sizes: Array<number> = []
      const watched: typeof list = {
        ...larger,
        getPage: (query) => {
          sizes.push(query.pageSize)
          return larger.getPage(query)
        }
      }
      expect(idsOf(yield* Stream.runCollect(Pages.entities(watched)))).toEqual(idsOf(all))
      expect(sizes).toEqual([500, ...Array.from({ length: 7 }, () => 100)])
      expect(asked.slice(1).every(({ pageSize }) => pageSize === 200)).toBe(true)
    })
  )

  it.effect("do not take all of a small list for the size of its pages", () =>
    Effect.gen(function* () {
      const { asked, list } = make(60, { echo: "nothing", counts: "none" })
      expect(yield* Stream.runCollect(Pages.entities(list))).toHaveLength(60)
      expect(list.pageSize.size).toBe(500)
      expect(asked).toHaveLength(2)
    })
  )

  /** A list in whose pages from the third on some are too large. */
  const heavy = (reason: GenesysError["reason"]) => {
    const { all, list } = make(2_600, { echo: "asked", counts: "all" })
    const asked: Array<PageQuery> = []
    const getPage: typeof list.getPage = (query) => {
      asked.push(query)
      const end = query.pageNumber * query.pageSize
      return query.pageSize > 100 && end > 1_000
        ? Effect.fail(new GenesysError({ operation: "getThings", reason }))
        : list.getPage(query)
    }
    return { all: idsOf(all), asked, list: { ...list, getPage } }
  }

  it.effect.each([
    ["coded400", "list"],
    ["status413", "list"],
    ["ourCap", "list"],
    ["ourCap", "arrival"]
  ] as const)("go on in smaller pages where a later one is too large: %s, in order of %s", ([refusal, order]) =>
    Effect.gen(function* () {
      const { all, asked, list } = heavy(refusals[refusal])
      const pages = yield* Stream.runCollect(Pages.pages(list, { order }))
      expect(pages.flatMap(({ entities }) => idsOf(entities)).toSorted()).toEqual(all.toSorted())
      expect(Drift.isStill(pages.at(-1)!.drift)).toBe(true)
      expect(pages.at(-1)!.drift.possiblyMissed).toBe(0)
      expect(sizesOf(asked)).toEqual([500, 100])
      expect(asked.filter(({ pageSize }) => pageSize === 100)).toHaveLength(16)
      expect(list.pageSize.size).toBe(100)
    })
  )

  it.effect("take a later 400 that says nothing of a size for the end of what the server lists", () =>
    Effect.gen(function* () {
      const { asked, list } = heavy(new Refused({ status: 400 }))
      const error = yield* failureOf(Stream.runDrain(Pages.pages(list)))
      expect(error.reason).toEqual(new Refused({ status: 400 }))
      expect(error.resumeFrom).toMatchObject({ pageNumber: 3, pageSize: 500 })
      expect(sizesOf(asked)).toEqual([500])
      // Nor where the reading is resumed.
      asked.splice(0)
      yield* failureOf(Stream.runDrain(Pages.pages(list, { resumeFrom: error.resumeFrom })))
      expect(asked).toEqual([{ pageNumber: 3, pageSize: 500 }])
    })
  )

  it.effect("resume in smaller pages without loss or repeat, also behind pages that came ahead", () =>
    Effect.gen(function* () {
      const { all, list } = make(2_600, { echo: "asked", counts: "all" })
      // Page 2 fails late, so that others overtake it.
      const down = {
        ...list,
        getPage: (query: PageQuery) =>
          query.pageNumber === 2
            ? Effect.delay(
                Effect.fail(new GenesysError({ operation: "getThings", reason: new ServerError({ status: 500 }) })),
                10
              )
            : Effect.delay(list.getPage(query), 1)
      }
      const before: Array<string> = []
      const error = yield* failureOf(
        Pages.pages(down, { order: "arrival", concurrency: 3 }).pipe(
          Stream.runForEach(({ entities }) => Effect.sync(() => before.push(...idsOf(entities))))
        )
      )
      expect(error.resumeFrom).toMatchObject({ pageNumber: 2, pageSize: 500, ahead: expect.arrayContaining([3]) })
      const small = make(2_600, { refuseOver: 100, refusal: "status413", echo: "asked", counts: "all" })
      const resumeFrom = JSON.parse(JSON.stringify(error.resumeFrom)) as PagePosition
      const pages = yield* Stream.runCollect(Pages.pages(small.list, { order: "arrival", resumeFrom }))
      const after = pages.flatMap(({ entities }) => idsOf(entities))
      expect([...before, ...after].toSorted()).toEqual(idsOf(all).toSorted())
      expect(Drift.isStill(pages.at(-1)!.drift)).toBe(true)
      expect(pages.at(-1)!.drift.possiblyMissed).toBe(0)
      // What is missing from the smaller pages is told.
      const without = new Set(idsOf(all).slice(700, 703))
      const lacking: typeof list = {
        ...small.list,
        getPage: (query) =>
          Effect.map(small.list.getPage(query), (page) => ({
            ...page,
            entities: page.entities.filter(({ id }) => !without.has(id))
          }))
      }
      const last = yield* Stream.runLast(Pages.pages(lacking, { order: "arrival", resumeFrom }))
      expect(last).toMatchObject({ value: { drift: { users: 2_597, possiblyMissed: 3 } } })
      // A position may be of a size that was chosen: nothing is concluded for other readings.
      expect(small.list.pageSize.size).toBe(500)
    }).pipe(elapse)
  )

  it.effect("keep no more for a page behind a slow one, however many came before it", () =>
    Effect.gen(function* () {
      const { list } = make(4_000, { echo: "asked", counts: "all" })
      const last = yield* Deferred.make<void>()
      const slow: typeof list = {
        ...list,
        getPage: (query) =>
          Effect.andThen(
            query.pageNumber === 2
              ? Deferred.await(last)
              : query.pageNumber === 4_000
                ? Deferred.succeed(last, undefined)
                : Effect.void,
            list.getPage(query)
          )
      }
      const kept: Array<Page<{ readonly id: string }>> = []
      collectGarbage()
      const before = process.memoryUsage().heapUsed
      yield* Pages.pages(slow, { order: "arrival", pageSize: 1 }).pipe(
        Stream.runForEach((page) => Effect.sync(() => kept.push(page)))
      )
      collectGarbage()
      // The pages ahead of the average page would take 16 kB.
      expect((process.memoryUsage().heapUsed - before) / kept.length).toBeLessThan(4_000)
      expect(kept).toHaveLength(4_000)
      expect(kept.at(3_500)!.resumeFrom).toMatchObject({ pageNumber: 2, ahead: { length: 3_500 } })
      expect(kept.at(1_000)!.resumeFrom).toMatchObject({ pageNumber: 2, ahead: { length: 1_000 } })
    })
  )

  describe.each([
    { concurrency: 1, order: "list" },
    { concurrency: 4, order: "list" },
    { concurrency: 4, order: "arrival" }
  ] as const)("with %o", (options) => {
    it("read everything once, whatever the server does about page sizes, and know the size the next time", () =>
      fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 1_300 }), servings, async (total, serving) => {
          // Neither entities nor counts are no page at all.
          fc.pre(total > 0 || serving.counts !== "none")
          const { all, asked, drift, ids, list } = await Effect.runPromise(read(total, serving, options))
          expect(options.order === "list" ? ids : ids.toSorted()).toEqual(
            options.order === "list" ? all : all.toSorted()
          )
          expect(drift.duplicates).toBe(0)
          if (drift.total !== undefined) {
            expect(Drift.isStill(drift)).toBe(true)
            expect(drift.possiblyMissed).toBe(0)
          }
          // As many as there are pages; those that find the size; one to see the end; and those on their way meanwhile.
          const refused = asked.filter(({ pageSize }) => pageSize > (serving.refuseOver ?? 500))
          const size = Math.min(list.pageSize.size, serving.max ?? 500)
          expect(refused.length).toBeLessThanOrEqual(2)
          expect(asked.length).toBeLessThanOrEqual(Math.ceil(total / size) + refused.length + 1 + options.concurrency)

          asked.splice(0)
          const again = await Effect.runPromise(Stream.runCollect(Pages.entities(list, options)))
          expect(idsOf(again).toSorted()).toEqual(all.toSorted())
          expect(asked.filter(({ pageSize }) => pageSize > (serving.refuseOver ?? 500))).toEqual([])
        }),
        { seed: 20_261_127, numRuns: 300 }
      ))
  })
})
