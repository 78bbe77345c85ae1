/**
 * The roles that users have, and the seats that each role needs.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { LicenseService } from "@genesys-license/client/LicenseService"
import type { LicenseId, RoleId } from "@genesys-license/schema/Ids"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as RoleCost from "../licenses/RoleCost.ts"

export interface RoleInUse {
  readonly roleId: RoleId
  readonly name?: string
  /** The number of users who have the role. */
  readonly users: number
  /** The licenses that a user with only this role needs. */
  readonly licenses: ReadonlyArray<LicenseId>
  /** One seat of each license for each user. Another role of the same user may need the same seat. */
  readonly seats: number
}

/** Asks the API for the licenses of each role that is not in `known`, with one request each. The role that needs the most seats comes first. */
export const byCost = Effect.fn("RolesInUse.byCost")(function* (
  roles: ReadonlyArray<Pick<RoleInUse, "roleId" | "name" | "users">>,
  known: ReadonlyMap<RoleId, ReadonlyArray<LicenseId>>
): Effect.fn.Return<ReadonlyArray<RoleInUse>, GenesysError, LicenseService> {
  const asked = roles.filter(({ roleId }) => !known.has(roleId)).map(({ roleId }) => ({ roleIds: [roleId] }))
  const needs = new Map(known)
  for (const [{ roleIds }, licenses] of yield* RoleCost.ofSets(asked)) needs.set(roleIds[0]!, licenses)
  return roles
    .map((role) => {
      const licenses = needs.get(role.roleId) ?? []
      return { ...role, licenses, seats: role.users * licenses.length }
    })
    .sort((a, b) => b.seats - a.seats || b.users - a.users || Order.String(a.roleId, b.roleId))
})
