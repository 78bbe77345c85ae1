/**
 * Divisions: the parts of an organization. Users and other entities each belong to one.
 */
import * as Schema from "effect/Schema"
import { optional } from "../Lenient.ts"

/** A division. In a grant, the id `*` stands for all divisions. */
export const Division = Schema.Struct({
  id: Schema.String,
  name: optional(Schema.String)
}).annotate({ identifier: "Division" })
export interface Division extends Schema.Schema.Type<typeof Division> {}
