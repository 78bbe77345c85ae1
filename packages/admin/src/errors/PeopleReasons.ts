/**
 * People whom the organization does not know, or cannot tell apart by the given name or address.
 */
import { LicenseId, UserId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as Schema from "effect/Schema"
import * as Shortened from "./Shortened.ts"

/** A user in an error. */
export const UserNamed = Schema.Struct({ userId: UserId, name: Schema.optionalKey(Schema.String) })

/** The name first, if it is known: nobody recognizes a user by the id alone. */
export const called = ({ name, userId }: (typeof UserNamed)["Type"]): string =>
  name === undefined ? `user ${quote(userId)}` : `${quote(name)} (user ${quote(userId)})`

/** A hint for unknown user ids that look like something else: a sentence that begins with a space, or nothing. */
export const unfound = (resemblance: "e-mail addresses" | "names" | undefined): string => {
  switch (resemblance) {
    case "e-mail addresses":
      return " These look like e-mail addresses, but no user was found for them."
    case "names":
      return " These look like names. Use user ids or e-mail addresses."
    case undefined:
      return ""
  }
}

/** An exact list of users for a license has unknown users. It could take the license from the wrong people. */
export class UnknownUsers extends Schema.TaggedError<UnknownUsers>()("UnknownUsers", {
  /** The unknown users. */
  userIds: Schema.Array(UserId),
  /** The licenses whose lists have these users. */
  licenseIds: Schema.Array(LicenseId),
  /** What the ids look like instead. */
  resemblance: Schema.optionalKey(Schema.Literals(["e-mail addresses", "names"]))
}) {
  override get message() {
    const { licenseIds, resemblance, userIds } = this
    const licenses = licenseIds.map((licenseId) => quote(licenseId)).join(", ")
    const users = Shortened.list(userIds, (userId) => quote(userId))
    const unknown = userIds.length === 1 ? "an unknown user" : `${userIds.length} unknown users`
    return `The exact list of users for ${licenses} has ${unknown}: ${users}.${unfound(resemblance)} Users who are not on the list would lose the license, so nothing is planned. Correct the list, or allow unknown users.`
  }
}

/** Several people have the given e-mail address. Nothing was sent. */
export class AmbiguousEmail extends Schema.TaggedError<AmbiguousEmail>()("AmbiguousEmail", {
  /** The address that was given. */
  email: Schema.String,
  /** The people with this address. */
  people: Schema.Array(UserNamed)
}) {
  override get message() {
    const people = Shortened.list(this.people, called)
    return `${this.people.length} people have the e-mail address ${quote(this.email)}: ${people}. Give the user id of the person that you mean.`
  }
}

/** Several people have the same name. Nothing was sent. */
export class AmbiguousNames extends Schema.TaggedError<AmbiguousNames>()("AmbiguousNames", {
  /** Each ambiguous name, and the people with this name. */
  names: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      people: Schema.Array(Schema.Struct({ userId: UserId, email: Schema.optionalKey(Schema.String) }))
    })
  )
}) {
  override get message() {
    const sentences = this.names.slice(0, Shortened.shown).map(({ name, people }) => {
      const who = Shortened.list(people, ({ email, userId }) =>
        email === undefined ? `user ${quote(userId)}` : quote(email)
      )
      return `${people.length} people have the name "${quote(name)}": ${who}.`
    })
    const more = this.names.length - sentences.length
    return `${sentences.join(" ")}${more > 0 ? ` ${more} more names are ambiguous.` : ""} Give e-mail addresses instead.`
  }
}
