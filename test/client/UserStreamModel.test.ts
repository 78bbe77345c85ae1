/**
 * What a reader of a moving list may claim, whatever moves and in whatever order
 * answers come: fast-check looks for the shortest schedule that breaks a promise.
 */
import {
  Drift,
  type GenesysError,
  type LicenseService,
  PagePosition,
  type UserPage,
  type UserStreamOptions
} from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import fc from "fast-check"
import { type History, run, schedules, type Step } from "./MovingList.ts"
import { servings } from "./paging/SizedList.ts"

/** A seed, so that a failure in one run is there in the next. */
const settings = { seed: 20_261_124, numRuns: 150 }

interface Reader {
  readonly concurrency: number
  readonly order: "list" | "arrival"
}

const readers: ReadonlyArray<readonly [name: string, reader: Reader]> = [
  ["one page at a time", { concurrency: 1, order: "list" }],
  ["several pages at a time", { concurrency: 3, order: "list" }],
  ["several pages at a time, as they arrive", { concurrency: 3, order: "arrival" }]
]

const sizes = fc.integer({ min: 0, max: 14 })
const pageSizes = fc.integer({ min: 1, max: 4 })

const idsOf = (pages: ReadonlyArray<UserPage>) => pages.flatMap(({ users }) => users.map(({ id }) => id))

/** Those who were in the list from the beginning to the end. */
const allAlong = ({ states }: History) => {
  const sets = states.map((state) => new Set(state))
  return states[0]!.filter((id) => sets.every((state) => state.has(id)))
}

/** Up to more users than the largest page has, and never none; of a server that has its own way with sizes. */
const organizations = fc.record({
  size: fc.integer({ min: 100, max: 700 }),
  serving: servings
})

const check = (property: fc.IAsyncProperty<any>, numRuns = settings.numRuns) =>
  fc.assert(property, { ...settings, numRuns })

/** Lists of hundreds of users take many requests: fewer of them, and longer than other tests may take. */
const largeRuns = 40
const largeTimeout = 900_000

/** All pages, however often the reading has to be resumed on the way; positions survive as JSON. */
const resuming = (
  license: LicenseService["Service"],
  options: UserStreamOptions,
  read: Array<UserPage> = []
): Effect.Effect<ReadonlyArray<UserPage>, GenesysError> =>
  license.userPages(options).pipe(
    Stream.runForEach((page) => Effect.sync(() => void read.push(page))),
    Effect.as(read),
    Effect.catch((error) => {
      if (error.resumeFrom === undefined) return Effect.fail(error)
      const text = JSON.stringify(Schema.encodeSync(PagePosition)(error.resumeFrom))
      const resumeFrom = Schema.decodeUnknownSync(PagePosition)(JSON.parse(text))
      return resuming(license, { ...options, resumeFrom }, read)
    })
  )

const read = (size: number, steps: ReadonlyArray<Step>, options: UserStreamOptions, paired = true) =>
  Effect.runPromise(run(size, steps, (license) => Stream.runCollect(license.userPages(options)), { paired }))

