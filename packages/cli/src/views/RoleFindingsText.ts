/**
 * Seats beside roles, for people.
 */
import type { RoleFindings, Missing, Unneeded } from "@genesys-license/admin/look/RoleFindings"
import * as Table from "../terminal/Table.ts"

/** How many findings a reader wants to see; the other formats have all. */
const shown = 20

/** Each with its title; none where there is nothing to say. */
export const sections = (findings: RoleFindings | undefined, width: number): ReadonlyArray<string> => {
  if (findings === undefined) return []
  const { missing, unknown, unneeded } = findings
  return [
    section("Held, and needed by no role of the holder", unneeded, surplus, width),
    section("Needed by a role, and not held", missing, lack, width),
    unknown === 0
      ? ""
      : `The roles of ${Table.count(unknown, "licensed user")} are not known. Nothing is found of them.`
  ]
}

const surplus = ({ instead, licenseId }: Unneeded) =>
  instead.length === 0 ? licenseId : `${licenseId}, where ${instead.join(" + ")} would do`

const lack = ({ licenseId, roles }: Missing) =>
  `${licenseId}, for ${roles.map(({ name, roleId }) => name ?? roleId).join(" + ")}`

/** A line for each finding, and beneath it the users that were asked for. */
const section = <F extends Unneeded | Missing>(
  title: string,
  findings: ReadonlyArray<F>,
  name: (finding: F) => string,
  width: number
) => {
  if (findings.length === 0) return ""
  const first = findings.slice(0, shown)
  const hidden = findings.length - first.length
  const table = Table.ofLines(
    first.map((finding) => [name(finding), Table.number(finding.users)]),
    undefined,
    width
  ).split("\n")
  const lines = first.flatMap(({ userIds }, index) => [table[index]!, ...userIds.map((id) => `    ${id}`)])
  const more = hidden > 0 ? [`  and ${Table.number(hidden)} more`] : []
  return [title, "", ...lines, ...more].join("\n")
}
