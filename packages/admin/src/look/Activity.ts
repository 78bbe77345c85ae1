/**
 * Licenses beside what is known of their holders: who has not logged in for long, of
 * whom no login is known, who has left.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as DateTime from "effect/DateTime"
import * as Order from "effect/Order"
import type { Combination } from "./Combinations.ts"
import type { People } from "../people/People.ts"
import * as Profile from "../people/Profile.ts"

/** A holder of licenses, and what is known of them. `lastLogin` is in ISO 8601. */
export type Holder = Profile.Readable & { readonly licenses: ReadonlyArray<LicenseId> }

/** How many, exactly, and as many of them as were asked for. */
export interface Found {
  /** How many, exactly. */
  readonly users: number
  /** The first of them, as many as were asked for. */
  readonly listed: ReadonlyArray<Holder>
}

/** Those who may have left, and how many of them are in which state. */
export interface Leavers extends Found {
  /** How many are in each state. */
  readonly states: { readonly [state: string]: number }
}

/** Holders of one license of whom something is found. */
export interface ActivityOfLicense {
  readonly licenseId: LicenseId
  /** A login is known, and none in the days that are asked about. */
  readonly inactive: number
  /** Only where a CSV says so. */
  readonly neverLoggedIn: number
  /** Nobody tells of a login. */
  readonly noLoginKnown: number
  /** Inactive, deleted, or not in the directory. */
  readonly notActive: number
  /** Nothing is known of them. */
  readonly unknown: number
}

/** The users of one division. */
export interface ActivityOfDivision {
  /** Empty for users without one, or of whom nothing is known. */
  readonly division: string
  /** All of them. */
  readonly users: number
  /** Those who hold a license. */
  readonly licensed: number
  /** Those who hold a license and have not logged in for the days that are asked about. */
  readonly inactive: number
}

/** Only those who hold a license are counted, but for `divisions` and the last two numbers. */
export interface Activity {
  /** What "inactive" is counted from, ISO 8601. */
  readonly asOf: string
  /** Days without a login after which a user counts as inactive. */
  readonly inactiveDays: number
  /** A login is known, and none in these days. */
  readonly inactive: Found
  /** Only where a CSV says so. */
  readonly neverLoggedIn: Found
  /** Nobody tells of a login: that is neither "never" nor "lately". */
  readonly noLoginKnown: Found
  /** Whose state is another than `active`: inactive, deleted, or not in the directory. */
  readonly notActive: Leavers
  /** Of whom nobody tells. */
  readonly unknown: Found
  /** Users who could give a seat back: inactive, never logged in or not active, each once. */
  readonly couldGiveBack: number
  /** The same numbers for each license, by its id. */
  readonly licenses: ReadonlyArray<ActivityOfLicense>
  /** The largest division comes first. */
  readonly divisions: ReadonlyArray<ActivityOfDivision>
  /** Users of the organization of whom anything is known. */
  readonly known: number
  /** Rows of the CSV that fit no user in the list of the organization. */
  readonly notInOrganization: number
}

const findings = ["inactive", "neverLoggedIn", "noLoginKnown", "notActive", "unknown"] as const
type Finding = (typeof findings)[number]

const each = <A>(value: (finding: Finding) => A): Record<Finding, A> =>
  Object.fromEntries(findings.map((finding) => [finding, value(finding)])) as Record<Finding, A>

const dayMillis = 24 * 60 * 60 * 1000

/** `now` in milliseconds; `listed`: how many users are named for each finding. */
export const make = (
  people: People,
  options: { readonly now: number; readonly inactiveDays: number; readonly listed: number }
) => {
  const since = options.now - options.inactiveDays * dayMillis
  const byCombination = new Map<Combination, Record<Finding, number>>()
  const divisions = new Map<string, { users: number; licensed: number; inactive: number }>()
  const found = each(() => ({ users: 0, listed: new Array<Holder>() }))
  const states = new Map<string, number>()
  let couldGiveBack = 0
  let known = 0
  let rows = 0

  const aboutHolder = (profile: Profile.Profile | undefined): ReadonlyArray<Finding> => {
    if (profile === undefined) return ["unknown"]
    // Whom the directory does not know, it cannot tell a login of.
    if (profile.state === "unknown") return ["notActive"]
    const login = aboutLogin(profile)
    return [...(login === undefined ? [] : [login]), ...(Profile.isLeaver(profile) ? ["notActive" as const] : [])]
  }

  const aboutLogin = ({ lastLogin, neverLoggedIn }: Profile.Profile): Finding | undefined => {
    if (lastLogin !== undefined) return lastLogin < since ? "inactive" : undefined
    if (neverLoggedIn) return "neverLoggedIn"
    return people.fields.has("lastLogin") ? "noLoginKnown" : undefined
  }

  const add = (userId: UserId, combination: Combination) => {
    const profile = people.of(userId)
    if (profile !== undefined && profile.state !== "unknown") known += 1
    if (people.hasRow(userId)) rows += 1
    const isLicensed = combination.ids.length > 0
    const about = isLicensed ? aboutHolder(profile) : []
    const name = profile?.division ?? ""
    const division = divisions.get(name) ?? { users: 0, licensed: 0, inactive: 0 }
    divisions.set(name, division)
    division.users += 1
    if (isLicensed) division.licensed += 1
    if (about.includes("inactive")) division.inactive += 1
    if (about.length === 0) return

    if (about.some((finding) => finding !== "noLoginKnown" && finding !== "unknown")) couldGiveBack += 1
    if (about.includes("notActive")) {
      const state = profile?.state?.toLowerCase() ?? ""
      states.set(state, (states.get(state) ?? 0) + 1)
    }
    const counts = byCombination.get(combination) ?? each(() => 0)
    byCombination.set(combination, counts)
    for (const finding of about) {
      counts[finding] += 1
      found[finding].users += 1
      if (found[finding].listed.length < options.listed) {
        found[finding].listed.push({ ...Profile.readable(profile ?? { userId }), licenses: combination.ids })
      }
    }
  }

  const report = (): Activity => {
    const licenses = new Map<LicenseId, Record<Finding, number>>()
    for (const [{ ids }, counts] of byCombination) {
      for (const id of ids) {
        const sum = licenses.get(id) ?? each(() => 0)
        licenses.set(id, sum)
        for (const finding of findings) sum[finding] += counts[finding]
      }
    }
    return {
      asOf: DateTime.formatIso(DateTime.makeUnsafe(options.now)),
      inactiveDays: options.inactiveDays,
      ...found,
      notActive: { ...found.notActive, states: Object.fromEntries([...states].sort()) },
      couldGiveBack,
      licenses: [...licenses]
        .map(([licenseId, counts]) => ({ licenseId, ...counts }))
        .sort((a, b) => Order.String(a.licenseId, b.licenseId)),
      divisions: [...divisions]
        .map(([division, counts]) => ({ division, ...counts }))
        .sort((a, b) => b.users - a.users || Order.String(a.division, b.division)),
      known,
      notInOrganization: people.rows - rows
    }
  }

  return { add, report }
}
