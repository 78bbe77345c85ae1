/**
 * Users as rows: selects users, and adds what is known of them.
 */
import type { People } from "@genesys-license/admin/people/People"
import * as Profile from "@genesys-license/admin/people/Profile"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Option from "effect/Option"
import type * as Output from "../terminal/Output.ts"
import type * as Row from "../terminal/Row.ts"

export interface Options {
  /** Select users who hold one of these. Empty: any license. */
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
  /** The columns for programs. The id comes first. */
  readonly columns: ReadonlyArray<string>
  /** The table for people. Names come first, the id last. */
  readonly shown: Exclude<Output.Result["shown"], undefined>
  /** The rows of a chunk of users. The counts below cover all chunks so far. */
  readonly rows: (users: ReadonlyArray<UserLicenses>) => ReadonlyArray<Row.Row>
  /** How many users have a row in the CSV. */
  readonly matching: () => number
  /** How many users are left out because their last login is not known. */
  readonly leftOut: () => number
  /** The requested licenses that somebody holds. */
  readonly held: ReadonlySet<string>
}

const dayMillis = 24 * 60 * 60 * 1000

/** The fields for which a table has room. */
const shownFields: ReadonlySet<Profile.Field> = new Set(["name", "email", "lastLogin"])

export const select = ({ inactiveDays, license, now, pairs, people, unlicensed }: Options): Selection => {
  const held = new Set<string>()
  let matching = 0
  let leftOut = 0
  const since = Option.map(inactiveDays, (days) => now - days * dayMillis)

  const isSelected = ({ id, licenses }: UserLicenses) => {
    if (people?.hasRow(id) === true) matching += 1
    const requested = license.filter((one) => licenses.includes(one))
    for (const one of requested) held.add(one)
    if (license.length > 0 && requested.length === 0) return false
    if (unlicensed && licenses.length > 0) return false
    if (Option.isNone(since)) return true
    const { lastLogin } = people?.of(id) ?? {}
    if (lastLogin !== undefined) return lastLogin < since.value
    // As in an audit: a user without a known login may be new, or may have logged in, so they do not count as idle.
    leftOut += 1
    return false
  }

  const known = Profile.fields.filter((field) => people?.fields.has(field))
  // In pairs, `plan` reads the column `state` as present or absent, so the user's state needs another name.
  const columnOf = (field: Profile.Field) => (pairs && field === "state" ? "userState" : field)

  const toRows = (user: UserLicenses): ReadonlyArray<Row.Row> => {
    const profile = Profile.readable(people?.of(user.id) ?? { userId: user.id })
    const about = Object.fromEntries(
      known.flatMap((field) => (profile[field] === undefined ? [] : [[columnOf(field), profile[field]]]))
    )
    return pairs
      ? user.licenses
          .filter((licenseId) => license.length === 0 || license.includes(licenseId))
          .map((licenseId) => ({ userId: user.id, licenseId, ...about }))
      : [{ userId: user.id, licenses: user.licenses, ...about }]
  }

  const what = pairs ? "licenseId" : "licenses"
  const [before, after] = [
    known.filter((field) => field !== "lastLogin"),
    known.filter((field) => field === "lastLogin")
  ]
  const forPeople = (some: ReadonlyArray<Profile.Field>) => some.filter((field) => shownFields.has(field))
  return {
    columns: ["userId", what, ...known.map(columnOf)],
    shown: {
      columns: [...forPeople(before), what, ...forPeople(after), "userId"],
      row: ({ lastLogin, ...row }) => ({
        ...row,
        lastLogin: typeof lastLogin === "string" ? lastLogin.slice(0, 10) : ""
      })
    },
    rows: (users) => users.filter(isSelected).flatMap(toRows),
    matching: () => matching,
    leftOut: () => leftOut,
    held
  }
}
