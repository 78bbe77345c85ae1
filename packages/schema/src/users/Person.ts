/**
 * Users as people: name, e-mail, department and last login. Only the fields that license
 * administrators need; the API has many more.
 */
import { identity } from "effect/Function"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import { Division } from "../authorization/Division.ts"
import { RoleReference } from "../authorization/Role.ts"
import { UserId } from "../Ids.ts"
import { date, list, optional } from "../Lenient.ts"
import * as Listing from "../Listing.ts"

/** When the user's last OAuth token was issued. */
export const OAuthLastTokenIssued = Schema.Struct({
  /** The date as the server sends it, in practice ISO 8601. */
  dateIssued: Schema.NonEmptyString
}).annotate({ identifier: "OAuthLastTokenIssued" })
export interface OAuthLastTokenIssued extends Schema.Schema.Type<typeof OAuthLastTokenIssued> {}

const LastTokenIssuedOnTheWire = Schema.NullOr(
  Schema.Union([
    Schema.String,
    Schema.Struct({ dateIssued: Schema.optionalKey(Schema.NullOr(Schema.String)) }).annotate({
      identifier: "OAuthLastTokenIssued"
    })
  ])
)

/**
 * An object by contract. The live API has also sent the date itself, and `""` for a user
 * without a token. All of these are accepted; a value without a date decodes to absent.
 */
const lastTokenIssued = Schema.optionalKey(LastTokenIssuedOnTheWire).pipe(
  Schema.decodeTo(Schema.optionalKey(OAuthLastTokenIssued), {
    decode: SchemaGetter.transformOptional<OAuthLastTokenIssued, (typeof LastTokenIssuedOnTheWire)["Type"]>(
      Option.flatMap((sent) => {
        const dateIssued = typeof sent === "string" ? sent : sent?.dateIssued
        return dateIssued ? Option.some({ dateIssued }) : Option.none()
      })
    ),
    encode: SchemaGetter.transformOptional<(typeof LastTokenIssuedOnTheWire)["Type"], OAuthLastTokenIssued>(identity)
  })
)

/** A reference to a user. */
export const UserReference = Schema.Struct({
  id: UserId,
  name: optional(Schema.String)
}).annotate({ identifier: "UserReference" })
export interface UserReference extends Schema.Schema.Type<typeof UserReference> {}

/** A reference to a group. The API sends no name here. */
export const GroupReference = Schema.Struct({
  id: Schema.String,
  name: optional(Schema.String)
}).annotate({ identifier: "GroupReference" })
export interface GroupReference extends Schema.Schema.Type<typeof GroupReference> {}

/** The roles of a user, including those from groups. */
export const UserAuthorization = Schema.Struct({
  roles: list(RoleReference),
  /** Roles that the user has not used for 30 days. Present only if `authorization.unusedRoles` was expanded. */
  unusedRoles: optional(Schema.Array(RoleReference))
}).annotate({ identifier: "UserAuthorization" })
export interface UserAuthorization extends Schema.Schema.Type<typeof UserAuthorization> {}

/**
 * A user. The vendor calls it `User`.
 *
 * The last four fields are present only if they are expanded. Even then the server sends
 * them "with a best effort approach": an absent field means "unknown", not "none".
 */
export const Person = Schema.Struct({
  id: UserId,
  name: optional(Schema.String),
  email: optional(Schema.String),
  username: optional(Schema.String),
  department: optional(Schema.String),
  title: optional(Schema.String),
  /** `active`, `inactive` or `deleted`. The vendor may add values. */
  state: optional(Schema.String),
  /** Sometimes absent for a user of the home division. */
  division: optional(Division),
  manager: optional(UserReference),
  /** How many times the user was changed. The only field that the vendor guarantees. */
  version: optional(Schema.Int),
  /** When the user last logged in with a password. For users of single sign-on it may be absent or old. */
  dateLastLogin: date,
  /** When the user's last token was issued, with any kind of login. Expanded as `lasttokenissued`. */
  lastTokenIssued,
  groups: optional(Schema.Array(GroupReference)),
  authorization: optional(UserAuthorization)
}).annotate({ identifier: "User" })
export interface Person extends Schema.Schema.Type<typeof Person> {}

/** A page of users, requested by page number. */
export const UserEntityListing = Schema.Struct(Listing.fields(Person)).annotate({ identifier: "UserEntityListing" })
export interface UserEntityListing extends Schema.Schema.Type<typeof UserEntityListing> {}

/** A page of users, requested by cursor. It has no total. */
export const UserCursorEntityListing = Schema.Struct({
  entities: list(Person),
  /** How many users are on this page. */
  results: optional(Schema.Int),
  /** The cursor of the next page. Absent on the last page. */
  cursor: optional(Schema.String),
  nextUri: optional(Schema.String)
}).annotate({ identifier: "UserCursorEntityListing" })
export interface UserCursorEntityListing extends Schema.Schema.Type<typeof UserCursorEntityListing> {}
