/**
 * The response of an operation that reads one page of a list: the entities, and the
 * server's counts.
 */
import * as Schema from "effect/Schema"
import { list, optional } from "./Lenient.ts"

/** The fields of a page that is requested by page number. */
export const fields = <S extends Schema.Top>(entity: S) => ({
  entities: list(entity),
  pageSize: optional(Schema.Int),
  pageNumber: optional(Schema.Int),
  // Not `Int`: the vendor declares int64, which may exceed the safe integers of JavaScript.
  total: optional(Schema.Finite),
  pageCount: optional(Schema.Int)
})
