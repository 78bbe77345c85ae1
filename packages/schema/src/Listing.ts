/**
 * A page of a list, as the API answers with it: the entities, and the page's place in
 * the list by the server's own count.
 */
import * as Schema from "effect/Schema"
import { list, optional } from "./Lenient.ts"

/** The fields of a page that is asked for by number. */
export const fields = <S extends Schema.Top>(entity: S) => ({
  entities: list(entity),
  pageSize: optional(Schema.Int),
  pageNumber: optional(Schema.Int),
  // int64: beyond what a number holds exactly, but never beyond what it holds.
  total: optional(Schema.Finite),
  pageCount: optional(Schema.Int)
})
