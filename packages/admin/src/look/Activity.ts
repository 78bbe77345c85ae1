/**
 * Compares licenses with what is known of their holders: who is idle, whose last login is
 * not known, and who has left.
 *
 * "Idle" has the same meaning in all reports: the last login is known, and it is older than a
 * number of days. A user whose last login is not known may be idle or not.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as DateTime from "effect/DateTime"
import * as Order from "effect/Order"
import * as ActivityCounts from "./ActivityCounts.ts"
import type { Combination } from "./Combinations.ts"
import type { People } from "../people/People.ts"
import * as Profile from "../people/Profile.ts"

/** A user who holds licenses, with the known profile. `lastLogin` is in ISO 8601. */
export type Holder = Profile.Readable & { readonly licenses: ReadonlyArray<LicenseId> }

/** The users of a finding: the exact number, and the first ones. The oldest login comes first, users without a known login last. */
export interface Found {
  /** The exact number of users. */
  readonly users: number
  /** The first users, as many as were requested. */
  readonly listed: ReadonlyArray<Holder>
}

/** Users who may have left, and how many are in each state. */
export interface Leavers extends Found {
  /** The number of users in each state. */
  readonly states: { readonly [state: string]: number }
}

/** The findings about the holders of one license. */
export interface ActivityOfLicense extends ActivityCounts.ActivityCounts {
  readonly licenseId: LicenseId
}

/** Users with the same division, department or manager, and the findings about those who hold a license. */
export interface ActivityOfGroup extends ActivityCounts.ActivityCounts {
  /** All users of the group. */
  readonly users: number
  /** Users who hold a license. */
  readonly licensed: number
}

/** Users by group. The name of a group is empty for users who have none, or about whom nothing is known. */
export interface Groups {
  /** By division, the largest first. */
  readonly divisions: ReadonlyArray<{ readonly division: string } & ActivityOfGroup>
  /** By department, the largest first. */
  readonly departments: ReadonlyArray<{ readonly department: string } & ActivityOfGroup>
  /** By manager, the largest group first. */
  readonly managers: ReadonlyArray<{ readonly manager: string } & ActivityOfGroup>
}

/** Findings about users who hold a license. Only `users` of groups and the last two numbers also count others. */
export interface Activity extends Groups {
  /** The time from which idle days are counted back, ISO 8601. */
  readonly asOf: string
  /** Days without a login after which a user counts as idle. */
  readonly inactiveDays: number
  /** Idle users: the last login is known, and older than `inactiveDays`. */
  readonly inactive: Found
  /** Users who never logged in, according to a CSV. */
  readonly neverLoggedIn: Found
  /** Users whose last login is not known. They may have logged in. */
  readonly noLoginKnown: Found
  /** Users whose state is not `active`: inactive, deleted, or not in the directory. */
  readonly notActive: Leavers
  /** Users about whom nothing is known. */
  readonly unknown: Found
  /** Users who could give a seat back: idle, never logged in or not active. Each counts once. */
  readonly couldGiveBack: number
  /** Other users whose last login is not known. Each counts once. */
  readonly notKnown: number
  /** The same numbers for each license, in the order of ids. */
  readonly licenses: ReadonlyArray<ActivityOfLicense>
  /** Users of the organization about whom something is known. */
  readonly known: number
  /** Rows of the CSV that match no user of the organization. */
  readonly notInOrganization: number
}

type Counts = ReturnType<typeof ActivityCounts.none>
type Group = Counts & { users: number; licensed: number }

/** A user of a finding. Only listed users are formatted, because that is slow. */
interface Candidate {
  readonly userId: UserId
  readonly combination: Combination
  /** In milliseconds. Infinite if it is not known, to sort last. */
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

/** Starts counting. `now` is in milliseconds; `listed` is how many users to name for each finding. */
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
    // A user who is not in the directory has no login there.
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
