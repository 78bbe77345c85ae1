import { describe, expect, it } from "@effect/vitest"
import { LicenseApi } from "@genesys-license/schema/license/LicenseApi"
import * as schema from "@genesys-license/schema"
import * as Lenient from "@genesys-license/schema/Lenient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as fc from "fast-check"
import * as AsIs from "../../../../packages/client/src/transport/attempt/AsIs.ts"
import { bodies } from "../../../schema/bodies.ts"
import { anyJson, damaged } from "../../../schema/generators.ts"

const { endpoints } = LicenseApi.groups.license
type OperationName = keyof typeof endpoints
const successOf = (name: OperationName) => [...endpoints[name].success][0] as unknown as Schema.Codec<unknown>

const codecs = Object.entries(bodies)
  // A token is read as a secret, which is no JSON.
  .filter(([name]) => name !== "TokenResponse")
  .map(([name, body]) => ({
    name,
    body,
    codec: schema[name as keyof typeof schema] as unknown as Schema.Codec<unknown>
  }))

describe("AsIs", () => {
  it.each(codecs)("takes nothing for a decoded $name that decoding would change", ({ body, codec }) => {
    const isAsIs = AsIs.make(codec)
    const decode = Schema.decodeUnknownSync(codec)
    const documents = fc.oneof(
      body.map(({ read }) => read),
      ...(["json", "withoutNulls", "withExtras"] as const).map((spelling) => body.map((it) => it[spelling])),
      damaged(body),
      anyJson
    )
    fc.assert(
      fc.property(documents, (document) => {
        if (isAsIs(document)) expect(decode(document)).toEqual(document)
      }),
      { seed: 20_261_126, numRuns: 1_000 }
    )
  })

  it.each(Object.keys(endpoints) as ReadonlyArray<OperationName>)(
    "takes nothing for an answer of %s that decoding would change",
    (name) => {
      const isAsIs = AsIs.make(successOf(name))
      const decode = Schema.decodeUnknownSync(successOf(name))
      const any = fc.oneof(
        ...codecs.flatMap(({ body }) => [body.map(({ read }) => read), body.map(({ json }) => json)])
      )
      fc.assert(
        fc.property(fc.oneof(any, fc.array(any, { maxLength: 3 }), fc.dictionary(fc.string(), any)), (document) => {
          if (isAsIs(document)) expect(decode(document)).toEqual(document)
        }),
        { seed: 20_261_127, numRuns: 300 }
      )
    }
  )

  const lower = Schema.String.pipe(
    Schema.decodeTo(Schema.String, {
      decode: SchemaGetter.transform((text: string) => text.toLowerCase()),
      encode: SchemaGetter.transform((text: string) => text)
    })
  )
  const lowered = Schema.declareConstructor<string>()([], () => (input) => Effect.succeed(String(input).toLowerCase()))
  it.each<readonly [string, Schema.Codec<any>, document: unknown]>([
    ["by itself", lower, "A"],
    ["in a field", Schema.Struct({ a: lower }), { a: "A" }],
    ["in a field that may be missing", Schema.Struct({ a: Schema.optionalKey(lower) }), { a: "A" }],
    ["in a field that may be undefined", Schema.Struct({ a: Schema.optional(lower) }), { a: "A" }],
    ["in a field that may be null", Schema.Struct({ a: Schema.NullOr(lower) }), { a: "A" }],
    ["in a lenient field", Schema.Struct({ a: Lenient.optional(lower) }), { a: "A" }],
    ["in a lenient list", Schema.Struct({ a: Lenient.list(lower) }), { a: ["A"] }],
    ["deep in a lenient list", Schema.Struct({ a: Lenient.list(Schema.Struct({ b: lower })) }), { a: [{ b: "A" }] }],
    ["in a list", Schema.Array(lower), ["A"]],
    ["in a tuple", Schema.Tuple([lower]), ["A"]],
    ["in the rest of a tuple", Schema.TupleWithRest(Schema.Tuple([Schema.Int]), [lower]), [1, "A"]],
    ["in a union", Schema.Union([Schema.Int, lower]), "A"],
    ["in a record", Schema.Record(Schema.String, lower), { a: "A" }],
    ["in the keys of a record", Schema.Record(lower, Schema.String), { A: "a" }],
    ["later than it is read", Schema.suspend(() => lower), "A"],
    ["and is then checked", lower.check(Schema.isMinLength(1)), "A"],
    ["and is then tidied", Schema.Struct({ a: lower.pipe(Schema.decodeTo(Schema.String)) }), { a: "A" }],
    ["as a default", Schema.Struct({ a: lower.pipe(Schema.withDecodingDefaultKey(Effect.succeed("b"))) }), { a: "A" }],
    ["in a declaration", lowered, "A"]
  ])("does not take for decoded what a schema lower-cases %s", (_, schema, document) => {
    expect(Schema.decodeUnknownSync(schema)(document)).not.toEqual(document)
    expect(AsIs.make(schema)(document)).toBe(false)
  })

  it("takes every tidy page of users for decoded", () => {
    const isAsIs = AsIs.make(successOf("getLicenseUsers"))
    fc.assert(
      fc.property(bodies.UserLicensesEntityListing, ({ read }) => isAsIs(read)),
      { seed: 20_261_126, numRuns: 200 }
    )
  })

  it("takes a page of users for decoded, as it comes", () => {
    const isAsIs = AsIs.make(successOf("getLicenseUsers"))
    const user = { id: "u1", licenses: ["cloudCX3"], selfUri: "/api/v2/license/users/u1" }
    const page = { entities: [user, { id: "u2", licenses: [] }], pageSize: 100, pageNumber: 1, total: 2, pageCount: 1 }
    expect(isAsIs(page)).toBe(true)
    expect(isAsIs({ ...page, total: null })).toBe(false)
    expect(isAsIs({ ...page, nextUri: "/api/v2/license/users" })).toBe(false)
    expect(isAsIs({ ...page, entities: [{ ...user, licenses: null }] })).toBe(false)
    expect(isAsIs({ ...page, entities: [user, { ...user, divisions: [] }] })).toBe(false)
    expect(isAsIs({ ...page, total: "2" })).toBe(false)
    expect(isAsIs(undefined)).toBe(false)
  })

  it.each<readonly [string, Schema.Codec<any>]>([
    ["a union of objects", Schema.Union([Schema.Struct({ a: Schema.String }), Schema.Struct({ b: Schema.String })])],
    ["a tuple of objects", Schema.Tuple([Schema.Struct({ a: Schema.String })])],
    ["a record of objects", Schema.Record(Schema.String, Schema.Struct({ a: Schema.String }))]
  ])("does not tell where it cannot: %s", (_, schema) => {
    const isAsIs = AsIs.make(Schema.Struct({ nested: schema }))
    for (const nested of [{ a: "1" }, [{ a: "1" }], { x: { a: "1" } }]) expect(isAsIs({ nested })).toBe(false)
  })

  it("does not tell of licenses that comprise others: there is no end to where fields may be", () => {
    const isAsIs = AsIs.make(schema.LicenseDefinition)
    const leaf = { id: "cloudCX1", prerequisites: [], comprises: [] }
    expect(isAsIs({ ...leaf, comprises: [{ ...leaf, unknown: 1 }] })).toBe(false)
  })

  it("looks into what may be missing only where it is there", () => {
    const holders = Schema.Array(Schema.Struct({ id: Schema.String }))
    const isAsIs = AsIs.make(Schema.Struct({ holders: Schema.optionalKey(holders) }))
    expect(isAsIs({})).toBe(true)
    expect(isAsIs({ holders: [{ id: "a" }] })).toBe(true)
    expect(isAsIs({ holders: [{ id: "a" }, { id: "b", unknown: 1 }] })).toBe(false)
  })

  it("tells of unions and records that hold no objects", () => {
    const isAsIs = AsIs.make(
      Schema.Struct({
        id: Schema.Union([Schema.String, Schema.Int]),
        held: Schema.Record(Schema.String, Schema.Array(Schema.String))
      })
    )
    expect(isAsIs({ id: 1, held: { a: ["b"] } })).toBe(true)
    expect(isAsIs({ id: 1, held: {}, other: 1 })).toBe(false)
  })
})
