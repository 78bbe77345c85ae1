/**
 * The roles of the organization, with their names and their permissions.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { RoleService } from "@genesys-license/client/RoleService"
import type { PermissionPolicy, Role } from "@genesys-license/schema/authorization/Role"
import type { PermissionId, RoleId } from "@genesys-license/schema/Ids"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type AdminError, AmbiguousRole, fail, UnknownRole } from "../AdminError.ts"
import * as Similar from "./Similar.ts"

/** All roles, in the order of the API. */
export const all: Effect.Effect<ReadonlyArray<Role>, GenesysError, RoleService> = RoleService.use((service) =>
  Stream.runCollect(service.roles())
)

/** The permission policies of a role, which the list of roles may omit. Undefined if the role no longer exists. */
export const policiesOf = (
  role: Role
): Effect.Effect<ReadonlyArray<PermissionPolicy> | undefined, GenesysError, RoleService> =>
  role.permissionPolicies !== undefined
    ? Effect.succeed(role.permissionPolicies)
    : RoleService.use((service) => service.getRole(role.id)).pipe(
        Effect.map(({ permissionPolicies }) => permissionPolicies),
        Effect.catchReason("GenesysError", "NotFound", () => Effect.undefined)
      )

/**
 * The permissions of a role that nobody has used for 30 days, according to the server. Undefined
 * if the server does not report them, or the role no longer exists.
 */
export const unusedOf = (
  roleId: RoleId
): Effect.Effect<ReadonlySet<PermissionId> | undefined, GenesysError, RoleService> =>
  RoleService.use((service) => service.getRole(roleId, { expand: ["unusedPermissions"] })).pipe(
    Effect.map(({ unusedPermissions }) => unusedPermissions && new Set(unusedPermissions)),
    Effect.catchReason("GenesysError", "NotFound", () => Effect.undefined)
  )

/** A role that was given by its id or by its name. */
export interface Named {
  readonly roleId: RoleId
  /** The name of the role. Absent if the role was given by its id. */
  readonly name?: string
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/**
 * Finds roles by ids and names. A UUID is taken as an id, without a check. A name must be the full
 * name of exactly one role; case does not matter. The roles are read once, and only if there are
 * names.
 */
export const named = Effect.fn("RoleDirectory.named")(function* (
  given: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyArray<Named>, AdminError | GenesysError, RoleService> {
  if (given.every((one) => uuid.test(one))) return given.map((roleId) => ({ roleId }))
  const roles = yield* all
  return yield* Effect.forEach(given, (one) => (uuid.test(one) ? Effect.succeed({ roleId: one }) : byName(roles, one)))
})

const byName = (roles: ReadonlyArray<Role>, name: string): Effect.Effect<Named, AdminError> => {
  const matches = roles.filter((role) => role.name !== undefined && sameness(role.name) === sameness(name))
  const [role] = matches
  if (role === undefined) {
    const names = roles.flatMap(({ name }) => (name === undefined ? [] : [name]))
    return Effect.fail(fail(new UnknownRole({ name, similar: Similar.to(name, names) })))
  }
  return matches.length > 1
    ? Effect.fail(fail(new AmbiguousRole({ name, roleIds: matches.map(({ id }) => id) })))
    : Effect.succeed({ roleId: role.id, name: role.name ?? name })
}

const sameness = (name: string) => name.normalize().trim().toLowerCase()
