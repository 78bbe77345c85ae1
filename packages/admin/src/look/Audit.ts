/**
 * Audits an organization: who holds which license, and problems. Needs one pass over the
 * stream of users, and keeps only counts in memory.
 *
 * An audit is plain data and works with `JSON.stringify`.
 */
import type { Drift } from "@genesys-license/client/Drift"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import type * as Stream from "effect/Stream"
import * as Activity from "./Activity.ts"
import * as Combinations from "./Combinations.ts"
import * as Reading from "./Reading.ts"
import * as Relations from "../licenses/Relations.ts"
import type { People } from "../people/People.ts"
import * as Profile from "../people/Profile.ts"
import { UserIds } from "../people/UserIds.ts"
import * as RoleFindings from "./RoleFindings.ts"

/** A license and its number of holders. */
export interface LicenseHolders {
  readonly licenseId: LicenseId
  /** How many users hold it. */
  readonly users: number
  /** The share of all users, from 0 to 1. */
  readonly share: number
  /** The name of the license, for people. */
  readonly description?: string
  /** Whether the organization has a definition of the license. A retired license has none. */
  readonly isDefined: boolean
}

/** A combination of licenses, and how many users hold exactly these. */
export interface HeldTogether {
  readonly licenseIds: ReadonlyArray<LicenseId>
  /** How many users hold exactly these licenses. */
  readonly users: number
}

/** The users of a finding: the exact number, and the first ids. */
export interface Found {
  /** The exact number of users. */
  readonly users: number
  readonly userIds: ReadonlyArray<UserId>
}

/** The result of an audit. */
export interface Audit {
  /** All users of the organization. */
  readonly users: number
  /** Users who hold no license. */
  readonly unlicensed: number
  /** The first users without a license, as many as were requested. */
  readonly unlicensedUserIds: ReadonlyArray<UserId>
  /** Every license that is available or held, the most common first. */
  readonly licenses: ReadonlyArray<LicenseHolders>
  /** Every combination of licenses that a user holds, the most common first. */
  readonly combinations: ReadonlyArray<HeldTogether>
  /** Licenses that are included in another license of the same user. */
  readonly overlaps: ReadonlyArray<Relations.Overlap & Found>
  /** Licenses held without a license that they require. */
  readonly unmetPrerequisites: ReadonlyArray<Relations.Unmet & Found>
  /** Licenses that are available but that nobody holds. */
  readonly unheld: ReadonlyArray<LicenseId>
  /** Licenses that are held but have no definition. */
  readonly undefinedLicenses: ReadonlyArray<{ readonly licenseId: LicenseId } & Found>
  /** Findings about people. Absent if nothing is known of them. */
  readonly activity?: Activity.Activity
  /** The known profiles of the users whose ids are listed above. */
  readonly people?: ReadonlyArray<Profile.Readable>
  /** Findings about roles. Absent without roles. */
  readonly roles?: RoleFindings.RoleFindings
  /** Changes of the list that were seen while it was read. */
  readonly drift?: Drift
  /** Sentences about what the License API does not show, for the reader of the audit. */
  readonly caveats: ReadonlyArray<string>
}

/** More data for an audit, and how many users to list. */
export interface Options {
  /** Data about people. Default: none. */
  readonly people?: People | undefined
  /** Days without a login after which a user counts as idle. Default: 60. */
  readonly inactiveDays?: number | undefined
  /** The roles of users. Default: none, and the audit has no findings about roles. */
  readonly roles?: RoleFindings.Collector | undefined
  /** How many users to name for each finding. Counts are always exact. Default: 0. */
  readonly listed?: number | undefined
  /** How many users to name for each finding of `activity`. Default: the value of `listed`. */
  readonly listedHolders?: number | undefined
}

/** Reads the definitions and all users, and audits them. */
export const run = Effect.fn("Audit.run")(function* (
  options: Options & Reading.Options = {}
): Effect.fn.Return<Audit, GenesysError, LicenseService> {
  const definitions = yield* LicenseService.use((license) => license.getDefinitions)
  return yield* of(Reading.pages(options), definitions, options)
})

