/**
 * Who holds what, and what is odd about it: the whole organization in one pass over
 * the stream of users, with nothing kept but counts.
 *
 * An audit is plain data and goes through `JSON.stringify` as it is.
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

/** How many hold one license. */
export interface LicenseHolders {
  readonly licenseId: LicenseId
  /** How many hold it. */
  readonly users: number
  /** Of all users, from 0 to 1. */
  readonly share: number
  /** Its name for people. */
  readonly description?: string
  /** Whether the organization has a definition of it: not so for a license that was retired. */
  readonly isDefined: boolean
}

/** A set of licenses that is held together, and how many hold exactly that. */
export interface HeldTogether {
  readonly licenseIds: ReadonlyArray<LicenseId>
  /** How many hold exactly these licenses. */
  readonly users: number
}

/** Users of whom something is found: how many, exactly, and as many of them as were asked for. */
export interface Found {
  /** How many, exactly. */
  readonly users: number
  readonly userIds: ReadonlyArray<UserId>
}

/** What an audit finds. */
export interface Audit {
  /** All users of the organization. */
  readonly users: number
  /** Users who hold no license. */
  readonly unlicensed: number
  /** The first of them, as many as were asked for. */
  readonly unlicensedUserIds: ReadonlyArray<UserId>
  /** Every license that can be held or is held, the most common first. */
  readonly licenses: ReadonlyArray<LicenseHolders>
  /** Every set of licenses that is held together, the most common first. */
  readonly combinations: ReadonlyArray<HeldTogether>
  /** Licenses that are part of another license of the same user. */
  readonly overlaps: ReadonlyArray<Relations.Overlap & Found>
  /** Licenses held without one that they need. */
  readonly unmetPrerequisites: ReadonlyArray<Relations.Unmet & Found>
  /** Licenses that the organization can hold and nobody holds. */
  readonly unheld: ReadonlyArray<LicenseId>
  /** Licenses that are held and have no definition. */
  readonly undefinedLicenses: ReadonlyArray<{ readonly licenseId: LicenseId } & Found>
  /** Only where something is known of people. */
  readonly activity?: Activity.Activity
  /** Who they are whose ids are above, as far as it is known. */
  readonly people?: ReadonlyArray<Profile.Readable>
  /** Only with roles. */
  readonly roles?: RoleFindings.RoleFindings
  /** What was seen to move while the users were read. */
  readonly drift?: Drift
  /** What the License API cannot tell, in sentences for whoever reads the audit. */
  readonly caveats: ReadonlyArray<string>
}

/** What an audit looks at beside licenses, and how much of it is listed. */
export interface Options {
  /** What is known of people. Default: nothing. */
  readonly people?: People | undefined
  /** Days without a log-in after which a user counts as inactive. Default: 60. */
  readonly inactiveDays?: number | undefined
  /** The roles that users have. Default: not known; then the audit has no findings on roles. */
  readonly roles?: RoleFindings.Collector | undefined
  /** How many users each finding names; the counts are exact whatever it is. Default: 0. */
  readonly listed?: number | undefined
  /** How many users each finding of `activity` names. Default: as many as `listed` says. */
  readonly listedHolders?: number | undefined
}

/** Reads the definitions and all users. */
export const run = Effect.fn("Audit.run")(function* (
  options: Options & Reading.Options = {}
): Effect.fn.Return<Audit, GenesysError, LicenseService> {
  const definitions = yield* LicenseService.use((license) => license.getDefinitions)
  return yield* of(Reading.pages(options), definitions, options)
})

/** The audit of any pages of users. */
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
        // Whoever holds a license and is in no list of people may have left.
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

/** Those whose ids are listed. */
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

  /** Adds up what is found of a combination, over all of them, the most common first. */
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
  "The License API does not tell how a license is billed. A concurrent license is billed by the peak of users at the same time, not by the number of holders.",
  "The License API does not tell how many licenses were bought, nor what they cost. A seat that nobody uses may cost nothing, or may be paid in advance.",
  ...(people?.fields.has("lastLoginFrom")
    ? [
        "The last login is the later of the last login with a password and the last token that was issued, and an app that acts for a user may move the second. No login known does not mean that there was none."
      ]
    : people?.fields.has("lastLogin")
      ? []
      : [
          "The License API does not tell when a user was last active. The directory does, or a CSV of users with lastLogin."
        ])
]
