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

/** The type of {@link optional}. */
export interface optional<S extends Schema.Top> extends Schema.decodeTo<
  Schema.optionalKey<Schema.toType<S>>,
  Schema.optionalKey<Schema.NullOr<S>>
> {}

/** A field that may be missing or `null`; either way the decoded key is absent. */
export const optional = <S extends Schema.Top>(schema: S): optional<S> =>
  Schema.optionalKey(Schema.NullOr(schema)).pipe(
    Schema.decodeTo(Schema.optionalKey(Schema.toType(schema)), {
      decode: SchemaGetter.transformOptional<S["Type"], S["Type"] | null>(Option.filter(Predicate.isNotNull)),
      encode: SchemaGetter.transformOptional<S["Type"] | null, S["Type"]>(identity)
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
    Schema.decodeTo(Schema.toType(Schema.Array(item)), {
      decode: SchemaGetter.transformOptional<ReadonlyArray<S["Type"]>, ReadonlyArray<S["Type"]> | null>((items) =>
        Option.some(Option.getOrNull(items) ?? [])
      ),
      encode: SchemaGetter.transformOptional<ReadonlyArray<S["Type"]> | null, ReadonlyArray<S["Type"]>>(identity)
    })
  )
