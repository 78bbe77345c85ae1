/**
 * What changed between two readings of the organization.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as Order from "effect/Order"
import { HoldingList } from "./HoldingList.ts"
import type { Holding } from "./Snapshot.ts"

/** Who gained and who lost a license. Those who joined or left are among them. */
export interface LicenseChange {
  readonly licenseId: LicenseId
  /** Holders before. */
  readonly before: number
  /** Holders after. */
  readonly after: number
  /** Who holds it now and did not before. */
  readonly gained: ReadonlyArray<UserId>
  /** Who held it before and does not now. */
  readonly lost: ReadonlyArray<UserId>
}

/** What is different between two snapshots. */
export interface Comparison {
  /** Users who were not there before. */
  readonly joined: ReadonlyArray<UserId>
  /** Users who are not there any more. */
  readonly left: ReadonlyArray<UserId>
  /** The licenses whose holders are not the same, by id. */
  readonly licenses: ReadonlyArray<LicenseChange>
}

/** Users, each once. */
export interface Users {
  /** Who held what, each user once. */
  readonly users: Iterable<Holding>
}

/**
 * Compares two snapshots, or anything that has users, in one pass over both. Users come in
 * the order of their ids; a list in another order is sorted first.
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

/** What each user held and holds; undefined where they were not there, or are not any more. */
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

/** A `HoldingList` is in order. */
const inOrder = (users: Iterable<Holding>): Iterable<Holding> =>
  users instanceof HoldingList ? users : [...users].sort((a, b) => Order.String(a.id, b.id))

/** Lists of licenses are short. */
const distinct = (licenses: ReadonlyArray<LicenseId>): ReadonlyArray<LicenseId> =>
  licenses.some((id, at) => licenses.indexOf(id) !== at) ? [...new Set(licenses)] : licenses

/** Whether nothing changed. */
export const isSame = ({ joined, left, licenses }: Comparison): boolean =>
  joined.length === 0 && left.length === 0 && licenses.length === 0
