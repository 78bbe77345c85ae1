/**
 * Users and their licenses, in the three shapes of the API: a page of users with license
 * ids, one user with license definitions, and a map of license ids by user id.
 */
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { LicenseId, UserId } from "../Ids.ts"
import * as Listing from "../Listing.ts"
import { inOneStep, list, optional, withoutNulls } from "../Lenient.ts"
import { LicenseDefinition } from "./Definition.ts"

/** A user on a page of users: `licenses` are ids. */
export const UserLicenses = Schema.Struct({
  id: UserId,
  licenses: list(LicenseId),
  selfUri: optional(Schema.String)
}).annotate({ identifier: "UserLicenses" })
export interface UserLicenses extends Schema.Schema.Type<typeof UserLicenses> {}

/** A user read by id: here `licenses` are definitions, not ids. */
export const LicenseUser = Schema.Struct({
  id: UserId,
  licenses: list(LicenseDefinition),
  selfUri: optional(Schema.String)
}).annotate({ identifier: "LicenseUser" })
export interface LicenseUser extends Schema.Schema.Type<typeof LicenseUser> {}

/** Copies only a user that needs it: nearly all arrive tidy. */
const tidy = (user: (typeof UserLicenses)["Encoded"]): UserLicenses =>
  user.licenses != null && user.selfUri !== null
    ? (user as UserLicenses)
    : { ...withoutNulls(user), licenses: user.licenses ?? [] }

/**
 * A page of users. There is no cursor and no link to the next page: pages are requested by
 * number, and users may move to another page between two requests.
 */
export const UserLicensesEntityListing = inOneStep(
  Schema.Struct(Listing.fields(UserLicenses)).annotate({ identifier: "UserLicensesEntityListing" }),
  (page) => ({
    ...withoutNulls(page),
    entities: (page.entities ?? []).map(tidy)
  })
)
export interface UserLicensesEntityListing extends Schema.Schema.Type<typeof UserLicensesEntityListing> {}

const LicenseRef = Schema.Union([LicenseId, Schema.Struct({ id: LicenseId })])

/** Whether an object describes a user's licenses. An empty object is a user without licenses. */
const isHolder = (keys: ReadonlyArray<string>) =>
  keys.length === 0 || ["licenses", "id", "selfUri"].some((key) => keys.includes(key))

const Holder = Schema.Record(Schema.String, Schema.Unknown)
  .check(Schema.makeFilter((held) => isHolder(Object.keys(held)), { expected: "a user's licenses" }))
  .pipe(
    Schema.decodeTo(Schema.Struct({ licenses: list(LicenseRef) }), SchemaTransformation.passthrough({ strict: false }))
  )

const HeldLicenses = Schema.Union([Holder, Schema.Array(LicenseRef)])

/**
 * The license ids of one user in {@link UserLicensesById}.
 *
 * The contract declares this value only as an object, and no real response is known.
 * Every shape that the rest of the API uses is therefore accepted: `{ licenses: [...] }`
 * or a plain list, with ids or with definitions. An object without any known field is
 * refused: read as "no licenses", it would make every user look unlicensed. The encoded
 * form is `{ licenses: [ids] }`.
 */
export const HeldLicenseIds = HeldLicenses.pipe(
  Schema.decodeTo(Schema.Array(LicenseId), {
    decode: SchemaGetter.transform((held: (typeof HeldLicenses)["Type"]) =>
      ("licenses" in held ? held.licenses : held).map((license) => (typeof license === "string" ? license : license.id))
    ),
    encode: SchemaGetter.transform((licenses: ReadonlyArray<LicenseId>): (typeof HeldLicenses)["Type"] => ({
      licenses
    }))
  })
)

/** The response of `postLicenseUsers`: license ids by user id. Unknown users are missing. */
export const UserLicensesById = Schema.Record(UserId, HeldLicenseIds).annotate({ identifier: "UserLicensesById" })
export type UserLicensesById = (typeof UserLicensesById)["Type"]