/** Audits any pages of users. */
export const of = Effect.fnUntraced(function* <E, R>(
  pages: Stream.Stream<Reading.Page, E, R>,
  definitions: ReadonlyArray<LicenseDefinition>,
  { people, inactiveDays = 60, listed = 0, listedHolders = listed, roles: collector }: Options = {}
): Effect.fn.Return<Audit, E | GenesysError, R> {
  const now = yield* Clock.currentTimeMillis
  const combinations = Combinations.make(listed)
  const activity = people && Activity.make(people, { now, inactiveDays, listed: listedHolders })
  const missing = { ids: new UserIds(), combinations: new Array<Combinations.Combination>() }
  const drift = yield* Reading.forEachPage(pages, (users) => {
    for (const user of users) {
      const combination = combinations.add(user)
      collector?.add(user.id, combination)
      if (activity === undefined) continue
      const profile = people?.of(user.id)
      if (combination.ids.length > 0 && profile === undefined) {
        // A holder who is not in the directory may have left. Look them up together at the end.
        missing.ids.push(user.id)
        missing.combinations.push(combination)
      } else activity.add(user.id, combination, profile)
    }
  })
  yield* people?.lookUp(missing.ids) ?? Effect.void
  for (let n = 0; n < missing.ids.length; n++) {
    const userId = missing.ids.at(n)
    activity?.add(userId, missing.combinations[n]!, people?.of(userId))
  }

  const found = report([...combinations.all], Relations.make(definitions), listed)
  const roles = yield* collector?.findings(definitions) ?? Effect.undefined
  return {
    ...found,
    ...(activity && { activity: activity.report() }),
    ...(people && { people: named(found, roles, people) }),
    ...(roles && { roles }),
    ...(drift && { drift }),
    caveats: [...caveats(people), ...(roles ? [RoleFindings.caveat] : [])]
  }
})

type Findings = Omit<Audit, "activity" | "caveats" | "drift" | "people" | "roles">

/** The profiles of the users whose ids are listed. */
const named = (
  found: Findings,
  roles: RoleFindings.RoleFindings | undefined,
  people: People
): ReadonlyArray<Profile.Readable> => {
  const { overlaps, undefinedLicenses, unmetPrerequisites } = found
  const { missing = [], unneeded = [] } = roles ?? {}
  const lists = [overlaps, unmetPrerequisites, undefinedLicenses, unneeded, missing].flat()
  const userIds = new Set([...found.unlicensedUserIds, ...lists.flatMap(({ userIds }) => userIds)])
  return [...userIds].flatMap((userId) => {
    const profile = people.of(userId)
    return profile === undefined ? [] : [Profile.readable(profile)]
  })
}

const report = (
  combinations: ReadonlyArray<Combinations.Combination>,
  relations: Relations.Relations,
  listed: number
): Findings => {
  const { definitions } = relations
  const total = combinations.reduce((sum, { users }) => sum + users, 0)
  const holders = new Map([...definitions.keys()].map((id) => [id, 0]))
  for (const { ids, users } of combinations) for (const id of ids) holders.set(id, (holders.get(id) ?? 0) + users)

  /** Adds up the findings of all combinations, the most common first. */
  const sum = <F extends object>(find: (ids: ReadonlyArray<LicenseId>) => ReadonlyArray<F>) => {
    const found = new Map<string, F & { users: number; userIds: Array<UserId> }>()
    for (const { ids, userIds, users } of combinations) {
      for (const finding of find(ids)) {
        const key = JSON.stringify(finding)
        const sum = found.get(key) ?? { ...finding, users: 0, userIds: [] }
        found.set(key, sum)
        sum.users += users
        for (const userId of userIds) if (sum.userIds.length < listed) sum.userIds.push(userId)
      }
    }
    return [...found]
      .sort(([a, { users: usersA }], [b, { users: usersB }]) => usersB - usersA || Order.String(a, b))
      .map(([, sum]) => sum)
  }

  const unlicensed = combinations.find(({ ids }) => ids.length === 0)
  return {
    users: total,
    unlicensed: unlicensed?.users ?? 0,
    unlicensedUserIds: unlicensed?.userIds ?? [],
    licenses: [...holders]
      .map(([id, users]) => {
        const definition = definitions.get(id)
        return {
          licenseId: id,
          users,
          share: total === 0 ? 0 : users / total,
          ...(definition?.description !== undefined && { description: definition.description }),
          isDefined: definition !== undefined
        }
      })
      .sort((a, b) => b.users - a.users || Order.String(a.licenseId, b.licenseId)),
    combinations: combinations
      .filter(({ ids }) => ids.length > 0)
      .map(({ ids, users }) => ({ licenseIds: ids, users }))
      .sort((a, b) => b.users - a.users || Order.String(a.licenseIds.join(), b.licenseIds.join())),
    overlaps: sum(relations.overlaps),
    unmetPrerequisites: sum(relations.unmet),
    unheld: [...holders].filter(([, users]) => users === 0).map(([id]) => id),
    undefinedLicenses: sum((ids) => ids.filter((id) => !definitions.has(id)).map((licenseId) => ({ licenseId })))
  }
}

const caveats = (people: People | undefined) => [
  "The License API does not show how a license is billed. A concurrent license is billed by the peak of concurrent users, not by the number of holders.",
  "The License API does not show how many licenses were bought, or what they cost. An unused seat may cost nothing, or may be prepaid.",
  ...(people?.fields.has("lastLoginFrom")
    ? [
        "The last login is the later of two dates: the last login with a password, and the last token. An app that acts for a user may also get a token. If no login is known, the user may still have logged in."
      ]
    : people?.fields.has("lastLogin")
      ? []
      : [
          "The License API does not show when a user last logged in. The directory shows it, or a CSV of users with lastLogin."
        ])
]
