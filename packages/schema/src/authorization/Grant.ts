/**
 * Who has a role, and in which divisions.
 */
import * as Schema from "effect/Schema"
import { list, optional } from "../Lenient.ts"
import * as Listing from "../Listing.ts"
import { Division } from "./Division.ts"

/**
 * A user, group or OAuth client that has a role. The members of a group are not listed.
 * The vendor calls it `SubjectDivisionGrants`.
 */
export const Grant = Schema.Struct({
  id: Schema.String,
  name: optional(Schema.String),
  /** Such as `PC_USER`, `PC_GROUP` or `PC_OAUTH_CLIENT`. The vendor may add values. */
  type: optional(Schema.String),
  divisions: list(Division)
}).annotate({ identifier: "SubjectDivisionGrants" })
export interface Grant extends Schema.Schema.Type<typeof Grant> {}

/** A page of grants. */
export const SubjectDivisionGrantsEntityListing = Schema.Struct(Listing.fields(Grant)).annotate({
  identifier: "SubjectDivisionGrantsEntityListing"
})
export interface SubjectDivisionGrantsEntityListing extends Schema.Schema.Type<
  typeof SubjectDivisionGrantsEntityListing
> {}
