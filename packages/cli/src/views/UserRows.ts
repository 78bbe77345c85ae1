/**
 * Users as rows: those who are meant, with what is known of them.
 */
import type { People } from "@genesys-license/admin/people/People"
import * as Profile from "@genesys-license/admin/people/Profile"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Option from "effect/Option"
import type * as Output from "../terminal/Output.ts"
import type * as Row from "../terminal/Row.ts"

export interface Options {
  /** Only who holds one of these. Empty: whatever they hold. */
  readonly license: ReadonlyArray<string>
  readonly unlicensed: boolean
  /** A row for each license of a user. */
  readonly pairs: boolean
  readonly inactiveDays: Option.Option<number>
  readonly people: People | undefined
  /** In milliseconds since 1970. */
  readonly now: number
}

export interface Selection {
  /** Of what programs read: the id comes first. */
  readonly columns: ReadonlyArray<string>
  /** Of what people read: names come first, and the id last. */
  readonly shown: Exclude<Output.Result["shown"], undefined>
  /** The rows of some users. The counts below are of all users that it was given. */
  readonly rows: (users: ReadonlyArray<UserLicenses>) => ReadonlyArray<Row.Row>
  /** How many of the users a CSV has a row for. */
  readonly fitting: () => number
  /** How many would be meant if it were known when they logged in last. */
  readonly leftOut: () => number
  /** Those of the licenses asked for that somebody holds. */
  readonly held: ReadonlySet<string>
}

const dayMillis = 24 * 60 * 60 * 1000

/** A table has no room for more. */
const shownFields: ReadonlySet<Profile.Field> = new Set(["name", "email", "lastLogin"])

export const select = ({ inactiveDays, license, now, pairs, people, unlicensed }: Options): Selection => {
  const held = new Set<string>()
  let fitting = 0
  let leftOut = 0
  const since = Option.map(inactiveDays, (days) => now - days * dayMillis)

  const isMeant = ({ id, licenses }: UserLicenses) => {
    if (people?.hasRow(id) === true) fitting += 1
    const asked = license.filter((one) => licenses.includes(one))
    for (const one of asked) held.add(one)
    if (license.length > 0 && asked.length === 0) return false
    if (unlicensed && licenses.length > 0) return false
    if (Option.isNone(since)) return true
    const { lastLogin } = people?.of(id) ?? {}
    if (lastLogin !== undefined) return lastLogin < since.value
    // As in an audit: whoever never logged in may be new, and of whom no login is known, nothing is claimed.
    leftOut += 1
    return false
  }

  const told = Profile.fields.filter((field) => people?.fields.has(field))
  // A state of its own is what a desired state has.
  const columnOf = (field: Profile.Field) => (pairs && field === "state" ? "userState" : field)

  const toRows = (user: UserLicenses): ReadonlyArray<Row.Row> => {
    const profile = Profile.readable(people?.of(user.id) ?? { userId: user.id })
    const about = Object.fromEntries(
      told.flatMap((field) => (profile[field] === undefined ? [] : [[columnOf(field), profile[field]]]))
    )
    return pairs
      ? user.licenses
          .filter((licenseId) => license.length === 0 || license.includes(licenseId))
          .map((licenseId) => ({ userId: user.id, licenseId, ...about }))
      : [{ userId: user.id, licenses: user.licenses, ...about }]
  }

  const what = pairs ? "licenseId" : "licenses"
  const [before, after] = [told.filter((field) => field !== "lastLogin"), told.filter((field) => field === "lastLogin")]
  const forPeople = (some: ReadonlyArray<Profile.Field>) => some.filter((field) => shownFields.has(field))
  return {
    columns: ["userId", what, ...told.map(columnOf)],
    shown: {
      columns: [...forPeople(before), what, ...forPeople(after), "userId"],
      row: ({ lastLogin, ...row }) => ({
        ...row,
        lastLogin: typeof lastLogin === "string" ? lastLogin.slice(0, 10) : ""
      })
    },
    rows: (users) => users.filter(isMeant).flatMap(toRows),
    fitting: () => fitting,
    leftOut: () => leftOut,
    held
  }
}
