/**
 * Roles: the seats that each needs, licenses that no role of the user needs, and licenses
 * that a role needs but the user does not hold.
 */
import type { Missing, RoleFindings, Unneeded } from "../look/RoleFindings.ts"
import type { RoleInUse } from "../look/RolesInUse.ts"
import * as Bar from "./Bar.ts"
import { together } from "./Holders.ts"
import { andMore, type Content, count, type Markup, markup, named, number, some, table } from "./Markup.ts"
import * as Who from "./Who.ts"

/** The maximum number of rows that people can still read. */
const most = { findings: 20, roles: 30 }

export const section = ({ inUse, missing, unknown, unneeded }: RoleFindings, options: Who.Options): Markup =>
  markup`<section id="roles">
<h2>Roles</h2>
${costs(inUse)}
${part("unneeded", "Held, but not needed by any role of the user", "Smaller license that is enough", unneeded, ({ instead }) => instead, options)}
${part("missing", "Needed by a role, but not held", "Role", missing, ({ roles }) => roles.map(({ name, roleId }) => name ?? roleId), options)}
${unknown > 0 && markup`<p>The roles of ${count(unknown, "licensed user")} are not known, so the findings do not include them.</p>`}
</section>`

const costs = (inUse: ReadonlyArray<RoleInUse>): Content => {
  const costly = inUse.filter(({ seats }) => seats > 0)
  const { first, more } = some(costly, most.roles)
  const full = Math.max(...costly.map(({ seats }) => seats))
  return markup`<h3 id="role-costs">Seats that roles need</h3>
<p class="note">A role needs one seat of each of its licenses for each of its users. Another role of the same user may need the same seat.</p>
${
  costly.length === 0
    ? markup`<p>No role with users needs a license.</p>`
    : table({
        caption: "Roles by the number of seats they need",
        isTitled: true,
        columns: ["Role", "Users", { text: "Licenses" }, { bar: "Seats, as a bar" }, "Seats"],
        rows: first.map(({ licenses, name, roleId, seats, users }) => [
          named(name ?? roleId),
          number(users),
          together(licenses),
          Bar.bar([{ kind: "plain", value: seats }], full),
          number(seats)
        ]),
        more: andMore(more, "role")
      })
}`
}

const part = <F extends Unneeded | Missing>(
  id: string,
  title: string,
  column: string,
  findings: ReadonlyArray<F>,
  names: (finding: F) => ReadonlyArray<string>,
  options: Who.Options
): Markup => {
  const { first, more } = some(findings, most.findings)
  const hasPeople = Who.hasNames(findings, options)
  const hasNames = findings.some((finding) => names(finding).length > 0)
  const list = table({
    caption: title,
    isTitled: true,
    columns: ["License", ...(hasNames ? [{ text: column }] : []), "Users", ...(hasPeople ? [{ text: "Who" }] : [])],
    rows: first.map((finding) => [
      named(finding.licenseId),
      ...(hasNames ? [names(finding).map(named).join(" + ")] : []),
      number(finding.users),
      ...(hasPeople ? [Who.who(finding, options)] : [])
    ]),
    more: andMore(more, "finding")
  })
  return markup`<h3 id="${id}">${title}</h3>
${findings.length === 0 ? markup`<p>None.</p>` : list}`
}
