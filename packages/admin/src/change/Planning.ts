/**
 * Makes a plan: compares the desired state with the licenses that users hold now.
 */
import type { AssignmentChange } from "@genesys-license/client/AssignmentOutcome"
import * as AssignmentBatch from "@genesys-license/client/AssignmentBatch"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import { chunkSize } from "@genesys-license/client/UserBatch"
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import { type AdminError, fail, UnknownLicenses, UnknownUsers } from "../AdminError.ts"
import type { Assignment, Desired, Membership } from "./Desired.ts"
import type { OrganizationIdentity } from "../organization/OrganizationIdentity.ts"
import * as Pair from "../licenses/Pair.ts"
import * as UserIdCell from "../people/UserIdCell.ts"
import type { Plan, Warning } from "./Plan.ts"
import * as Reading from "../look/Reading.ts"
import * as Relations from "../licenses/Relations.ts"
import type { Holding } from "../look/Snapshot.ts"

/** Options for making a plan. */
export interface Options extends Reading.Options {
  /** Plan only additions, or only removals (default: both). */
  readonly only?: AssignmentChange["change"] | undefined
  /** The organization, to be recorded in the plan (default: not recorded). */
  readonly organization?: OrganizationIdentity | undefined
  /** Whether to fail, or to leave out licenses that the organization does not have (default: `fail`). */
  readonly undefinedLicenses?: "fail" | "leaveOut" | undefined
  /**
   * Whether to fail or to leave out unknown users in exact lists (default: `fail`). Unknown users
   * in single assignments are always left out.
   */
  readonly unknownUsers?: "fail" | "leaveOut" | undefined
}

/**
 * Makes the plan for a desired state. Looks up only the users in it. Reads the whole organization
 * only if the desired state has exact lists.
 */
export const make = Effect.fn("Planning.make")(function* (
  desired: Desired,
  options: Options = {}
): Effect.fn.Return<Plan, AdminError | GenesysError, LicenseService> {
  const license = yield* LicenseService
  const createdAt = DateTime.formatIso(yield* DateTime.now)
  const relations = Relations.make(yield* license.getDefinitions)
  const isDefined = (id: LicenseId) => relations.definitions.has(id)

  const named = [...desired.assignments, ...desired.exactly.flatMap(members)]
  const impossible = named.filter(({ licenseId, state }) => state === "present" && !isDefined(licenseId))
  if (impossible.length > 0 && options.undefinedLicenses !== "leaveOut") {
    const licenseIds = [...new Set(impossible.map(({ licenseId }) => licenseId))]
    return yield* fail(new UnknownLicenses({ licenseIds, defined: [...relations.definitions.keys()] }))
  }

  const { drift, holders } = yield* holdersOf(desired.exactly, options)
  const others = desired.exactly.flatMap(({ licenseId, userIds }) => {
    const listed = new Set(userIds.map(UserIdCell.sameness))
    return [...(holders.get(licenseId) ?? [])]
      .filter(([sameness]) => !listed.has(sameness))
      .map(([, userId]): Assignment => ({ userId, licenseId, state: "absent" }))
  })
  const wanted = [...named, ...others]
  // Users who were already seen with the desired license are not looked up again.
  const isSeen = ({ licenseId, state, userId }: Assignment) =>
    state === "present" && holders.get(licenseId)?.has(UserIdCell.sameness(userId)) === true
  const open = wanted.filter((assignment) => !isSeen(assignment))

  const { held, spelled } = yield* lookUp(open.map(({ userId }) => userId))
  const known = open.flatMap((assignment) => {
    const userId = spelled(assignment.userId)
    return userId === undefined ? [] : [{ ...assignment, userId }]
  })
  const unknown = open.filter(({ userId }) => spelled(userId) === undefined)
  if (options.unknownUsers !== "leaveOut") yield* refuseUnknown(desired.exactly, unknown)

  const different = known
    .filter(({ licenseId, state, userId }) => held.get(userId)!.includes(licenseId) !== (state === "present"))
    .map(({ licenseId, state, userId }): AssignmentChange => ({
      licenseId,
      userId,
      change: state === "present" ? "add" : "remove"
    }))
  const wantedChanges = different.filter(({ change }) => options.only === undefined || change === options.only)
  const changes = inOrder(
    wantedChanges.filter(({ change, licenseId }) => change === "remove" || isDefined(licenseId)),
    relations
  )
  const observed = [...new Set(changes.map(({ userId }) => userId))]
    .sort()
    .map((id): Holding => ({ id, licenses: [...new Set(held.get(id))].sort() }))

  return {
    createdAt,
    ...(options.organization !== undefined && { organization: options.organization }),
    ...(drift && { drift }),
    changes,
    observed,
    unchanged: wanted.length - open.length + known.length - different.length,
    warnings: [
      ...unknownUsers(unknown),
      ...noDefinition(wantedChanges.filter(({ licenseId }) => !isDefined(licenseId))),
      ...consequences(observed, changes, relations)
    ],
    cost: {
      reads: Math.ceil(observed.length / chunkSize),
      writes: Math.ceil(changes.length / AssignmentBatch.defaults.batchSize)
    }
  }
})

