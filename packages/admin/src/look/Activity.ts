/**
 * Licenses beside what is known of their holders from elsewhere: who has not
 * logged in for long, who never has, who has left.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import * as DateTime from "effect/DateTime"
import * as Order from "effect/Order"
import type { Combination } from "./Combinations.ts"
import * as UserFacts from "../people/UserFacts.ts"

/** A holder of licenses, and what is known of them. */
export interface Holder {
  readonly userId: UserId
  readonly licenses: ReadonlyArray<LicenseId>
  readonly email?: string
  readonly name?: string
  readonly division?: string
  /** ISO 8601. */
  readonly lastLogin?: string
  readonly state?: string
}

/** How many, exactly, and as many of them as were asked for. */
export interface Found {
  readonly users: number
  readonly listed: ReadonlyArray<Holder>
}

export interface ActivityOfLicense {
  readonly licenseId: LicenseId
  readonly inactive: number
  readonly neverLoggedIn: number
  readonly notActive: number
  readonly unknown: number
}

export interface ActivityOfDivision {
  /** Empty for users without one, or of whom nothing is known. */
  readonly division: string
  readonly users: number
  readonly licensed: number
  readonly inactive: number
}

/** Only those who hold a license are counted, but for `divisions` and the last two numbers. */
export interface Activity {
  /** What "inactive" is counted from, ISO 8601. */
  readonly asOf: string
  readonly inactiveDays: number
  /** Logged in once, but not in these days. Nobody, where the facts have no `lastLogin`. */
  readonly inactive: Found
  /** Nobody, where the facts have no `lastLogin`. */
  readonly neverLoggedIn: Found
  /** Whose state is another than `active`. */
  readonly notActive: Found
  /** Of whom the facts do not tell. */
  readonly unknown: Found
  readonly licenses: ReadonlyArray<ActivityOfLicense>
  readonly divisions: ReadonlyArray<ActivityOfDivision>
  /** Users of the organization of whom the facts tell. */
  readonly known: number
  /** Users of whom the facts tell, and who are not in the organization's list. */
  readonly notInOrganization: number
}

const findings = ["inactive", "neverLoggedIn", "notActive", "unknown"] as const
type Finding = (typeof findings)[number]

const dayMillis = 24 * 60 * 60 * 1000

/** `now` in milliseconds; `listed`: how many users are named for each finding. */
export const make = (
  facts: UserFacts.UserFacts,
  options: { readonly now: number; readonly inactiveDays: number; readonly listed: number }
) => {
  const since = options.now - options.inactiveDays * dayMillis
  const byCombination = new Map<Combination, Record<Finding, number>>()
  const divisions = new Map<string, { users: number; licensed: number; inactive: number }>()
  const found: Record<Finding, { users: number; listed: Array<Holder> }> = {
    inactive: { users: 0, listed: [] },
    neverLoggedIn: { users: 0, listed: [] },
    notActive: { users: 0, listed: [] },
    unknown: { users: 0, listed: [] }
  }
  let known = 0

  const holds = (fact: UserFacts.UserFact | undefined): ReadonlyArray<Finding> => {
    if (fact === undefined) return ["unknown"]
    const about: Array<Finding> = []
    if (facts.columns.has("lastLogin")) {
      if (fact.lastLogin === undefined) about.push("neverLoggedIn")
      else if (fact.lastLogin < since) about.push("inactive")
    }
    if (fact.state !== undefined && fact.state.toLowerCase() !== "active") about.push("notActive")
    return about
  }

  const add = (user: UserLicenses, combination: Combination) => {
    const fact = UserFacts.of(facts, user.id)
    if (fact !== undefined) known += 1
    const isLicensed = combination.ids.length > 0
    const about = isLicensed ? holds(fact) : []
    const name = fact?.division ?? ""
    const division = divisions.get(name) ?? { users: 0, licensed: 0, inactive: 0 }
    divisions.set(name, division)
    division.users += 1
    if (isLicensed) division.licensed += 1
    if (about.includes("inactive")) division.inactive += 1
    if (about.length === 0) return

    const counts = byCombination.get(combination) ?? { inactive: 0, neverLoggedIn: 0, notActive: 0, unknown: 0 }
    byCombination.set(combination, counts)
    for (const finding of about) {
      counts[finding] += 1
      found[finding].users += 1
      if (found[finding].listed.length < options.listed)
        found[finding].listed.push(toHolder(user.id, combination, fact))
    }
  }

  const report = (): Activity => {
    const licenses = new Map<LicenseId, Record<Finding, number>>()
    for (const [{ ids }, counts] of byCombination) {
      for (const id of ids) {
        const sum = licenses.get(id) ?? { inactive: 0, neverLoggedIn: 0, notActive: 0, unknown: 0 }
        licenses.set(id, sum)
        for (const finding of findings) sum[finding] += counts[finding]
      }
    }
    return {
      asOf: DateTime.formatIso(DateTime.makeUnsafe(options.now)),
      inactiveDays: options.inactiveDays,
      ...found,
      licenses: [...licenses]
        .map(([licenseId, counts]) => ({ licenseId, ...counts }))
        .sort((a, b) => Order.String(a.licenseId, b.licenseId)),
      divisions: [...divisions]
        .map(([division, counts]) => ({ division, ...counts }))
        .sort((a, b) => b.users - a.users || Order.String(a.division, b.division)),
      known,
      notInOrganization: facts.byId.size - known
    }
  }

  return { add, report }
}

const toHolder = (userId: UserId, { ids }: Combination, fact: UserFacts.UserFact = { userId }): Holder => {
  const { lastLogin, ...rest } = UserFacts.readable(fact)
  return { ...rest, licenses: ids, ...(lastLogin !== undefined && { lastLogin }) }
}
