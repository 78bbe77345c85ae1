/**
 * Explains the licenses of a user: the roles that need each license, how the user got these
 * roles, and the permissions of a role that need the license.
 *
 * The API infers which licenses roles need. It does not show how a license was assigned. A
 * license that no role needs was assigned manually, or licenses do not follow roles.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import { RoleService } from "@genesys-license/client/RoleService"
import type { RoleReference } from "@genesys-license/schema/authorization/Role"
import type { LicenseId, PermissionId, RoleId, UserId } from "@genesys-license/schema/Ids"
import type { Person } from "@genesys-license/schema/users/Person"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as CostingPermissions from "../licenses/CostingPermissions.ts"
import * as Relations from "../licenses/Relations.ts"
import * as RoleCost from "../licenses/RoleCost.ts"
import * as RoleDirectory from "../licenses/RoleDirectory.ts"

/** How a user got a role. If the grants do not show it, `direct` is false and `groupIds` is empty. */
export interface Grants {
  /** Whether the role is assigned to the user directly. */
  readonly direct: boolean
  /** The groups of the user that have the role. The API returns no group names here. */
  readonly groupIds: ReadonlyArray<string>
}

/** A role that needs a license. */
export interface BringingRole extends Grants {
  readonly roleId: RoleId
  /** Absent if it is not known. */
  readonly name?: string
  /** The permissions of the role that need the license. Empty if the definitions or policies do not show them. */
  readonly permissions: ReadonlyArray<PermissionId>
}

/** A license of a user, and the roles that need it. */
export interface HeldLicense {
  readonly licenseId: LicenseId
  /** The roles that need the license on their own. */
  readonly roles: ReadonlyArray<BringingRole>
  /** Whether no single role needs the license, but all roles together do. */
  readonly together: boolean
  /** Licenses that the roles need, and that include or require this one. */
  readonly impliedBy: ReadonlyArray<LicenseId>
}

/** The licenses of a user, with the reason for each. */
export interface Why {
  readonly userId: UserId
  /** Absent if it is not known. */
  readonly name?: string
  /** Absent if it is not known. */
  readonly email?: string
  /** The roles of the user, including those from groups. Absent if they are not known. */
  readonly roles?: ReadonlyArray<RoleReference>
  /** Each license that the user holds. */
  readonly licenses: ReadonlyArray<HeldLicense>
}

/** Reads the licenses of a user, and explains them by the roles and groups of `person`. */
export const run = Effect.fn("Why.run")(function* (
  userId: UserId,
  person: Person | undefined
): Effect.fn.Return<Why, GenesysError, LicenseService | RoleService> {
  const license = yield* LicenseService
  const { id, licenses } = yield* license.getUser(userId)
  const { email, name } = person ?? {}
  const who = { userId: id, ...(name !== undefined && { name }), ...(email !== undefined && { email }) }
  const held = [...new Set(licenses.map(({ id }) => id))]
  if (person?.authorization === undefined) {
    const nothing = { roles: [], together: false, impliedBy: [] }
    return { ...who, licenses: held.map((licenseId) => ({ licenseId, ...nothing })) }
  }

  const roles = [...new Map(person.authorization.roles.map((role) => [role.id, role])).values()]
  const { licenses: together, roles: alone } =
    roles.length === 0 ? { licenses: [], roles: [] } : yield* RoleCost.ofRoles(roles.map(({ id }) => id))
  const definitions = yield* RoleCost.wholeDefinitions
  const relations = Relations.make(definitions)
  const costing = CostingPermissions.make(definitions)

  const needs = new Map(alone.map(({ licenses, roleId }) => [roleId, licenses]))
  const brings = (roleId: RoleId, licenseId: LicenseId) => needs.get(roleId)?.includes(licenseId) ?? false
  const bringing = roles.filter(({ id }) => held.some((licenseId) => brings(id, licenseId)))
  const details = yield* Effect.forEach(
    bringing,
    ({ id, name }) =>
      Effect.map(Effect.all([RoleDirectory.policiesOf({ id }), grantsOf(id, person)]), ([policies, grants]) => ({
        roleId: id,
        ...(name !== undefined && { name }),
        policies,
        ...grants
      })),
    { concurrency: RoleCost.concurrency }
  )

  return {
    ...who,
    roles,
    licenses: held.map((licenseId) => {
      const roles = details
        .filter(({ roleId }) => brings(roleId, licenseId))
        .map(({ policies, ...role }): BringingRole => ({ ...role, permissions: costing.among(policies, licenseId) }))
      const brought = new Set([...together, ...alone.flatMap(({ licenses }) => licenses)])
      return {
        licenseId,
        roles,
        together: roles.length === 0 && together.includes(licenseId),
        impliedBy: [...brought].filter((id) => relations.impliedBy(id).has(licenseId))
      }
    })
  }
})

/** Reads the grants of a role, and stops when the user and all groups of the user are found. */
const grantsOf = Effect.fnUntraced(function* (
  roleId: RoleId,
  { groups = [], id }: Person
): Effect.fn.Return<Grants, GenesysError, RoleService> {
  const sought = new Set([id, ...groups.map(({ id }) => id)])
  const service = yield* RoleService
  const found = yield* service.grants(roleId).pipe(
    Stream.map((grant) => grant.id),
    Stream.filter((id) => sought.has(id)),
    Stream.take(sought.size),
    Stream.runCollect,
    Effect.catchReason("GenesysError", "NotFound", () => Effect.succeed([]))
  )
  const subjects = new Set(found)
  return { direct: subjects.delete(id), groupIds: [...subjects] }
})
