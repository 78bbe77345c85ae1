/**
 * Whether a plan still holds: what its users hold now, beside what the plan was
 * made on and what a journal tells of it.
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

/** A change, and whether it is there already. */
export interface Found {
  readonly change: AssignmentChange
  readonly isSo: boolean
}

export interface Todo {
  /** What is still to be sent. */
  readonly send: ReadonlyArray<AssignmentChange>
  /** What a run before has tried, and is there now. */
  readonly found: ReadonlyArray<Found>
  /** What the journal calls done, and is not so now: somebody has reversed it since. */
  readonly reversed: ReadonlyArray<AssignmentChange>
}

type Held = ReadonlyMap<UserId, ReadonlyArray<LicenseId>>
type Since = StalePlan["changes"][number]

/**
 * What is left to do of a plan. Before anything was sent, the users must hold
 * exactly what the plan was made on. Later on, what was not sent yet must not have
 * changed; the rest may have, as the server goes along. All of it is read, also
 * what is done: a journal tells what was so when it was written.
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
    // Who has left holds nothing any more: what they lost is lost.
    reversed: plan.changes.filter(
      (change) => isDone(change) && !isSo(change, held) && (held.has(change.userId) || change.change === "add")
    )
  }
})

/** Whether changes are there, as far as the organization knows their users. */
export const readBack = Effect.fnUntraced(function* (
  changes: ReadonlyArray<AssignmentChange>
): Effect.fn.Return<ReadonlyArray<Found>, GenesysError, LicenseService> {
  const license = yield* LicenseService
  const held = yield* license.getUsers(changes.map(({ userId }) => userId))
  return changes.map((change) => ({ change, isSo: isSo(change, held) }))
})

/** With the names that the plan has. */
const named = (changes: ReadonlyArray<Since>, { people = [] }: Plan): ReadonlyArray<Since> => {
  const known = new Map(people.map((person) => [person.userId, Profile.called(person)]))
  return changes.map((change) => {
    const name = known.get(change.userId)
    return name === undefined ? change : { ...change, name }
  })
}

/** A user who is not there neither has a license nor lost it by us. */
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
    const since = (since: "gained" | "lost") => (licenseId: LicenseId) => ({ userId: id, licenseId, since })
    return [
      ...now.filter((licenseId) => !licenses.includes(licenseId)).map(since("gained")),
      ...licenses.filter((licenseId) => !now.includes(licenseId)).map(since("lost"))
    ]
  })
  return [...left, ...others]
}
