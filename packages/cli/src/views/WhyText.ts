/**
 * Why a user holds each license, as text for people.
 */
import type { BringingRole, Why } from "@genesys-license/admin/look/Why"
import { quote } from "@genesys-license/schema/Quote"
import * as Table from "../terminal/Table.ts"
import * as WhyRows from "./WhyRows.ts"

/** How many permissions the text shows. Other formats have all. */
const shownPermissions = 10

export const render = (why: Why): string => {
  const { email, licenses, name, userId } = why
  const who = [name, email, userId].filter((part) => part !== undefined).map((part) => quote(part, Infinity))
  const none = licenses.length === 0 ? ["This user holds no license."] : []
  return [
    who.join(", "),
    ...none,
    ...licenses.map((license) => {
      const reasons =
        license.roles.length === 0 ? [`  ${WhyRows.note(license, why)}`] : license.roles.flatMap((role) => reason(role))
      return [quote(license.licenseId, Infinity), ...reasons].join("\n")
    })
  ].join("\n\n")
}

const reason = (role: BringingRole): ReadonlyArray<string> => {
  const hidden = role.permissions.length - shownPermissions
  return [
    `  ${quote(role.name ?? role.roleId, Infinity)} (${through(role)})`,
    ...role.permissions.slice(0, shownPermissions).map((permission) => `    ${quote(permission, Infinity)}`),
    ...(hidden > 0 ? [`    and ${Table.count(hidden, "more permission")}`] : []),
    ...(role.permissions.length === 0 ? ["    It is not known which of its permissions need the license."] : [])
  ]
}

const through = ({ direct, groupIds }: BringingRole) => {
  const groups = groupIds.map((id) => `group ${quote(id, Infinity)}`)
  if (!direct && groups.length === 0) return "the API does not say how the user got this role"
  return [
    ...(direct ? ["assigned to the user"] : []),
    ...(groups.length > 0 ? [`through ${groups.join(", ")}`] : [])
  ].join(" and ")
}
