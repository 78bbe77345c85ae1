/**
 * Schemas for response fields that the server may leave out.
 *
 * The vendor's contract for licenses guarantees only one response field, `Permissions.ids`.
 * Every other field may be missing or `null`. Both are decoded the same way: an optional
 * field becomes absent, and a list becomes empty.
 */
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"

const tidying = new WeakSet<object>()

/** Marks a transformation as tidying: it returns a value of the decoded type unchanged. */
const tidies = <T, E>(getters: {
  readonly decode: SchemaGetter.Getter<T, E>
  readonly encode: SchemaGetter.Getter<E, T>
}): SchemaTransformation.Transformation<T, E> => {
  const transformation = SchemaTransformation.makeTransformation(getters)
  tidying.add(transformation)
  return transformation
}

/**
 * Whether a transformation was made in this module and so returns a value of the decoded
 * type unchanged. A client can then use such a value as it arrived, without a copy.
 */
export const isTidying = (transformation: object): boolean => tidying.has(transformation)

/** The type of the schema that {@link optional} returns. */
export interface optional<S extends Schema.Top> extends Schema.decodeTo<
  Schema.optionalKey<Schema.toType<S>>,
  Schema.optionalKey<Schema.NullOr<S>>
> {}

/** A field that may be missing or `null`. In both cases the decoded key is absent. */
export const optional = <S extends Schema.Top>(schema: S): optional<S> =>
  Schema.optionalKey(Schema.NullOr(schema)).pipe(
    Schema.decodeTo(
      Schema.optionalKey(Schema.toType(schema)),
      tidies({
        decode: SchemaGetter.transformOptional<S["Type"], S["Type"] | null>(Option.filter(Predicate.isNotNull)),
        encode: SchemaGetter.transformOptional<S["Type"] | null, S["Type"]>(identity)
      })
    )
  )

/**
 * A date, kept as the string that the server sent. In practice it is ISO 8601, which
 * `DateTime.make` parses. Missing, `null` and `""` all mean "no date". A string that is not
 * a date is kept too: one bad date must not fail a page of hundreds of users.
 */
export const date = Schema.optionalKey(Schema.NullOr(Schema.String)).pipe(
  Schema.decodeTo(Schema.optionalKey(Schema.NonEmptyString), {
    decode: SchemaGetter.transformOptional<string, string | null>(
      Option.flatMap((date) => (date ? Option.some(date) : Option.none()))
    ),
    encode: SchemaGetter.transformOptional<string | null, string>(identity)
  })
)

/** The type of the schema that {@link list} returns. */
export interface list<S extends Schema.Top> extends Schema.decodeTo<
  Schema.toType<Schema.$Array<S>>,
  Schema.optionalKey<Schema.NullOr<Schema.$Array<S>>>
> {}

/** A list that may be missing or `null`. In both cases the decoded list is empty. */
export const list = <S extends Schema.Top>(item: S): list<S> =>
  Schema.optionalKey(Schema.NullOr(Schema.Array(item))).pipe(
    Schema.decodeTo(
      Schema.toType(Schema.Array(item)),
      tidies({
        decode: SchemaGetter.transformOptional<ReadonlyArray<S["Type"]>, ReadonlyArray<S["Type"]> | null>((items) =>
          Option.some(Option.getOrNull(items) ?? [])
        ),
        encode: SchemaGetter.transformOptional<ReadonlyArray<S["Type"]> | null, ReadonlyArray<S["Type"]>>(identity)
      })
    )
  )

/**
 * Decodes a document in one step: it validates the encoded form as a whole and then calls
 * `tidy` once. {@link optional} and {@link list} take one step for each field, and a page
 * of users has hundreds of fields. `tidy` must return a document that is already tidy
 * unchanged. Encoding changes nothing.
 */
export const inOneStep = <S extends Schema.Top>(
  document: S,
  tidy: (encoded: S["Encoded"]) => S["Type"]
): Schema.decodeTo<Schema.toType<S>, Schema.toEncoded<S>> =>
  Schema.toEncoded(document).pipe(
    Schema.decodeTo(
      Schema.toType(document),
      tidies({
        decode: SchemaGetter.transform<S["Type"], S["Encoded"]>(tidy),
        encode: SchemaGetter.passthrough<S["Encoded"], S["Type"]>({ strict: false })
      })
    )
  )

type WithoutNulls<A> = { readonly [K in keyof A]: Exclude<A[K], null> }

/** Removes the fields that are `null`. Returns the same object if none is. */
export const withoutNulls = <A extends object>(encoded: A): WithoutNulls<A> =>
  (Object.values(encoded).includes(null)
    ? Object.fromEntries(Object.entries(encoded).filter(([, value]) => value !== null))
    : encoded) as WithoutNulls<A>
