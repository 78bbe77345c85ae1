import { Drift } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { failureOf } from "../clients.ts"
import { elapse } from "../virtualTime.ts"
import { readUsers, readPages, user, numbers, list, whole, pageOf, failOn } from "./userPages.ts"

describe("UserStream", () => {
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
