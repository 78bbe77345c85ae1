/**
 * What changed between two readings of the organization.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as Order from "effect/Order"
import type { Snapshot } from "./Snapshot.ts"

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

type Users = Pick<Snapshot, "users">

/** Compares two snapshots, or anything that has users. Users come in the order of their ids. */
export const compare = (before: Users, after: Users): Comparison => {
  const held = new Map(before.users.map(({ id, licenses }) => [id, licenses]))
  const holds = new Map(after.users.map(({ id, licenses }) => [id, licenses]))
  const userIds = [...new Set([...held.keys(), ...holds.keys()])].sort()
  const licenses = new Map<LicenseId, { before: number; after: number; gained: Array<UserId>; lost: Array<UserId> }>()

  for (const userId of userIds) {
    const then = new Set(held.get(userId))
    const now = new Set(holds.get(userId))
    for (const licenseId of new Set([...then, ...now])) {
      const change = licenses.get(licenseId) ?? { before: 0, after: 0, gained: [], lost: [] }
      licenses.set(licenseId, change)
      if (then.has(licenseId)) change.before += 1
      if (now.has(licenseId)) change.after += 1
      if (!then.has(licenseId)) change.gained.push(userId)
      if (!now.has(licenseId)) change.lost.push(userId)
    }
  }
  return {
    joined: userIds.filter((id) => !held.has(id)),
    left: userIds.filter((id) => !holds.has(id)),
    licenses: [...licenses]
      .filter(([, { gained, lost }]) => gained.length > 0 || lost.length > 0)
      .map(([licenseId, change]) => ({ licenseId, ...change }))
      .sort((a, b) => Order.String(a.licenseId, b.licenseId))
  }
}

/** Whether nothing changed. */
export const isSame = ({ joined, left, licenses }: Comparison): boolean =>
  joined.length === 0 && left.length === 0 && licenses.length === 0
