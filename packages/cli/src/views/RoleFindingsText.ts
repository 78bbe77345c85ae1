/**
 * Role findings of an audit, as text for people.
 */
import type { Audit } from "@genesys-license/admin/look/Audit"
import type { Missing, Unneeded } from "@genesys-license/admin/look/RoleFindings"
import * as Table from "../terminal/Table.ts"
import * as FoundUsers from "./FoundUsers.ts"

/** How many findings the text shows. Other formats have all. */
const shown = 20

/** The sections, each with its title. Empty sections are left out. */
export const sections = ({ people, roles }: Audit, width: number): ReadonlyArray<string> => {
  if (roles === undefined) return []
  const { missing, unknown, unneeded } = roles
  return [
    section("Held, but not needed by any role of the user", people, unneeded, surplus, width),
    section("Needed by a role, but not held", people, missing, lack, width),
    unknown === 0
      ? ""
      : `The roles of ${Table.count(unknown, "licensed user")} are not known, so the role findings do not include them.`
  ]
}

const surplus = ({ instead, licenseId }: Unneeded) =>
  instead.length === 0 ? licenseId : `${licenseId}; ${instead.join(" + ")} would be enough`

const lack = ({ licenseId, roles }: Missing) =>
  `${licenseId}, needed by ${roles.map(({ name, roleId }) => name ?? roleId).join(" + ")}`

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
