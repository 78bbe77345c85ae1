/**
 * How fields are read that the vendor does not promise.
 *
 * The published contract requires nothing in a response but `Permissions.ids`,
 * so a field may be missing or `null`. Both mean the same here, and neither
 * reaches the program: an optional field is absent, a list is empty.
 */
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"

const tidying = new WeakSet<object>()

/** A transformation that only tidies: what is of the decoded type already, it leaves as it is. */
const tidies = <T, E>(getters: {
  readonly decode: SchemaGetter.Getter<T, E>
  readonly encode: SchemaGetter.Getter<E, T>
}): SchemaTransformation.Transformation<T, E> => {
  const transformation = SchemaTransformation.makeTransformation(getters)
  tidying.add(transformation)
  return transformation
}

/** Whether a transformation is one of these here, and so leaves what is of the decoded type as it is. */
export const isTidying = (transformation: object): boolean => tidying.has(transformation)

/** The type of {@link optional}. */
export interface optional<S extends Schema.Top> extends Schema.decodeTo<
  Schema.optionalKey<Schema.toType<S>>,
  Schema.optionalKey<Schema.NullOr<S>>
> {}

/** A field that may be missing or `null`; either way the decoded key is absent. */
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
 * A date as the server writes it, in practice in ISO 8601: `DateTime.make` reads it.
 * Missing, `null` and `""` all mean that there is none. A text that is no date stays
 * what it is, so that one bad date does not cost a page of hundreds.
 */
export const date = Schema.optionalKey(Schema.NullOr(Schema.String)).pipe(
  Schema.decodeTo(Schema.optionalKey(Schema.NonEmptyString), {
    decode: SchemaGetter.transformOptional<string, string | null>(
      Option.flatMap((date) => (date ? Option.some(date) : Option.none()))
    ),
    encode: SchemaGetter.transformOptional<string | null, string>(identity)
  })
)

/** The type of {@link list}. */
export interface list<S extends Schema.Top> extends Schema.decodeTo<
  Schema.toType<Schema.$Array<S>>,
  Schema.optionalKey<Schema.NullOr<Schema.$Array<S>>>
> {}

/** A list that may be missing or `null`; either way the decoded list is empty. */
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
 * The same document, read in one step: the whole of it as it is written, and then
 * `tidy` over it. {@link optional} and {@link list} take a step for every field, of
 * which a page of users has hundreds. It is written as it is. `tidy` leaves a tidy
 * document as it is.
 */
export const inOneStep = <S extends Schema.Top>(
  document: S,
  tidy: (written: S["Encoded"]) => S["Type"]
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

/** Without the fields that are `null`. */
export const withoutNulls = <A extends object>(written: A): WithoutNulls<A> =>
  (Object.values(written).includes(null)
    ? Object.fromEntries(Object.entries(written).filter(([, value]) => value !== null))
    : written) as WithoutNulls<A>
