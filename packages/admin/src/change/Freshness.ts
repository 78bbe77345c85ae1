/**
 * Checks whether a plan is stale. Compares the licenses that its users hold now with the licenses
 * that they held when the plan was made, and with the changes in the journal.
 */
import type { AssignmentChange } from "@genesys-license/client/AssignmentOutcome"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as Effect from "effect/Effect"
import { type AdminError, fail, StalePlan } from "../AdminError.ts"
import type { Journal } from "./Journal.ts"
import * as Pair from "../licenses/Pair.ts"
import * as Profile from "../people/Profile.ts"
import type { Plan } from "./Plan.ts"

/** A change, and whether it is made: the user now holds the added license, or no longer holds the removed one. */
export interface Found {
  readonly change: AssignmentChange
  readonly isSo: boolean
}

export interface Todo {
  /** The changes that are still to be sent. */
  readonly send: ReadonlyArray<AssignmentChange>
  /** The changes that an earlier run tried without a known success, and that the fresh read shows as made. */
  readonly found: ReadonlyArray<Found>
  /** The changes that are done according to the journal, and that somebody has reversed since. */
  readonly reversed: ReadonlyArray<AssignmentChange>
}

type Held = ReadonlyMap<UserId, ReadonlyArray<LicenseId>>
type Since = StalePlan["changes"][number]

/**
 * The remaining changes of a plan. Before the first change is sent, the users must hold exactly
 * the licenses that they held when the plan was made. Later, the plan is stale only if somebody
 * else has made a change that no run has tried yet, or if the user of such a change has left.
 *
 * Reads all users of the plan, even those whose changes are done: somebody may have reversed these
 * changes after the journal was written.
 */
export const check = Effect.fnUntraced(function* (
  plan: Plan,
  { standings }: Journal
): Effect.fn.Return<Todo, AdminError | GenesysError, LicenseService> {
  const license = yield* LicenseService
  const standingOf = (change: AssignmentChange) => standings.get(Pair.key(change))?.standing
  const isDone = (change: AssignmentChange) => ["done", "alreadySo"].includes(standingOf(change) ?? "")
  const open = plan.changes.filter((change) => !isDone(change))
  const held = yield* license.getUsers(plan.changes.map(({ userId }) => userId))
  const untried = open.filter((change) => standingOf(change) === undefined)
  const stale = standings.size === 0 ? anyDifference(plan, held) : changedMeanwhile(untried, held)
  if (stale.length > 0) return yield* fail(new StalePlan({ changes: named(stale, plan) }))

  return {
    send: open.filter((change) => !isSo(change, held)),
    found: open.filter((change) => isSo(change, held)).map((change) => ({ change, isSo: true })),
    // A removal for a user who has left is not reversed: the user holds no licenses.
    reversed: plan.changes.filter(
      (change) => isDone(change) && !isSo(change, held) && (held.has(change.userId) || change.change === "add")
    )
  }
})

/** Reads the users again, and tells which changes are made. For unknown users, no change is made. */
export const readBack = Effect.fnUntraced(function* (
  changes: ReadonlyArray<AssignmentChange>
): Effect.fn.Return<ReadonlyArray<Found>, GenesysError, LicenseService> {
  const license = yield* LicenseService
  const held = yield* license.getUsers(changes.map(({ userId }) => userId))
  return changes.map((change) => ({ change, isSo: isSo(change, held) }))
})

/** Adds the names from the plan. */
const named = (changes: ReadonlyArray<Since>, { people = [] }: Plan): ReadonlyArray<Since> => {
  const known = new Map(people.map((person) => [person.userId, Profile.called(person)]))
  return changes.map((change) => {
    const name = known.get(change.userId)
    return name === undefined ? change : { ...change, name }
  })
}

/** False for both kinds of changes if the organization does not know the user. */
const isSo = ({ change, licenseId, userId }: AssignmentChange, held: Held) =>
  held.get(userId)?.includes(licenseId) === (change === "add")

const changedMeanwhile = (changes: ReadonlyArray<AssignmentChange>, held: Held): ReadonlyArray<Since> =>
  changes.flatMap((change): ReadonlyArray<Since> => {
    const { licenseId, userId } = change
    if (!held.has(userId)) return [{ userId, licenseId, since: "left" }]
    return isSo(change, held) ? [{ userId, licenseId, since: change.change === "add" ? "gained" : "lost" }] : []
  })

const anyDifference = (plan: Plan, held: Held): ReadonlyArray<Since> => {
  const left = changedMeanwhile(
    plan.changes.filter(({ userId }) => !held.has(userId)),
    held
  )
  const others = plan.observed.flatMap(({ id, licenses }): ReadonlyArray<Since> => {
    const now = held.get(id)
    if (now === undefined) return []
    const difference = (since: "gained" | "lost") => (licenseId: LicenseId) => ({ userId: id, licenseId, since })
    return [
      ...now.filter((licenseId) => !licenses.includes(licenseId)).map(difference("gained")),
      ...licenses.filter((licenseId) => !now.includes(licenseId)).map(difference("lost"))
    ]
  })
  return [...left, ...others]
}
