/**
 * Query parameters.
 *
 * On the wire every parameter is a string. Each schema here therefore also keeps the type
 * and the default that an OpenAPI document publishes; {@link published} returns them.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"

/** The schema of a parameter in an OpenAPI document. */
export interface Published {
  readonly type: "array" | "boolean" | "integer" | "string"
  readonly format?: "date" | "date-time" | "int32"
  readonly enum?: ReadonlyArray<string>
  readonly items?: Published
  readonly default?: boolean | number | string
}

const key = "@genesys-license/schema/Query"

const publishedAs = (published: Published) => ({ [key]: published })

/** A positive int32. The server uses `orElse` if it is left out. */
export const positive = (orElse: number) =>
  Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 2_147_483_647 }))
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(orElse)))
    .annotate(publishedAs({ type: "integer", format: "int32", default: orElse }))

/** `true` or `false`. The server uses `orElse` if it is left out. */
export const boolean = (orElse: boolean) =>
  Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(orElse))).annotate(
    publishedAs({ type: "boolean", default: orElse })
  )

/** One of several names. The server uses `orElse` if it is left out. */
export const oneOf = <const Names extends ReadonlyArray<string>>(
  names: Names,
  orElse: Names[number]
): Schema.withDecodingDefaultKey<Schema.Literals<Names>> =>
  Schema.withDecodingDefaultKey<Schema.Literals<Names>>(Effect.succeed(orElse))(Schema.Literals(names)).annotate(
    publishedAs({ type: "string", enum: names, default: orElse })
  )

/** One of several names. If it is left out, the server does not filter by it. */
export const optionalOneOf = <const Names extends ReadonlyArray<string>>(names: Names) =>
  Schema.optionalKey(Schema.Literals(names)).annotate(publishedAs({ type: "string", enum: names }))

/** Any string. */
export const text = Schema.optionalKey(Schema.String).annotate(publishedAs({ type: "string" }))

/**
 * A list, sent as one parameter for each item: `id=a&id=b`. Servers also accept `id=a,b`:
 * the vendor does not document that form, but the official JavaScript SDK sends it.
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

/** A list of at most `most` strings (default: no maximum). */
export const multi = (most = Number.MAX_SAFE_INTEGER) =>
  listOf(Schema.Array(Schema.String).check(Schema.isMaxLength(most))).annotate(
    publishedAs({ type: "array", items: { type: "string" } })
  )

/** A list of names. */
export const multiOneOf = <const Names extends ReadonlyArray<string>>(names: Names) =>
  listOf<Names[number]>(Schema.Array(Schema.Literals(names))).annotate(
    publishedAs({ type: "array", items: { type: "string", enum: names } })
  )

/** A point in time. Required. */
export const dateTime = Schema.DateTimeUtcFromString.annotate(publishedAs({ type: "string", format: "date-time" }))

/** A day such as `2026-11-30`. */
export const date = Schema.optionalKey(
  Schema.String.check(
    Schema.makeFilter((day) => Option.exists(DateTime.make(day), (date) => DateTime.formatIsoDateUtc(date) === day), {
      expected: "a day such as 2026-11-30"
    })
  )
).annotate(publishedAs({ type: "string", format: "date" }))

/** The schema of a parameter in an OpenAPI document, or `undefined` if it was not made here. */
export const published = (parameter: Schema.Constraint): Published | undefined =>
  Schema.resolveAnnotations(parameter)?.[key] as Published | undefined
