import { Drift } from "@genesys-license/client"
import type { UserPage } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import { failureOf } from "../clients.ts"
import { elapse } from "../virtualTime.ts"
import { readUsers, readPages, user, numbers, ids, list, whole, failOn, throughJson } from "./userPages.ts"

describe("UserStream", () => {
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
})
