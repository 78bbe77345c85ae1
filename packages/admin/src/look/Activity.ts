/**
 * Licenses beside what is known of their holders: who has not logged in for long, of
 * whom no login is known, who has left.
 *
 * "Idle" means one thing in all reports: a login is known, and it is older than so many
 * days. Of whom no login is known, it is not known whether they are idle.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as DateTime from "effect/DateTime"
import * as Order from "effect/Order"
import * as ActivityCounts from "./ActivityCounts.ts"
import type { Combination } from "./Combinations.ts"
import type { People } from "../people/People.ts"
import * as Profile from "../people/Profile.ts"

/** A holder of licenses, and what is known of them. `lastLogin` is in ISO 8601. */
export type Holder = Profile.Readable & { readonly licenses: ReadonlyArray<LicenseId> }

/** How many, exactly, and as many of them as were asked for: the oldest login first, and last those without one. */
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
export interface ActivityOfLicense extends ActivityCounts.ActivityCounts {
  readonly licenseId: LicenseId
}

/** Users who share a division, a department or a manager, and what is found of those who hold a license. */
export interface ActivityOfGroup extends ActivityCounts.ActivityCounts {
  /** All of them. */
  readonly users: number
  /** Those who hold a license. */
  readonly licensed: number
}

/** What users are grouped by. A name is empty for users without one, or of whom nothing is known. */
export interface Groups {
  /** By division. The largest comes first. */
  readonly divisions: ReadonlyArray<{ readonly division: string } & ActivityOfGroup>
  /** By department. The largest comes first. */
  readonly departments: ReadonlyArray<{ readonly department: string } & ActivityOfGroup>
  /** By manager. The one with the most users comes first. */
  readonly managers: ReadonlyArray<{ readonly manager: string } & ActivityOfGroup>
}

/** Only those who hold a license are counted, but for `users` of groups and the last two numbers. */
export interface Activity extends Groups {
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
  /** The others of whom no login is known, each once. */
  readonly notKnown: number
  /** The same numbers for each license, by its id. */
  readonly licenses: ReadonlyArray<ActivityOfLicense>
  /** Users of the organization of whom anything is known. */
  readonly known: number
  /** Rows of the CSV that fit no user in the list of the organization. */
  readonly notInOrganization: number
}

type Counts = ReturnType<typeof ActivityCounts.none>
type Group = Counts & { users: number; licensed: number }

/** Somebody who is found. Profiles are made readable only of those who are listed. */
interface Candidate {
  readonly userId: UserId
  readonly combination: Combination
  /** In milliseconds; where no login is known, after all others. */
  readonly lastLogin: number
}

/** The fields that are counted by. The others, and the names of managers, are needed only where somebody is named. */
export const counted: ReadonlySet<Profile.Field> = new Set([
  "department",
  "division",
  "state",
  "lastLogin",
  "lastLoginFrom"
])

const dayMillis = 24 * 60 * 60 * 1000

