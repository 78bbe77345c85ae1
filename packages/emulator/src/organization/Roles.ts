/**
 * The roles of an organization as the Authorization API shows them: permission ids
 * become policies, by domain and entity.
 */
import type { Grant } from "@genesys-license/schema/authorization/Grant"
import type { PermissionPolicy, Role } from "@genesys-license/schema/authorization/Role"
import type { UserId } from "@genesys-license/schema/Ids"
import type * as Catalog from "./Catalog.ts"
import type { Directory } from "./Directory.ts"

/** A role; how many users have it, only if asked for. */
export const shown = ({ id, name, permissions }: Catalog.Role, directory: Directory, userCount: boolean): Role => ({
  id,
  name,
  default: false,
  permissionPolicies: policies(permissions),
  ...(userCount && { userCount: directory.inRole(id).length })
})

/** One policy for each entity, in the order in which the entities come first. */
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

/** Somebody who has a role, in the division that they belong to. */
export const grant = (userId: UserId, directory: Directory): Grant => {
  const { division, name } = directory.person(userId) ?? {}
  return { id: userId, ...(name !== undefined && { name }), type: "PC_USER", divisions: division ? [division] : [] }
}
