/**
 * Which roles cost seats: who has each, and the licenses that it needs.
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
  /** Users who have it. */
  readonly users: number
  /** The licenses that somebody needs who has this role alone. */
  readonly licenses: ReadonlyArray<LicenseId>
  /** A seat of each of these licenses for each of these users. Another role of theirs may need the same. */
  readonly seats: number
}

/** Asks what each role needs, unless it is `known`: a request for each. The role that costs most seats comes first. */
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
