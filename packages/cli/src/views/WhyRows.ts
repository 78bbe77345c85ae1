/**
 * Why a user holds each license, as rows: one for each role that needs the license.
 */
import type { HeldLicense, Why } from "@genesys-license/admin/look/Why"
import type * as Row from "../terminal/Row.ts"

export const columns = ["licenseId", "role", "direct", "groups", "permissions", "roleId", "note"]

export const make = (why: Why): ReadonlyArray<Row.Row> =>
  why.licenses.flatMap((license): ReadonlyArray<Row.Row> => {
    const { licenseId, roles } = license
    if (roles.length === 0) return [{ licenseId, note: note(license, why) }]
    return roles.map(({ direct, groupIds, name, permissions, roleId }) => ({
      licenseId,
      ...(name !== undefined && { role: name }),
      direct,
      groups: groupIds,
      permissions,
      roleId
    }))
  })

/** The explanation of a license that no single role needs. */
export const note = ({ impliedBy, together }: HeldLicense, { roles }: Why): string => {
  if (roles === undefined) return "Genesys Cloud did not return the roles of this user."
  if (together) return "No single role of this user needs it, but the roles together do."
  const none =
    "No role of this user needs it. It was assigned manually, or auto-license is off; the API does not say which."
  return impliedBy.length === 0 ? none : `${none} It belongs to ${impliedBy.join(", ")}, which a role needs.`
}
