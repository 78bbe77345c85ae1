import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { SeenIds } from "../../packages/client/src/SeenIds.ts"

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

describe("SeenIds", () => {
  it("tells of every id in which reading it was met last, as a Map does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(uuids, others), fc.integer({ min: 1, max: 255 })), { maxLength: 200 }),
        (meetings) => {
          const seen = new SeenIds()
          const model = new Map<string, number>()
          for (const [id, reading] of meetings) {
            expect(seen.meet(id, reading)).toBe(model.get(id) ?? 0)
            model.set(id, reading)
            expect(seen.size).toBe(model.size)
          }
        }
      ),
      { seed: 20_261_124, numRuns: 300 }
    )
  })

  it.each(["g", "A", "-", "\u0130", "\u00b0", "\ud83d"])("takes a UUID with %j in it for no UUID", (other) => {
    const zero = "00000000-0000-4000-8000-000000000000"
    for (let at = 0; at < zero.length; at++) {
      const seen = new SeenIds()
      expect(seen.meet(zero, 1)).toBe(0)
      if (zero[at] !== other) expect(seen.meet(zero.slice(0, at) + other + zero.slice(at + 1), 1)).toBe(0)
      expect(seen.meet(zero, 1)).toBe(1)
    }
  })

  it.each([
    ["counted in the last digits", (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`],
    ["counted in the first digits", (n: number) => `${n.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`],
    [
      "counted at both ends",
      (n: number) => `${n.toString(16).padStart(8, "0")}-0000-4000-8000-0000${n.toString(16).padStart(8, "0")}`
    ]
  ])("keeps 100,000 UUIDs apart that are %s", (_, uuid) => {
    const seen = new SeenIds()
    for (let n = 0; n < 100_000; n++) if (seen.meet(uuid(n), 1) !== 0) throw new Error(`${uuid(n)} was not met before`)
    for (let n = 0; n < 100_000; n++) if (seen.meet(uuid(n), 2) !== 1) throw new Error(`${uuid(n)} was met before`)
    expect(seen.size).toBe(100_000)
  })
})
