/**
 * Users as rows: those who are meant, with what is known of them.
 */
import * as UserFacts from "@genesys-license/admin/people/UserFacts"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as Option from "effect/Option"
import type * as Row from "../terminal/Row.ts"

export interface Options {
  /** Only who holds one of these. Empty: whatever they hold. */
  readonly license: ReadonlyArray<string>
  readonly unlicensed: boolean
  /** A row for each license of a user. */
  readonly pairs: boolean
  readonly inactiveDays: Option.Option<number>
  readonly facts: UserFacts.UserFacts | undefined
  /** In milliseconds since 1970. */
  readonly now: number
}

export interface Selection {
  readonly columns: ReadonlyArray<string>
  /** The rows of some users. The counts below are of all users that it was given. */
  readonly rows: (users: ReadonlyArray<UserLicenses>) => ReadonlyArray<Row.Row>
  /** How many of the users the facts know. */
  readonly known: () => number
  /** How many would be meant if it were known when they logged in last. */
  readonly leftOut: () => number
  /** Those of the licenses asked for that somebody holds. */
  readonly held: ReadonlySet<string>
}

const dayMillis = 24 * 60 * 60 * 1000

export const select = ({ facts, inactiveDays, license, now, pairs, unlicensed }: Options): Selection => {
  const held = new Set<string>()
  let known = 0
  let leftOut = 0
  const since = Option.map(inactiveDays, (days) => now - days * dayMillis)

  const isMeant = ({ id, licenses }: UserLicenses) => {
    const fact = facts && UserFacts.of(facts, id)
    if (fact !== undefined) known += 1
    const asked = license.filter((one) => licenses.includes(one))
    for (const one of asked) held.add(one)
    if (license.length > 0 && asked.length === 0) return false
    if (unlicensed && licenses.length > 0) return false
    if (Option.isNone(since)) return true
    // Of whom nothing is known, nothing is claimed.
    if (fact === undefined) leftOut += 1
    return fact !== undefined && (fact.lastLogin === undefined || fact.lastLogin < since.value)
  }

  const toRows = (user: UserLicenses): ReadonlyArray<Row.Row> => {
    if (!pairs) return [{ userId: user.id, licenses: user.licenses, ...factsOf(facts, user.id) }]
    // A state of its own is what a desired state has.
    const { state, ...rest } = factsOf(facts, user.id)
    const more = { ...rest, ...(state !== undefined && { userState: state }) }
    return user.licenses
      .filter((licenseId) => license.length === 0 || license.includes(licenseId))
      .map((licenseId) => ({ userId: user.id, licenseId, ...more }))
  }

  const about = ["email", "name", "division", "lastLogin", "state"] as const
  return {
    columns: [
      "userId",
      pairs ? "licenseId" : "licenses",
      ...about
        .filter((column) => facts?.columns.has(column))
        .map((column) => (pairs && column === "state" ? "userState" : column))
    ],
    rows: (users) => users.filter(isMeant).flatMap(toRows),
    known: () => known,
    leftOut: () => leftOut,
    held
  }
}

const factsOf = (facts: UserFacts.UserFacts | undefined, userId: string) => {
  const { userId: _, ...fact } = UserFacts.readable((facts && UserFacts.of(facts, userId)) ?? { userId })
  return fact
}
