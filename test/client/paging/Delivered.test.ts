import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { Delivered } from "../../../packages/client/src/paging/Delivered.ts"

/** What a set of pages that is copied whenever somebody might look would say. */
class Plain {
  readonly pages = new Set<number>()
  next: number

  constructor(next: number, ahead: ReadonlyArray<number>) {
    this.next = next
    for (const pageNumber of ahead) this.pages.add(pageNumber)
  }
  add(pageNumber: number) {
    this.pages.add(pageNumber)
    while (this.pages.has(this.next)) this.pages.delete(this.next++)
  }
  view() {
    return [...this.pages]
  }
}

/** Pages in an order in which some are late, as they arrive when several are on their way. */
const arrivals = fc.array(fc.nat({ max: 40 }), { maxLength: 500, size: "max" })
/** Pages that were ahead where a reading is resumed. */
const starts = fc.tuple(fc.integer({ min: 1, max: 50 }), fc.uniqueArray(fc.integer({ min: 1, max: 100 })))

const settings = { seed: 20_261_127, numRuns: 300 }

describe("Delivered", () => {
  it("says what a copied set says, whenever it is looked at", () =>
    fc.assert(
      fc.property(starts, arrivals, ([next, after], arrivals) => {
        const ahead = after.map((n) => next + n)
        const delivered = new Delivered(next, ahead)
        const plain = new Plain(next, ahead)
        const views: Array<readonly [view: () => ReadonlyArray<number>, copy: ReadonlyArray<number>]> = []
        for (const late of [0, ...arrivals]) {
          let pageNumber = plain.next + late
          while (plain.pages.has(pageNumber)) pageNumber += 1
          const before = delivered.has(pageNumber)
          delivered.add(pageNumber)
          plain.add(pageNumber)
          expect([before, delivered.has(pageNumber), delivered.next]).toEqual([false, true, plain.next])
          views.push([delivered.view(), plain.view()])
        }
        expect(views.map(([view]) => view().toSorted(ascending))).toEqual(
          views.map(([, copy]) => copy.toSorted(ascending))
        )
      }),
      { ...settings, numRuns: 50 }
    ))

  it("keeps in another page size exactly the pages all of whose entities are delivered", () =>
    fc.assert(
      fc.property(
        starts,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        ([next, after], from, to) => {
          const ahead = after.map((n) => next + n)
          const resized = new Delivered(next, ahead).resized(from, to)
          const before = new Delivered(next, ahead)
          const isDelivered = (pageNumber: number) => {
            const pages = Array.from({ length: to }, (_, n) => Math.floor(((pageNumber - 1) * to + n) / from) + 1)
            return pages.every((page) => before.has(page))
          }
          for (let pageNumber = 1; (pageNumber - 1) * to < (next + 102) * from; pageNumber++) {
            // Pages that several old ones share may be read again, and are never left out.
            if (resized.has(pageNumber)) expect(isDelivered(pageNumber)).toBe(true)
            else if (from % to === 0) expect(isDelivered(pageNumber)).toBe(false)
          }
          expect(isDelivered(resized.next)).toBe(false)
        }
      ),
      settings
    ))
})

const ascending = (a: number, b: number) => a - b
