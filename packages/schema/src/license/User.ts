/**
 * Users and the licenses that they hold, in the three shapes that the API uses:
 * a page of users with license ids, one user with license definitions, and a
 * map of users by id.
 */
import * as Schema from "effect/Schema"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { LicenseId, UserId } from "../Ids.ts"
import * as Listing from "../Listing.ts"
import { inOneStep, list, optional, withoutNulls } from "../Lenient.ts"
import { LicenseDefinition } from "./Definition.ts"

/** A user in the list: `licenses` are ids. */
export const UserLicenses = Schema.Struct({
  id: UserId,
  licenses: list(LicenseId),
  selfUri: optional(Schema.String)
}).annotate({ identifier: "UserLicenses" })
export interface UserLicenses extends Schema.Schema.Type<typeof UserLicenses> {}

/** One user: here, unlike in the list, `licenses` are whole definitions. */
export const LicenseUser = Schema.Struct({
  id: UserId,
  licenses: list(LicenseDefinition),
  selfUri: optional(Schema.String)
}).annotate({ identifier: "LicenseUser" })
export interface LicenseUser extends Schema.Schema.Type<typeof LicenseUser> {}

/** Nearly all are tidy as they come. */
const tidy = (user: (typeof UserLicenses)["Encoded"]): UserLicenses =>
  user.licenses != null && user.selfUri !== null
    ? (user as UserLicenses)
    : { ...withoutNulls(user), licenses: user.licenses ?? [] }

/**
 * A page of users. There is no cursor and no next page link: pages are asked for
 * by number, and the list may move between two requests.
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

/** What a holder is recognized by; an empty object is one who holds nothing. */
const isHolder = (keys: ReadonlyArray<string>) =>
  keys.length === 0 || ["licenses", "id", "selfUri"].some((key) => keys.includes(key))

const Holder = Schema.Record(Schema.String, Schema.Unknown)
  .check(Schema.makeFilter((held) => isHolder(Object.keys(held)), { expected: "an object that tells of licenses" }))
  .pipe(
    Schema.decodeTo(Schema.Struct({ licenses: list(LicenseRef) }), SchemaTransformation.passthrough({ strict: false }))
  )

const HeldLicenses = Schema.Union([Holder, Schema.Array(LicenseRef)])

/**
 * The license ids of one user in {@link UserLicensesById}.
 *
 * The contract only says "object" for this value and no live body is known, so
 * every shape that the rest of the API uses is read: `{ licenses: [...] }` or the
 * bare list, with ids or with whole definitions. An object of which nothing is
 * recognized is refused: read as "no license", it would make everybody look
 * unlicensed. Written as `{ licenses: [ids] }`.
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

/** The answer of `postLicenseUsers`: license ids by user id. Unknown users are left out. */
export const UserLicensesById = Schema.Record(UserId, HeldLicenseIds).annotate({ identifier: "UserLicensesById" })
export type UserLicensesById = (typeof UserLicensesById)["Type"]
