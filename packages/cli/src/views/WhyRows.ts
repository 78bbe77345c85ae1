/**
 * Why somebody holds their licenses, as rows: one for each role that brings a license.
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

/** What there is to say of a license that no role brings by itself. */
export const note = ({ impliedBy, together }: HeldLicense, { roles }: Why): string => {
  if (roles === undefined) return "Genesys Cloud did not tell the roles of this user."
  if (together) return "The roles of this user bring it together, and no one of them alone."
  const none = "No role brings it: assigned by hand, or auto-license is off. The API does not tell which."
  return impliedBy.length === 0 ? none : `${none} It goes with ${impliedBy.join(", ")}, which a role brings.`
}