/** `now` in milliseconds; `listed`: how many users are named for each finding. */
export const make = (
  people: People,
  options: { readonly now: number; readonly inactiveDays: number; readonly listed: number }
) => {
  const since = options.now - options.inactiveDays * dayMillis
  const byCombination = new Map<Combination, Counts>()
  const groups = { division: new Map<string, Group>(), department: new Map(), manager: new Map() }
  const candidates = new Map(ActivityCounts.findings.map((finding) => [finding, new Array<Candidate>()]))
  const states = new Map<string, number>()
  const all = ActivityCounts.none()
  let known = 0
  let rows = 0

  const aboutHolder = (profile: Profile.Profile | undefined): ReadonlyArray<ActivityCounts.Finding> => {
    if (profile === undefined) return ["unknown"]
    // Whom the directory does not know, it cannot tell a login of.
    if (profile.state === "unknown") return ["notActive"]
    const login = aboutLogin(profile)
    return [...(login === undefined ? [] : [login]), ...(Profile.isLeaver(profile) ? ["notActive" as const] : [])]
  }

  const aboutLogin = ({ lastLogin, neverLoggedIn }: Profile.Profile): ActivityCounts.Finding | undefined => {
    if (lastLogin !== undefined) return lastLogin < since ? "inactive" : undefined
    return neverLoggedIn ? "neverLoggedIn" : "noLoginKnown"
  }

  const addToGroup = (
    of: Map<string, Group>,
    name: string,
    isLicensed: boolean,
    about: ReadonlyArray<ActivityCounts.Finding>
  ) => {
    const group = of.get(name) ?? { users: 0, licensed: 0, ...ActivityCounts.none() }
    of.set(name, group)
    group.users += 1
    if (isLicensed) group.licensed += 1
    ActivityCounts.add(group, about)
  }

  const add = (userId: UserId, combination: Combination, profile: Profile.Profile | undefined) => {
    if (profile !== undefined && profile.state !== "unknown") known += 1
    if (people.hasRow(userId)) rows += 1
    const isLicensed = combination.ids.length > 0
    const about = isLicensed ? aboutHolder(profile) : []
    addToGroup(groups.division, profile?.division ?? "", isLicensed, about)
    addToGroup(groups.department, profile?.department ?? "", isLicensed, about)
    addToGroup(groups.manager, profile?.manager ?? "", isLicensed, about)
    if (about.length === 0) return

    ActivityCounts.add(all, about)
    const counts = byCombination.get(combination) ?? ActivityCounts.none()
    byCombination.set(combination, counts)
    ActivityCounts.add(counts, about)
    if (about.includes("notActive")) {
      const state = profile?.state?.toLowerCase() ?? ""
      states.set(state, (states.get(state) ?? 0) + 1)
    }
    if (options.listed === 0) return
    const candidate = { userId, combination, lastLogin: profile?.lastLogin ?? Number.POSITIVE_INFINITY }
    for (const finding of about) {
      const found = candidates.get(finding)!
      found.push(candidate)
      // As many as may still be listed, and not all that are found.
      if (found.length >= 2 * options.listed + 1000) keepListed(found)
    }
  }

  const keepListed = (found: Array<Candidate>): ReadonlyArray<Candidate> => {
    found.sort((a, b) => Order.Number(a.lastLogin, b.lastLogin)).splice(options.listed)
    return found
  }

  const found = (finding: ActivityCounts.Finding): Found => ({
    users: all[finding],
    listed: keepListed(candidates.get(finding)!).map(({ combination, userId }) => ({
      ...Profile.readable(people.of(userId) ?? { userId }),
      licenses: combination.ids
    }))
  })

  const report = (): Activity => {
    const licenses = new Map<LicenseId, Counts>()
    for (const [{ ids }, counts] of byCombination) {
      for (const id of ids) {
        const sum = licenses.get(id) ?? ActivityCounts.none()
        licenses.set(id, sum)
        ActivityCounts.addAll(sum, counts)
      }
    }
    return {
      asOf: DateTime.formatIso(DateTime.makeUnsafe(options.now)),
      inactiveDays: options.inactiveDays,
      inactive: found("inactive"),
      neverLoggedIn: found("neverLoggedIn"),
      noLoginKnown: found("noLoginKnown"),
      notActive: { ...found("notActive"), states: Object.fromEntries([...states].sort()) },
      unknown: found("unknown"),
      couldGiveBack: all.couldGiveBack,
      notKnown: all.notKnown,
      licenses: [...licenses]
        .map(([licenseId, counts]) => ({ licenseId, ...counts }))
        .sort((a, b) => Order.String(a.licenseId, b.licenseId)),
      divisions: mostUsersFirst(groups.division).map(([division, group]) => ({ division, ...group })),
      departments: mostUsersFirst(groups.department).map(([department, group]) => ({ department, ...group })),
      managers: mostUsersFirst(groups.manager).map(([manager, group]) => ({ manager, ...group })),
      known,
      notInOrganization: people.rows - rows
    }
  }

  return { add, report }
}

const mostUsersFirst = (groups: ReadonlyMap<string, Group>) =>
  [...groups].sort(([a, one], [b, other]) => other.users - one.users || Order.String(a, b))
