/**
 * Compares two states of an organization.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as Order from "effect/Order"
import { HoldingList } from "./HoldingList.ts"
import type { Holding } from "./Snapshot.ts"

/** Who gained and who lost a license, including users who joined or left. */
export interface LicenseChange {
  readonly licenseId: LicenseId
  /** The number of holders before. */
  readonly before: number
  /** The number of holders after. */
  readonly after: number
  /** Users who hold it now but did not before. */
  readonly gained: ReadonlyArray<UserId>
  /** Users who held it before but do not now. */
  readonly lost: ReadonlyArray<UserId>
}

/** The differences between two states. */
export interface Comparison {
  /** Users who did not exist before. */
  readonly joined: ReadonlyArray<UserId>
  /** Users who no longer exist. */
  readonly left: ReadonlyArray<UserId>
  /** The licenses whose holders changed, in the order of ids. */
  readonly licenses: ReadonlyArray<LicenseChange>
}

/** A list of users. */
export interface Users {
  /** The users and their licenses. Each user occurs once. */
  readonly users: Iterable<Holding>
}

/**
 * Compares two snapshots, or other lists of users, in one pass over both. A list that is not
 * in the order of ids is sorted first.
 */
export const compare = (before: Users, after: Users): Comparison => {
  const joined: Array<UserId> = []
  const left: Array<UserId> = []
  const licenses = new Map<LicenseId, { before: number; after: number; gained: Array<UserId>; lost: Array<UserId> }>()
  const changeOf = (licenseId: LicenseId) => {
    const change = licenses.get(licenseId) ?? { before: 0, after: 0, gained: [], lost: [] }
    licenses.set(licenseId, change)
    return change
  }

  for (const [then, now] of pairs(inOrder(before.users), inOrder(after.users))) {
    const userId = (then ?? now)!.id
    if (then === undefined) joined.push(userId)
    if (now === undefined) left.push(userId)
    const held = distinct(then?.licenses ?? [])
    const holds = distinct(now?.licenses ?? [])
    for (const licenseId of held) {
      const change = changeOf(licenseId)
      change.before += 1
      if (!holds.includes(licenseId)) change.lost.push(userId)
    }
    for (const licenseId of holds) {
      const change = changeOf(licenseId)
      change.after += 1
      if (!held.includes(licenseId)) change.gained.push(userId)
    }
  }
  return {
    joined,
    left,
    licenses: [...licenses]
      .filter(([, { gained, lost }]) => gained.length > 0 || lost.length > 0)
      .map(([licenseId, change]) => ({ licenseId, ...change }))
      .sort((a, b) => Order.String(a.licenseId, b.licenseId))
  }
}

/** Pairs the states of each user before and after. A state is undefined if the user did not exist then. */
function* pairs(
  before: Iterable<Holding>,
  after: Iterable<Holding>
): Iterable<readonly [then: Holding | undefined, now: Holding | undefined]> {
  const [thens, nows] = [before[Symbol.iterator](), after[Symbol.iterator]()]
  let [then, now] = [thens.next(), nows.next()]
  while (then.done !== true || now.done !== true) {
    const isBefore = now.done === true || (then.done !== true && then.value.id <= now.value.id)
    const isAfter = then.done === true || (now.done !== true && now.value.id <= then.value.id)
    yield [isBefore ? then.value : undefined, isAfter ? now.value : undefined]
    if (isBefore) then = thens.next()
    if (isAfter) now = nows.next()
  }
}

/** A `HoldingList` is already in order. */
const inOrder = (users: Iterable<Holding>): Iterable<Holding> =>
  users instanceof HoldingList ? users : [...users].sort((a, b) => Order.String(a.id, b.id))

/** A linear search is enough, because users hold few licenses. */
const distinct = (licenses: ReadonlyArray<LicenseId>): ReadonlyArray<LicenseId> =>
  licenses.some((id, at) => licenses.indexOf(id) !== at) ? [...new Set(licenses)] : licenses

/** Whether nothing changed. */
export const isSame = ({ joined, left, licenses }: Comparison): boolean =>
  joined.length === 0 && left.length === 0 && licenses.length === 0
