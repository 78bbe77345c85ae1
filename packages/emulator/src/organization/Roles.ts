/**
 * The roles of an organization in the format of the Authorization API, which groups permissions into
 * policies by domain and entity.
 */
import type { Grant } from "@genesys-license/schema/authorization/Grant"
import type { PermissionPolicy, Role } from "@genesys-license/schema/authorization/Role"
import type { UserId } from "@genesys-license/schema/Ids"
import { withoutNulls } from "@genesys-license/schema/Lenient"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import type * as Catalog from "./Catalog.ts"
import type { Directory } from "./Directory.ts"
import * as MadeUp from "./MadeUp.ts"
import * as Permissions from "./Permissions.ts"

/** A role. Contains the number of its users only if `userCount` is true, because counting takes time. */
export const shown = ({ id, name, permissions }: Catalog.Role, directory: Directory, userCount: boolean): Role => ({
  id,
  name,
  default: false,
  permissionPolicies: policies(permissions),
  ...(userCount && { userCount: directory.grantees(id).userCount })
})

/** One policy for each entity, in the order of the first permission of each entity. */
export const policies = (permissions: Catalog.Role["permissions"]): ReadonlyArray<PermissionPolicy> => {
  const byEntity = new Map<string, { domain: string; entityName?: string; actionSet: Array<string> }>()
  for (const permission of permissions) {
    const [domain = "", entityName, ...action] = permission.split(":")
    const key = `${domain}:${entityName ?? ""}`
    const policy = byEntity.get(key) ?? { domain, ...(entityName !== undefined && { entityName }), actionSet: [] }
    byEntity.set(key, policy)
    if (action.length > 0) policy.actionSet.push(action.join(":"))
  }
  return [...byEntity.values()]
}

/** The groups and then the users to which a role is granted directly. */
export const subjects = (role: Catalog.Role["id"], directory: Directory): ReadonlyArray<Catalog.Group | UserId> => {
  const { groups, users } = directory.grantees(role)
  return [...groups, ...users]
}

/** The grant of a role. A group has its roles in all divisions, and a user has them in the user's division. */
export const grant = (subject: Catalog.Group | UserId, directory: Directory): Grant => {
  if (typeof subject !== "string") {
    return { id: subject.id, name: subject.name, type: "PC_GROUP", divisions: [{ id: "*" }] }
  }
  const { division, name } = directory.person(subject, []) ?? {}
  return {
    id: subject,
    ...(typeof name === "string" && { name }),
    type: "PC_USER",
    divisions: division ? [withoutNulls(division)] : []
  }
}

/**
 * The permissions of a role that nobody used for 30 days: a random fifth, and none for a role with a custom
 * id. A permission with `*` is replaced by those that it includes.
 */
export const unusedPermissions = (
  { id, permissions }: Catalog.Role,
  seed: string,
  definitions: ReadonlyArray<LicenseDefinition>
): ReadonlyArray<string> => {
  const chance = MadeUp.about(seed, id)
  return chance.isMadeUp
    ? Permissions.expand(permissions, definitions).filter((permission) => chance.isOneOf(20, permission))
    : []
}
