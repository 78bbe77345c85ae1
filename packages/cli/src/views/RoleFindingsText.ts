/**
 * Seats beside roles, for people.
 */
import type { Audit } from "@genesys-license/admin/look/Audit"
import type { Missing, Unneeded } from "@genesys-license/admin/look/RoleFindings"
import * as Table from "../terminal/Table.ts"
import * as FoundUsers from "./FoundUsers.ts"

/** How many findings a reader wants to see; the other formats have all. */
const shown = 20

/** Each with its title; none where there is nothing to say. */
export const sections = ({ people, roles }: Audit, width: number): ReadonlyArray<string> => {
  if (roles === undefined) return []
  const { missing, unknown, unneeded } = roles
  return [
    section("Held, and needed by no role of the holder", people, unneeded, surplus, width),
    section("Needed by a role, and not held", people, missing, lack, width),
    unknown === 0
      ? ""
      : `The roles of ${Table.count(unknown, "licensed user")} are not known. Nothing is found of them.`
  ]
}

const surplus = ({ instead, licenseId }: Unneeded) =>
  instead.length === 0 ? licenseId : `${licenseId}, where ${instead.join(" + ")} would do`

const lack = ({ licenseId, roles }: Missing) =>
  `${licenseId}, for ${roles.map(({ name, roleId }) => name ?? roleId).join(" + ")}`

const section = <F extends Unneeded | Missing>(
  title: string,
  people: Audit["people"],
  findings: ReadonlyArray<F>,
  name: (finding: F) => string,
  width: number
) => {
  if (findings.length === 0) return ""
  const first = findings.slice(0, shown)
  const hidden = findings.length - first.length
  const more = hidden > 0 ? [`  and ${Table.number(hidden)} more`] : []
  return [title, "", FoundUsers.render(people, first, name, width), ...more].join("\n")
}
