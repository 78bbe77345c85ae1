/**
 * Which permissions of a role require a license.
 *
 * Use this only to explain a license that the API inferred, never to infer licenses: each
 * organization has its own definitions, they may be incomplete, and they do not contain each
 * other as their names suggest.
 */
import type { PermissionPolicy } from "@genesys-license/schema/authorization/Role"
import type { LicenseId, PermissionId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import * as Policies from "./Policies.ts"
import * as Relations from "./Relations.ts"

export interface CostingPermissions {
  /**
   * The permissions of the policies that require this license: the license grants them, and
   * neither its parts nor its prerequisites do. Empty if the policies or the definition are
   * unknown.
   */
  readonly among: (
    policies: ReadonlyArray<PermissionPolicy> | undefined,
    licenseId: LicenseId
  ) => ReadonlyArray<PermissionId>
}

export const make = (definitions: ReadonlyArray<LicenseDefinition>): CostingPermissions => {
  const relations = Relations.make(definitions)
  const addedBy = new Map<LicenseId, ReadonlyArray<PermissionId>>()

  /** The permissions that a license adds to those of its parts and prerequisites. */
  const permissionsAddedBy = (licenseId: LicenseId) => {
    const known = addedBy.get(licenseId)
    if (known !== undefined) return known
    const implied = new Set(
      [...relations.impliedBy(licenseId)].flatMap((id) => relations.definitions.get(id)?.permissions?.ids ?? [])
    )
    const ids = relations.definitions.get(licenseId)?.permissions?.ids ?? []
    const added = [...new Set(ids)].filter((permission) => !implied.has(permission))
    addedBy.set(licenseId, added)
    return added
  }

  return {
    among: (policies, licenseId) =>
      policies === undefined ? [] : permissionsAddedBy(licenseId).filter(Policies.granting(policies))
  }
}