describe.each(readers)("A list that is read %s", (_, reader) => {
  it("and stands still is read once, whole, in as many requests as it has pages, and seen to stand still", () =>
    check(
      fc.asyncProperty(sizes, pageSizes, schedules.still, async (size, pageSize, steps) => {
        const { list, requests, result } = await read(size, steps, { ...reader, pageSize })
        const ids = idsOf(result)
        expect(reader.order === "list" ? ids : ids.toSorted()).toEqual(reader.order === "list" ? list : list.toSorted())
        expect(requests).toBe(Math.max(1, Math.ceil(size / pageSize)))
        expect(Drift.isStill(result.at(-1)!.drift)).toBe(true)
        expect(result.at(-1)!.drift.possiblyMissed).toBe(0)
      })
    ))

  it("and stands still is read twice when it is to be confirmed, and is confirmed", () =>
    check(
      fc.asyncProperty(sizes, pageSizes, schedules.still, async (size, pageSize, steps) => {
        const { list, requests, result } = await read(size, steps, { ...reader, pageSize, maxReadings: 5 })
        expect(idsOf(result).toSorted()).toEqual(list.toSorted())
        expect(requests).toBe(2 * Math.max(1, Math.ceil(size / pageSize)))
        expect(result.at(-1)!.drift).toMatchObject({ confirmed: true, gone: 0 })
      })
    ))

  it("and stands still is read without loss or repeat, wherever it fails and is resumed", () =>
    check(
      fc.asyncProperty(sizes, pageSizes, schedules.failing, async (size, pageSize, steps) => {
        const { list, result } = await Effect.runPromise(
          run(size, steps, (license) => resuming(license, { ...reader, pageSize }))
        )
        const ids = idsOf(result)
        expect(ids.toSorted()).toEqual(list.toSorted())
        if (reader.order === "list") expect(ids).toEqual(list)
        expect(Drift.isStill(result.at(-1)!.drift)).toBe(true)
        expect(result.at(-1)!.drift.possiblyMissed).toBe(0)
      })
    ))

  it("and moves yields nobody twice and nobody who was never there, and comes to its end", () =>
    check(
      fc.asyncProperty(
        sizes,
        pageSizes,
        schedules.moving,
        fc.integer({ min: 1, max: 4 }),
        async (size, pageSize, steps, maxReadings) => {
          const { history, requests, result } = await read(size, steps, { ...reader, pageSize, maxReadings })
          const ids = idsOf(result)
          expect(new Set(ids).size).toBe(ids.length)
          const ever = new Set(history.states.flat())
          expect(ids.filter((id) => !ever.has(id))).toEqual([])
          const longest = Math.max(...history.states.map((state) => state.length))
          expect(requests).toBeLessThanOrEqual(maxReadings * (Math.ceil(longest / pageSize) + reader.concurrency))
          const { drift } = result.at(-1)!
          expect(ids.length).toBe(drift.users + drift.gone)
        }
      )
    ))

  it("and moves, but no two ways at once, misses nobody who was there all along without saying so", () =>
    check(
      fc.asyncProperty(sizes, pageSizes, schedules.moving, async (size, pageSize, steps) => {
        const schedule = steps.filter(({ _tag }) => _tag !== "move")
        const { history, result } = await read(size, schedule, { ...reader, pageSize }, false)
        const delivered = new Set(idsOf(result))
        const missed = allAlong(history).filter((id) => !delivered.has(id)).length
        const { possiblyMissed } = result.at(-1)!.drift
        if (reader.concurrency === 1) expect(missed).toBeLessThanOrEqual(possiblyMissed)
        else expect(missed === 0 || possiblyMissed > 0).toBe(true)
      })
    ))

  it("is confirmed only when it was, at one moment, exactly what the last reading met", () =>
    check(
      fc.asyncProperty(sizes, pageSizes, schedules.moving, async (size, pageSize, steps) => {
        const { history, result } = await read(size, steps, { ...reader, pageSize, maxReadings: 4 })
        const { drift, reading } = result.at(-1)!
        if (!drift.confirmed) {
          expect(reading).toBe(4)
          return
        }
        const delivered = new Set(idsOf(result))
        expect(allAlong(history).filter((id) => !delivered.has(id))).toEqual([])
        const first = history.looks.findLastIndex(({ pageNumber }) => pageNumber === 1)
        const met = [...new Set(history.looks.slice(first).flatMap(({ ids }) => ids))].toSorted()
        expect(met).toHaveLength(drift.users)
        expect(history.states.some((state) => state.toSorted().join() === met.join())).toBe(true)
      })
    ))

  it("and moves and fails comes to its end all the same, resumed as often as it takes", () =>
    check(
      fc.asyncProperty(sizes, pageSizes, schedules.movingAndFailing, async (size, pageSize, steps) => {
        const { history, result } = await Effect.runPromise(
          run(size, steps, (license) => resuming(license, { ...reader, pageSize }))
        )
        const ever = new Set(history.states.flat())
        expect(idsOf(result).filter((id) => !ever.has(id))).toEqual([])
        const { drift } = result.at(-1)!
        if (Drift.isStill(drift)) expect(drift.possiblyMissed).toBe(0)
      })
    ))

  it(
    "and stands still is read without loss or repeat, whatever sizes of pages are served, wherever it fails",
    () =>
      check(
        fc.asyncProperty(organizations, schedules.failing, async ({ serving, size }, steps) => {
          const { list, result } = await Effect.runPromise(
            run(size, steps, (license) => resuming(license, reader), { serving })
          )
          const ids = idsOf(result)
          expect(ids.toSorted()).toEqual(list.toSorted())
          if (reader.order === "list") expect(ids).toEqual(list)
          const { drift } = result.at(-1)!
          expect(drift.duplicates).toBe(0)
          if (drift.total !== undefined) expect(drift.possiblyMissed).toBe(0)
        }),
        largeRuns
      ),
    largeTimeout
  )

  it(
    "and moves, but no two ways at once, misses nobody unsaid, whatever sizes of pages are served",
    () =>
      check(
        fc.asyncProperty(organizations, schedules.moving, async ({ serving, size }, steps) => {
          const schedule = steps.filter(({ _tag }) => _tag !== "move")
          const { history, result } = await Effect.runPromise(
            run(size, schedule, (license) => Stream.runCollect(license.userPages(reader)), { paired: false, serving })
          )
          const ids = idsOf(result)
          expect(new Set(ids).size).toBe(ids.length)
          const ever = new Set(history.states.flat())
          expect(ids.filter((id) => !ever.has(id))).toEqual([])
          const { drift } = result.at(-1)!
          // Without a total nothing tells that somebody left, and totals out of order tell it only roughly.
          if (drift.total === undefined || reader.concurrency > 1) return
          const delivered = new Set(ids)
          const missed = allAlong(history).filter((id) => !delivered.has(id)).length
          expect(missed).toBeLessThanOrEqual(drift.possiblyMissed)
        }),
        largeRuns
      ),
    largeTimeout
  )
})
