/**
 * What JSON bodies are made of, each with what a program must read.
 */
import * as Redacted from "effect/Redacted"
import * as fc from "fast-check"
import { mark } from "../support/Canary.ts"

/** One body in three spellings that mean the same. */
export interface Body {
  /** Optional fields and lists are there, missing or `null`. */
  readonly json: unknown
  /** The same, and what was `null` is missing. */
  readonly withoutNulls: unknown
  /** The same, and every object has unknown fields. */
  readonly withExtras: unknown
  /** What a program must read from any of the three. */
  readonly read: unknown
}

type Spelling = keyof Body
export type Bodies = fc.Arbitrary<Body>

/** Names that a careless reader would find on every object. */
export const prototypeNames = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "prototype",
  "toString",
  "valueOf"
] as const

export const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom(...prototypeNames, "cloudCX2", "", "null") }
)

/** A value of JSON; `-0` is left out, because JSON text has no such number. */
export const anyJson: fc.Arbitrary<unknown> = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)

const spell = (f: (spelling: Spelling) => unknown): Body => ({
  json: f("json"),
  withoutNulls: f("withoutNulls"),
  withExtras: f("withExtras"),
  read: f("read")
})

export const same = (values: fc.Arbitrary<unknown>): Bodies => values.map((value) => spell(() => value))

export const list = (items: Bodies): Bodies =>
  fc.array(items, { maxLength: 4 }).map((all) => spell((spelling) => all.map((item) => item[spelling])))

export const map = (values: Bodies): Bodies =>
  fc
    .array(fc.tuple(text, values), { maxLength: 5 })
    .map((entries) => spell((spelling) => Object.fromEntries(entries.map(([key, value]) => [key, value[spelling]]))))

interface Fields {
  readonly [name: string]: Bodies
}

interface Shape {
  readonly required?: Fields
  /** Absent when read. */
  readonly optional?: Fields
  /** Empty when read. */
  readonly lists?: Fields
  /** Missing, or read as they are: `null` is one of their values. */
  readonly open?: Fields
}

export const object = ({ lists = {}, open = {}, optional = {}, required = {} }: Shape): Bodies => {
  const known = new Set([required, optional, lists, open].flatMap((fields) => Object.keys(fields)))
  const lenient = (fields: Fields) =>
    fc.record(
      Object.fromEntries(
        Object.entries(fields).map(([name, body]) => [
          name,
          fc.oneof(
            { weight: 3, arbitrary: body },
            { weight: 1, arbitrary: fc.constantFrom("missing" as const, "null" as const) }
          )
        ])
      )
    )
  return fc
    .record({
      required: fc.record(required),
      optional: lenient(optional),
      lists: lenient(lists),
      open: fc.record(open, { requiredKeys: [] }),
      extras: fc.array(
        fc.tuple(
          text.filter((name) => !known.has(name)),
          anyJson
        ),
        { minLength: 1, maxLength: 3 }
      )
    })
    .map((given) =>
      spell((spelling) => {
        const entries: Array<readonly [string, unknown]> = []
        for (const [name, body] of Object.entries({ ...given.required, ...given.open })) {
          if (body !== undefined) entries.push([name, body[spelling]])
        }
        for (const [fields, empty] of [
          [given.optional, undefined],
          [given.lists, []]
        ] as const) {
          for (const [name, body] of Object.entries(fields)) {
            if (typeof body === "object") {
              // Some values mean the same as none.
              if (body[spelling] !== undefined) entries.push([name, body[spelling]])
            } else if (spelling === "read") {
              if (empty) entries.push([name, empty])
            } else if (body === "null" && spelling !== "withoutNulls") entries.push([name, null])
          }
        }
        if (spelling === "withExtras") entries.push(...given.extras)
        return Object.fromEntries(entries)
      })
    )
}

export const string = same(text)
export const int32 = same(fc.integer())
// JSON text may hold an int64 that a number holds only roughly.
export const int64 = same(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(Number))
export const double = same(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0))
export const boolean = same(fc.boolean())
/** A date is any text but the empty one. */
export const date: Bodies = text.map((value) =>
  spell((spelling) => (spelling === "read" && value === "" ? undefined : value))
)
export const secret: Bodies = text.map((value) =>
  spell((spelling) => (spelling === "read" ? Redacted.make(mark + value) : mark + value))
)

/** A body in which one value, at any depth, was replaced by another. */
export const damaged = (body: Bodies): fc.Arbitrary<unknown> =>
  fc
    .tuple(body, fc.nat(), anyJson)
    .map(([{ json }, place, other]) => replaceValue(json, place % countValues(json), other))

const countValues = (value: unknown): number =>
  typeof value === "object" && value !== null
    ? Object.values(value).reduce((count: number, inner) => count + countValues(inner), 1)
    : 1

const replaceValue = (value: unknown, place: number, other: unknown): unknown => {
  let next = 0
  const visit = (value: unknown): unknown => {
    if (next++ === place) return other
    if (Array.isArray(value)) return value.map(visit)
    if (typeof value !== "object" || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner)]))
  }
  return visit(value)
}
