/**
 * Why somebody holds their licenses: the roles that bring each, how the user came by
 * these roles, and which permissions of a role cost the license.
 *
 * The API infers which licenses roles need. It does not tell how a license was given:
 * one that no role brings was given by hand, or licenses are not assigned by role.
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

/** How somebody came by a role. Neither is so where the grants do not tell. */
export interface Grants {
  /** The role was given to the user. */
  readonly direct: boolean
  /** It was given to these groups of the user. The API gives no names of groups here. */
  readonly groupIds: ReadonlyArray<string>
}

/** A role that brings a license. */
export interface BringingRole extends Grants {
  readonly roleId: RoleId
  /** Absent where it is not known. */
  readonly name?: string
  /** The permissions of the role that cost the license. Empty where the definitions or the policies do not tell. */
  readonly permissions: ReadonlyArray<PermissionId>
}

/** One license of a user, and where it comes from. */
export interface HeldLicense {
  readonly licenseId: LicenseId
  /** The roles that bring it, each of them alone. */
  readonly roles: ReadonlyArray<BringingRole>
  /** No role brings it alone, and all of them together do. */
  readonly together: boolean
  /** Licenses that the roles bring, and of which this one is a part or a prerequisite. */
  readonly impliedBy: ReadonlyArray<LicenseId>
}

/** Why a user holds what they hold. */
export interface Why {
  readonly userId: UserId
  /** Absent where it is not known. */
  readonly name?: string
  /** Absent where it is not known. */
  readonly email?: string
  /** The roles of the user, those from groups included. Absent where they are not known. */
  readonly roles?: ReadonlyArray<RoleReference>
  /** Each license that the user holds. */
  readonly licenses: ReadonlyArray<HeldLicense>
}

/** Reads the licenses of a user, and who has the roles that bring them. `person` with the roles and groups, as far as they are known. */
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

/** Reads who has the role, until everything is found by which this person may have it. */
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
