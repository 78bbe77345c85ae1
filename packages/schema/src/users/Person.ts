/**
 * Users as people: name, e-mail, department, and when they were last seen. The fields
 * that administrators of licenses need; the API has many more.
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

/** When the last OAuth token of a user was issued. */
export const OAuthLastTokenIssued = Schema.Struct({
  /** As the server writes it, in practice in ISO 8601. */
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
 * An object by contract; the live API has been seen to send the date itself, and `""`
 * for a user without a token. All of these are read, and what holds no date is absent.
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

/** A pointer to a user. */
export const UserReference = Schema.Struct({
  id: UserId,
  name: optional(Schema.String)
}).annotate({ identifier: "UserReference" })
export interface UserReference extends Schema.Schema.Type<typeof UserReference> {}

/** A pointer to a group. The API gives no name here. */
export const GroupReference = Schema.Struct({
  id: Schema.String,
  name: optional(Schema.String)
}).annotate({ identifier: "GroupReference" })
export interface GroupReference extends Schema.Schema.Type<typeof GroupReference> {}

/** The roles of a user, those from groups included. */
export const UserAuthorization = Schema.Struct({
  roles: list(RoleReference),
  /** Roles that the user has not used for 30 days. Only when `authorization.unusedRoles` was expanded. */
  unusedRoles: optional(Schema.Array(RoleReference))
}).annotate({ identifier: "UserAuthorization" })
export interface UserAuthorization extends Schema.Schema.Type<typeof UserAuthorization> {}

/**
 * A user. The vendor calls it `User`.
 *
 * The last four fields come only when they are expanded, and even then the server
 * gives them "with a best effort approach": absent does not mean that there is none.
 */
export const Person = Schema.Struct({
  id: UserId,
  name: optional(Schema.String),
  email: optional(Schema.String),
  username: optional(Schema.String),
  department: optional(Schema.String),
  title: optional(Schema.String),
  /** `active`, `inactive` or `deleted`; open, because the list may grow. */
  state: optional(Schema.String),
  /** Absent for a user of the home division, at times. */
  division: optional(Division),
  manager: optional(UserReference),
  /** How often the user was changed. The only field that the vendor promises. */
  version: optional(Schema.Int),
  /** When the user last logged in with a password: for those who use single sign-on it may be absent, or old. */
  dateLastLogin: date,
  /** When the user's last token was issued, for any way of logging in. Expanded as `lasttokenissued`. */
  lastTokenIssued,
  groups: optional(Schema.Array(GroupReference)),
  authorization: optional(UserAuthorization)
}).annotate({ identifier: "User" })
export interface Person extends Schema.Schema.Type<typeof Person> {}

/** A page of users, asked for by number. */
export const UserEntityListing = Schema.Struct(Listing.fields(Person)).annotate({ identifier: "UserEntityListing" })
export interface UserEntityListing extends Schema.Schema.Type<typeof UserEntityListing> {}

/** A page of users, asked for by cursor. It does not say how many there are in all. */
export const UserCursorEntityListing = Schema.Struct({
  entities: list(Person),
  /** How many users this page has. */
  results: optional(Schema.Int),
  /** Leads to the next page; absent on the last one. */
  cursor: optional(Schema.String),
  nextUri: optional(Schema.String)
}).annotate({ identifier: "UserCursorEntityListing" })
export interface UserCursorEntityListing extends Schema.Schema.Type<typeof UserCursorEntityListing> {}
