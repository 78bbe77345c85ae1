/**
 * The roles of an organization: the users of each, the licenses that it needs, and the
 * permissions that need these licenses.
 */
import type { Drift } from "@genesys-license/client/Drift"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { LicenseService } from "@genesys-license/client/LicenseService"
import type { RoleService } from "@genesys-license/client/RoleService"
import type { UserService } from "@genesys-license/client/UserService"
import type { Role } from "@genesys-license/schema/authorization/Role"
import type { LicenseId, PermissionId, RoleId } from "@genesys-license/schema/Ids"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as CostingPermissions from "../licenses/CostingPermissions.ts"
import * as RoleCost from "../licenses/RoleCost.ts"
import * as RoleDirectory from "../licenses/RoleDirectory.ts"
import * as RolesOfPeople from "../people/RolesOfPeople.ts"

/** A license, and why a role needs it. */
export interface Cost {
  readonly licenseId: LicenseId
  /** The permissions of the role that need the license. Empty if the definitions or policies do not show them. */
  readonly permissions: ReadonlyArray<PermissionId>
  /** The permissions of these that nobody has used for 30 days. Absent if not requested, or not in the answer. */
  readonly unused?: ReadonlyArray<PermissionId>
}

/** A role, its users and the licenses that it needs. */
export interface RoleWithCost {
  readonly roleId: RoleId
  /** Absent if it is not known. */
  readonly name?: string
  /** The number of active users who have the role, directly or through a group. */
  readonly people: number
  /** The first of these users, as many as were requested. */
  readonly listed: ReadonlyArray<RolesOfPeople.Named>
  /** The licenses that the API infers from the role, each with its permissions. */
  readonly costs: ReadonlyArray<Cost>
}

/** The roles of an organization and the licenses that they need. */
export interface RoleReport {
  /** The role with the most users comes first. */
  readonly roles: ReadonlyArray<RoleWithCost>
  /** The number of active users. */
  readonly people: number
  /** Active users whose roles the server did not return. No role counts them. */
  readonly unknown: number
  /** Changes of the list that were seen while it was read. */
  readonly drift?: Drift
}

export interface Options extends RolesOfPeople.Options {
  /** Also find unused permissions. Takes a request for each role that needs a license. Default: false. */
  readonly unused?: boolean | undefined
}

/** Reads the roles, all active users, and what each role needs. */
export const run = Effect.fn("RoleReport.run")(function* (
  options: Options = {}
): Effect.fn.Return<RoleReport, GenesysError, LicenseService | RoleService | UserService> {
  const roles = yield* RoleDirectory.all
  const costing = CostingPermissions.make(yield* RoleCost.wholeDefinitions)
  const { drift, names, people, sets, unknown } = yield* RolesOfPeople.read(options)

  const holders = new Map<RoleId, { people: number; listed: Array<RolesOfPeople.Named> }>()
  for (const set of sets) {
    for (const roleId of set.roleIds) {
      const sum = holders.get(roleId) ?? { people: 0, listed: [] }
      holders.set(roleId, sum)
      sum.people += set.people
      sum.listed.push(...set.listed.slice(0, (options.listed ?? 0) - sum.listed.length))
    }
  }

  // Users may have a role that was created after the list of roles was read.
  const listed = new Set(roles.map(({ id }) => id))
  const unlisted = [...holders.keys()].filter((id) => !listed.has(id)).map((id): Role => ({ id }))
  const all = [...roles, ...unlisted].map((role) => ({ role, roleIds: [role.id] }))
  const needs = yield* RoleCost.ofSets(all)
  const costsOf = Effect.fnUntraced(function* (role: Role, licenses: ReadonlyArray<LicenseId>) {
    const policies = licenses.length === 0 ? undefined : yield* RoleDirectory.policiesOf(role)
    const unused = licenses.length === 0 || !options.unused ? undefined : yield* RoleDirectory.unusedOf(role.id)
    return licenses.map((licenseId): Cost => {
      const permissions = costing.among(policies, licenseId)
      return { licenseId, permissions, ...(unused && { unused: permissions.filter((id) => unused.has(id)) }) }
    })
  })
  const rows = yield* Effect.forEach(
    needs,
    ([{ role }, licenses]) =>
      Effect.map(costsOf(role, licenses), (costs): RoleWithCost => {
        const name = role.name ?? names.get(role.id)
        const none = { people: 0, listed: [] }
        return { roleId: role.id, ...(name !== undefined && { name }), ...(holders.get(role.id) ?? none), costs }
      }),
    { concurrency: RoleCost.concurrency }
  )
  return {
    roles: rows.sort((a, b) => b.people - a.people || Order.String(a.name ?? a.roleId, b.name ?? b.roleId)),
    people,
    unknown,
    ...(drift && { drift })
  }
})
