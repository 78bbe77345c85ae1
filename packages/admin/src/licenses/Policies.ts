/**
 * Which permissions the policies of a role grant.
 *
 * A policy has a domain, an entity and actions, and each of them may be `*`. License definitions
 * list permissions as `domain:entity:action`.
 */
import type { PermissionId } from "@genesys-license/schema/Ids"
import type { PermissionPolicy } from "@genesys-license/schema/authorization/Role"

const any = "*"

/** Whether the policies grant a permission. A policy without a domain or without an entity grants nothing. */
export const granting = (policies: ReadonlyArray<PermissionPolicy>): ((permission: PermissionId) => boolean) => {
  const patterns = new Set(
    policies.flatMap(({ actionSet, domain, entityName }) =>
      domain === undefined || entityName === undefined ? [] : actionSet.map((action) => key(domain, entityName, action))
    )
  )
  return (permission) => {
    const [domain = "", entity = "", ...action] = permission.split(":")
    return [domain, any].some((domain) =>
      [entity, any].some((entity) =>
        [action.join(":"), any].some((action) => patterns.has(key(domain, entity, action)))
      )
    )
  }
}

const key = (domain: string, entity: string, action: string) => `${domain}:${entity}:${action}`
