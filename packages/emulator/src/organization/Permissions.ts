/**
 * The permissions of roles: ids such as `routing:queue:join`. Each of the three parts may be `*`.
 */
import type { PermissionId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"

/** Whether a permission of a role includes the permission that an operation requires. */
export const permits = (granted: PermissionId, asked: PermissionId): boolean => {
  if (granted === asked || !granted.includes("*")) return granted === asked
  const [parts, wanted] = [granted.split(":"), asked.split(":")]
  return parts.length === wanted.length && parts.every((part, n) => part === "*" || part === wanted[n])
}

/** Replaces permissions with `*` by the matching permissions in the license definitions. */
export const expand = (
  permissions: Iterable<PermissionId>,
  definitions: ReadonlyArray<LicenseDefinition>
): ReadonlyArray<PermissionId> => {
  const expanded = new Set<PermissionId>()
  for (const permission of permissions) {
    if (!permission.includes("*")) expanded.add(permission)
    else {
      for (const id of definitions.flatMap(({ permissions }) => permissions?.ids ?? [])) {
        if (permits(permission, id)) expanded.add(id)
      }
    }
  }
  return [...expanded]
}
