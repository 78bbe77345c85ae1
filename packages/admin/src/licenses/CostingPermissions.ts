/**
 * Which permissions of a role cost a license.
 *
 * This explains what the API infers, and never replaces it: definitions are the
 * organization's own, may be incomplete, and do not contain one another as their
 * names suggest.
 */
import type { PermissionPolicy } from "@genesys-license/schema/authorization/Role"
import type { LicenseId, PermissionId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import * as Policies from "./Policies.ts"
import * as Relations from "./Relations.ts"

export interface CostingPermissions {
  /**
   * The permissions among the policies that this license grants, and that neither its
   * parts nor its prerequisites grant. Empty where the policies or the definition are
   * not known.
   */
  readonly among: (
    policies: ReadonlyArray<PermissionPolicy> | undefined,
    licenseId: LicenseId
  ) => ReadonlyArray<PermissionId>
}

export const make = (definitions: ReadonlyArray<LicenseDefinition>): CostingPermissions => {
  const relations = Relations.make(definitions)
  const own = new Map<LicenseId, ReadonlyArray<PermissionId>>()

  const ownOf = (licenseId: LicenseId) => {
    const known = own.get(licenseId)
    if (known !== undefined) return known
    const lesser = new Set(
      [...relations.impliedBy(licenseId)].flatMap((id) => relations.definitions.get(id)?.permissions?.ids ?? [])
    )
    const ids = relations.definitions.get(licenseId)?.permissions?.ids ?? []
    const found = [...new Set(ids)].filter((permission) => !lesser.has(permission))
    own.set(licenseId, found)
    return found
  }

  return {
    among: (policies, licenseId) => (policies === undefined ? [] : ownOf(licenseId).filter(Policies.granting(policies)))
  }
}