const members = ({ licenseId, userIds }: Membership) =>
  userIds.map((userId): Assignment => ({ userId, licenseId, state: "present" }))

/** The current holders of each license: ids as the organization spells them, by normalized id. */
const holdersOf = Effect.fnUntraced(function* (exactly: ReadonlyArray<Membership>, options: Reading.Options) {
  const holders = new Map(exactly.map(({ licenseId }) => [licenseId, new Map<UserId, UserId>()]))
  if (holders.size === 0) return { holders, drift: undefined }
  const drift = yield* Reading.forEachPage(Reading.pages(options), (users) => {
    for (const { id, licenses } of users) {
      for (const licenseId of licenses) holders.get(licenseId)?.set(UserIdCell.sameness(id), id)
    }
  })
  return { holders, drift }
})

/** The licenses of users by id, and the organization's spelling of an id (undefined for an unknown user). */
const lookUp = Effect.fnUntraced(function* (userIds: ReadonlyArray<UserId>) {
  const license = yield* LicenseService
  // An e-mail address is not an id, and is personal data: do not send it.
  const ids = userIds.filter((userId) => !UserIdCell.isEmail(userId))
  const asSpelled = yield* license.getUsers(ids)
  const others = ids.filter((userId) => !asSpelled.has(userId)).flatMap(UserIdCell.otherSpellings)
  const held = new Map([...asSpelled, ...(others.length === 0 ? [] : yield* license.getUsers(others))])
  const spelled = (userId: UserId) => [userId, ...UserIdCell.otherSpellings(userId)].find((id) => held.has(id))
  return { held, spelled }
})

/** Refuses unknown users in exact lists: a misspelled user would lose the license. */
const refuseUnknown = Effect.fnUntraced(function* (
  exactly: ReadonlyArray<Membership>,
  unknown: ReadonlyArray<Pair.Pair>
) {
  const lists = new Set(exactly.map(({ licenseId }) => licenseId))
  const listed = unknown.filter(({ licenseId }) => lists.has(licenseId))
  if (listed.length === 0) return
  const userIds = [...new Set(listed.map(({ userId }) => userId))]
  const resemblance = UserIdCell.resemblance(userIds)
  return yield* fail(
    new UnknownUsers({
      userIds,
      licenseIds: [...new Set(listed.map(({ licenseId }) => licenseId))],
      ...(resemblance !== undefined && { resemblance })
    })
  )
})

/**
 * Additions come first, so that nobody is temporarily without a license. A prerequisite is added
 * before the license that requires it, and removed after it.
 */
const inOrder = (changes: ReadonlyArray<AssignmentChange>, relations: Relations.Relations) => {
  const rank = ({ change, licenseId }: AssignmentChange) =>
    change === "add" ? relations.depth(licenseId) : Number.MAX_SAFE_INTEGER - relations.depth(licenseId)
  return changes.toSorted(
    Order.combineAll([
      Order.mapInput(Order.Number, rank),
      Order.mapInput(Order.String, ({ licenseId }) => licenseId),
      Order.mapInput(Order.String, ({ userId }) => userId)
    ])
  )
}

const unknownUsers = (pairs: ReadonlyArray<Pair.Pair>): ReadonlyArray<Warning> =>
  [...Map.groupBy(pairs, ({ userId }) => userId)].map(([userId, some]) => ({
    _tag: "UnknownUser",
    userId,
    licenseIds: some.map(({ licenseId }) => licenseId)
  }))

const noDefinition = (pairs: ReadonlyArray<Pair.Pair>): ReadonlyArray<Warning> =>
  [...Map.groupBy(pairs, ({ licenseId }) => licenseId)].map(([licenseId, some]) => ({
    _tag: "NoDefinition",
    licenseId,
    userIds: some.map(({ userId }) => userId)
  }))

/** Warnings about combinations of licenses that the plan would create. */
const consequences = (
  observed: ReadonlyArray<Holding>,
  changes: ReadonlyArray<AssignmentChange>,
  { overlaps, unmet }: Relations.Relations
): ReadonlyArray<Warning> => {
  const changesOf = Map.groupBy(changes, ({ userId }) => userId)
  const found = new Map<string, Warning & { readonly userIds: Array<UserId> }>()
  const add = (warning: Extract<Warning, { _tag: "PrerequisiteMissing" | "AlreadyComprised" }>, userId: UserId) => {
    const key = JSON.stringify(warning)
    const collected = found.get(key) ?? { ...warning, userIds: [] }
    found.set(key, collected)
    collected.userIds.push(userId)
  }
  for (const { id, licenses } of observed) {
    const after = new Set(licenses)
    for (const { change, licenseId } of changesOf.get(id) ?? []) {
      if (change === "add") after.add(licenseId)
      else after.delete(licenseId)
    }
    const before = new Set([...overlaps(licenses), ...unmet(licenses)].map((problem) => JSON.stringify(problem)))
    const isNew = (problem: object) => !before.has(JSON.stringify(problem))
    for (const missing of unmet(after).filter(isNew)) add({ _tag: "PrerequisiteMissing", ...missing, userIds: [] }, id)
    for (const overlap of overlaps(after).filter(isNew)) add({ _tag: "AlreadyComprised", ...overlap, userIds: [] }, id)
  }
  return [...found.values()]
}
