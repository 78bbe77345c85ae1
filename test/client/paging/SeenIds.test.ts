import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { SeenIds } from "../../../packages/client/src/paging/SeenIds.ts"

/** UUIDs that are close to each other, as counted ones are, and their like. */
const uuids = fc.oneof(
  fc.uuid(),
  fc.nat({ max: 40 }).map((n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`),
  fc.nat({ max: 40 }).map((n) => `${n.toString(16).padStart(8, "0")}-0000-4000-8000-ffffffffffff`)
)
const others = fc.oneof(
  fc.constantFrom("", "u1", "constructor", "__proto__", "0".repeat(36), "\u{fffd}".repeat(36)),
  uuids.map((id) => id.toUpperCase()),
  uuids.map((id) => id.replaceAll("-", "0")),
  uuids.map((id) => `${id} `),
  // One character of a UUID is another: a letter beyond f, beyond ASCII, beyond the first 128 codes modulo 128.
  fc
    .tuple(
      uuids,
      fc.nat({ max: 35 }),
      fc.constantFrom("g", "/", ":", "`", "-", "\u0130", "\u00b0", "\u{1f600}".slice(0, 1))
    )
    .map(([id, at, other]) => id.slice(0, at) + other + id.slice(at + 1))
)

const users = (...ids: ReadonlyArray<string>) => ids.map((id) => ({ id }))

const pages = fc.array(
  fc.record({
    ids: fc.array(fc.oneof(uuids, others), { maxLength: 20 }),
    reading: fc.integer({ min: 1, max: 255 }),
    // What a server may tell of how many there will be, on the way or not at all.
    expected: fc.option(fc.oneof(fc.nat({ max: 5_000 }), fc.constantFrom(-1, 0.5, 2 ** 31, Number.MAX_VALUE)))
  }),
  { maxLength: 30 }
)

describe("SeenIds", () => {
  it("tells of every id of a page in which reading it was met last, as a Map does", () => {
    fc.assert(
      fc.property(pages, (pages) => {
        const seen = new SeenIds()
        const model = new Map<string, number>()
        for (const { expected, ids, reading } of pages) {
          if (expected !== null) seen.expect(expected)
          const told = ids.map((id) => {
            const last = model.get(id) ?? 0
            model.set(id, reading)
            return last
          })
          expect([...seen.add(users(...ids), reading)].slice(0, ids.length)).toEqual(told)
          expect(seen.size).toBe(model.size)
        }
      }),
      { seed: 20_261_124, numRuns: 300 }
    )
  })

  it.each(["g", "A", "-", "\u0130", "\u00b0", "\ud83d"])("takes a UUID with %j in it for no UUID", (other) => {
    const zero = "00000000-0000-4000-8000-000000000000"
    for (let at = 0; at < zero.length; at++) {
      if (zero[at] === other) continue
      const seen = new SeenIds()
      const page = users(zero, zero.slice(0, at) + other + zero.slice(at + 1), zero)
      expect([...seen.add(page, 1)]).toEqual([0, 0, 1])
    }
  })

  it.each([
    ["counted in the last digits", (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`],
    ["counted in the first digits", (n: number) => `${n.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`],
    [
      "counted at both ends",
      (n: number) => `${n.toString(16).padStart(8, "0")}-0000-4000-8000-0000${n.toString(16).padStart(8, "0")}`
    ]
  ])("keeps 100,000 UUIDs apart that are %s, whether they were expected or not", (_, uuid) => {
    for (const expected of [0, 100_000]) {
      const seen = new SeenIds()
      seen.expect(expected)
      for (const reading of [1, 2]) {
        for (let first = 0; first < 100_000; first += 250) {
          const page = Array.from({ length: 250 }, (_, n) => ({ id: uuid(first + n) }))
          if (seen.add(page, reading).some((last) => last !== reading - 1)) throw new Error(`Near ${uuid(first)}`)
        }
      }
      expect(seen.size).toBe(100_000)
    }
  })
})
