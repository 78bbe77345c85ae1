/**
 * What changed between two readings of the organization.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"
import type { Snapshot } from "./Snapshot.ts"

/** Who gained and who lost a license. Those who joined or left are among them. */
export interface LicenseChange {
  readonly id: LicenseId
  /** Holders before. */
  readonly before: number
  /** Holders after. */
  readonly after: number
  readonly gained: ReadonlyArray<UserId>
  readonly lost: ReadonlyArray<UserId>
}

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
    for (const id of new Set([...then, ...now])) {
      const change = licenses.get(id) ?? { before: 0, after: 0, gained: [], lost: [] }
      licenses.set(id, change)
      if (then.has(id)) change.before += 1
      if (now.has(id)) change.after += 1
      if (!then.has(id)) change.gained.push(userId)
      if (!now.has(id)) change.lost.push(userId)
    }
  }
  return {
    joined: userIds.filter((id) => !held.has(id)),
    left: userIds.filter((id) => !holds.has(id)),
    licenses: [...licenses]
      .filter(([, { gained, lost }]) => gained.length > 0 || lost.length > 0)
      .map(([id, change]) => ({ id, ...change }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  }
}

/** Whether nothing changed. */
export const isSame = ({ joined, left, licenses }: Comparison): boolean =>
  joined.length === 0 && left.length === 0 && licenses.length === 0
