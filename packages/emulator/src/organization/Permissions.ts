/**
 * Permissions as roles have them: ids such as `routing:queue:join`, in which each of
 * the three parts may be `*`.
 */
import type { PermissionId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"

/** Whether a permission of a role permits what an operation asks for. */
export const permits = (granted: PermissionId, asked: PermissionId): boolean => {
  if (granted === asked || !granted.includes("*")) return granted === asked
  const [parts, wanted] = [granted.split(":"), asked.split(":")]
  return parts.length === wanted.length && parts.every((part, n) => part === "*" || part === wanted[n])
}

/** Every permission by its own id, as far as the definitions of licenses name it. */
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
