import { Drift, GenesysError, PagePosition } from "@genesys-license/client"
import type { UserPage } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { failureOf } from "../clients.ts"
import { elapse } from "../virtualTime.ts"
import { readUsers, readPages, user, numbers, ids, list, whole, failOn } from "./userPages.ts"

describe("UserStream", () => {
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
})
