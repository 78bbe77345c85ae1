/**
 * The parameters of a query. On the wire each is text, so how a published document
 * says it, with its type and its default, is kept beside it for {@link published}.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

/** A parameter as an OpenAPI document says it. */
export interface Published {
  readonly type: "array" | "boolean" | "integer" | "string"
  readonly format?: "date" | "date-time" | "int32"
  readonly enum?: ReadonlyArray<string>
  readonly items?: Published
  readonly default?: boolean | number | string
}

const key = "@genesys-license/schema/Query"

const saying = (published: Published) => ({ [key]: published })

/** A positive int32, with the default that the server applies. */
export const positive = (orElse: number) =>
  Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 2_147_483_647 }))
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(orElse)))
    .annotate(saying({ type: "integer", format: "int32", default: orElse }))

/** `true` or `false`, with the default that the server applies. */
export const boolean = (orElse: boolean) =>
  Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(orElse))).annotate(
    saying({ type: "boolean", default: orElse })
  )

/** One of several names, with the default that the server applies. */
export const oneOf = <const Names extends ReadonlyArray<string>>(
  names: Names,
  orElse: Names[number]
): Schema.withDecodingDefaultKey<Schema.Literals<Names>> =>
  Schema.withDecodingDefaultKey<Schema.Literals<Names>>(Effect.succeed(orElse))(Schema.Literals(names)).annotate(
    saying({ type: "string", enum: names, default: orElse })
  )

/** One of several names, or all of them when it is left out. */
export const optionalOneOf = <const Names extends ReadonlyArray<string>>(names: Names) =>
  Schema.optionalKey(Schema.Literals(names)).annotate(saying({ type: "string", enum: names }))

/** Any text. */
export const text = Schema.optionalKey(Schema.String).annotate(saying({ type: "string" }))

/**
 * A list whose items are sent as parameters of their own: `id=a&id=b`. A server reads
 * `id=a,b`, too: that form is not published, and the official JavaScript SDK sends it.
 */
const listOf = <Item extends string>(list: Schema.Codec<ReadonlyArray<Item>, ReadonlyArray<string>>) =>
  Schema.optionalKey(
    Schema.Array(Schema.String).pipe(
      Schema.decodeTo(list, {
        decode: SchemaGetter.transform((sent: ReadonlyArray<string>) => sent.flatMap((items) => items.split(","))),
        encode: SchemaGetter.passthrough<ReadonlyArray<string>>()
      })
    )
  )

/** Any number of texts up to `most`. */
export const multi = (most = Number.MAX_SAFE_INTEGER) =>
  listOf(Schema.Array(Schema.String).check(Schema.isMaxLength(most))).annotate(
    saying({ type: "array", items: { type: "string" } })
  )

/** Any number of names. */
export const multiOneOf = <const Names extends ReadonlyArray<string>>(names: Names) =>
  listOf<Names[number]>(Schema.Array(Schema.Literals(names))).annotate(
    saying({ type: "array", items: { type: "string", enum: names } })
  )

/** A point in time that has to be given. */
export const dateTime = Schema.DateTimeUtcFromString.annotate(saying({ type: "string", format: "date-time" }))

/** A day, such as `2026-11-30`. */
export const date = Schema.optionalKey(
  Schema.String.check(
    Schema.makeFilter((day) => Option.exists(DateTime.make(day), (date) => DateTime.formatIsoDateUtc(date) === day), {
      expected: "a day such as 2026-11-30"
    })
  )
).annotate(saying({ type: "string", format: "date" }))

/** What a document says of a parameter. */
export const published = (parameter: Schema.Constraint): Published | undefined =>
  Schema.resolveAnnotations(parameter)?.[key] as Published | undefined
