import { assert, describe, it } from "@effect/vitest"
import * as schema from "@genesys-license/schema"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { list, optional } from "../../packages/schema/src/Lenient.ts"
import { bodies } from "./bodies.ts"
import type { Body } from "./generators.ts"

// Fixed, so that a run repeats: a failure here is one that everybody sees.
const seed = 20_260_719

describe("optional", () => {
  const Toggle = Schema.Struct({ enabled: optional(Schema.Boolean) })

  it("reads a missing field and null as an absent key", () => {
    assert.deepStrictEqual(Schema.decodeSync(Toggle)({}), {})
    assert.deepStrictEqual(Schema.decodeSync(Toggle)({ enabled: null }), {})
    assert.deepStrictEqual(Schema.decodeSync(Toggle)({ enabled: false }), { enabled: false })
  })

  it("refuses a value of another type", () => {
    assert.throws(() => Schema.decodeUnknownSync(Toggle)({ enabled: "false" }))
  })

  it("never writes null", () => {
    assert.deepStrictEqual(Schema.encodeSync(Toggle)({}), {})
    assert.deepStrictEqual(Schema.encodeSync(Toggle)({ enabled: true }), { enabled: true })
  })
})

describe("list", () => {
  const Ids = Schema.Struct({ ids: list(Schema.String) })

  it("reads a missing field and null as an empty list", () => {
    assert.deepStrictEqual(Schema.decodeSync(Ids)({}), { ids: [] })
    assert.deepStrictEqual(Schema.decodeSync(Ids)({ ids: null }), { ids: [] })
    assert.deepStrictEqual(Schema.decodeSync(Ids)({ ids: ["a", "a"] }), { ids: ["a", "a"] })
  })

  it("refuses what is not a list, and an item of another type", () => {
    for (const ids of ["a", {}, 0, [1], [null]]) {
      assert.throws(() => Schema.decodeUnknownSync(Ids)({ ids }))
    }
  })

  it("writes an empty list as such", () => {
    assert.deepStrictEqual(Schema.encodeSync(Ids)({ ids: [] }), { ids: [] })
  })
})

describe.each(Object.keys(bodies) as Array<keyof typeof bodies>)("a body of %s", (name) => {
  const codec: Schema.Codec<unknown, unknown> = schema[name]
  const equal = Schema.toEquivalence(codec)

  // Structure and equivalence both: the first sees fields that should not be there, the second sees into secrets.
  const reads = (spelling: Exclude<keyof Body, "read">) =>
    fc.assert(
      fc.property(bodies[name] as fc.Arbitrary<Body>, (body) => {
        const read = Schema.decodeUnknownSync(codec)(JSON.parse(JSON.stringify(body[spelling])))
        assert.deepStrictEqual(read, body.read)
        assert.isTrue(equal(read, body.read))
      }),
      { seed, numRuns: 200 }
    )

  it("is read as documented, with fields that are there, missing or null", () => reads("json"))

  it("is read the same when what was null is missing", () => reads("withoutNulls"))

  it("is read the same with unknown fields in every object", () => reads("withExtras"))
})
