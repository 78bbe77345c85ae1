/**
 * How a plan comes about: what is desired, beside what is held now.
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

/** What may be planned, and how users are read. */
export interface Options extends Reading.Options {
  /** Only what users gain, or only what they lose. Default: both. */
  readonly only?: AssignmentChange["change"] | undefined
  /** Which organization it is: the plan says so. Default: it does not. */
  readonly organization?: OrganizationIdentity | undefined
  /** What becomes of licenses that are to be given and are not defined. Default: `fail`. */
  readonly undefinedLicenses?: "fail" | "leaveOut" | undefined
  /**
   * What becomes of users who shall be the only ones to hold a license, and whom the
   * organization does not know. Any other unknown user is left out. Default: `fail`.
   */
  readonly unknownUsers?: "fail" | "leaveOut" | undefined
}

/**
 * Makes the plan for a desired state. The users that it names are looked up; the
 * whole organization is read only where somebody shall hold exactly something.
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
  const given = named.filter(({ licenseId, state }) => state === "present" && !isDefined(licenseId))
  if (given.length > 0 && options.undefinedLicenses !== "leaveOut") {
    const licenseIds = [...new Set(given.map(({ licenseId }) => licenseId))]
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
  // Whoever was seen with what they should have is not looked up once more.
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

/** Everybody who holds one of the licenses now: the id as the organization spells it, by its sameness. */
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

/** What users hold, and how the organization spells their ids; not at all, if it does not know them. */
const lookUp = Effect.fnUntraced(function* (userIds: ReadonlyArray<UserId>) {
  const license = yield* LicenseService
  // An e-mail address is no id: nobody is to see it on the way.
  const ids = userIds.filter((userId) => !UserIdCell.isEmail(userId))
  const asSpelled = yield* license.getUsers(ids)
  const others = ids.filter((userId) => !asSpelled.has(userId)).flatMap(UserIdCell.otherSpellings)
  const held = new Map([...asSpelled, ...(others.length === 0 ? [] : yield* license.getUsers(others))])
  const spelled = (userId: UserId) => [userId, ...UserIdCell.otherSpellings(userId)].find((id) => held.has(id))
  return { held, spelled }
})

/** Who is on the list of all who shall hold a license, and is not known, may be somebody who would lose it. */
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
 * What users gain comes first, so that nobody is without a license for a while; what
 * a license needs comes before it, and goes after it.
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

/** What is odd about what users hold afterwards, and was not before. */
const consequences = (
  observed: ReadonlyArray<Holding>,
  changes: ReadonlyArray<AssignmentChange>,
  { overlaps, unmet }: Relations.Relations
): ReadonlyArray<Warning> => {
  const changesOf = Map.groupBy(changes, ({ userId }) => userId)
  const found = new Map<string, Warning & { readonly userIds: Array<UserId> }>()
  const note = (warning: Extract<Warning, { _tag: "PrerequisiteMissing" | "AlreadyComprised" }>, userId: UserId) => {
    const key = JSON.stringify(warning)
    const noted = found.get(key) ?? { ...warning, userIds: [] }
    found.set(key, noted)
    noted.userIds.push(userId)
  }
  for (const { id, licenses } of observed) {
    const after = new Set(licenses)
    for (const { change, licenseId } of changesOf.get(id) ?? []) {
      if (change === "add") after.add(licenseId)
      else after.delete(licenseId)
    }
    const before = new Set([...overlaps(licenses), ...unmet(licenses)].map((odd) => JSON.stringify(odd)))
    const isNew = (odd: object) => !before.has(JSON.stringify(odd))
    for (const odd of unmet(after)) if (isNew(odd)) note({ _tag: "PrerequisiteMissing", ...odd, userIds: [] }, id)
    for (const odd of overlaps(after)) if (isNew(odd)) note({ _tag: "AlreadyComprised", ...odd, userIds: [] }, id)
  }
  return [...found.values()]
}
