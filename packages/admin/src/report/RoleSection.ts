/**
 * Roles: which of them cost seats, what no role of the holder needs, and what a role needs
 * and its holder lacks.
 */
import type { Missing, RoleFindings, Unneeded } from "../look/RoleFindings.ts"
import type { RoleInUse } from "../look/RolesInUse.ts"
import * as Bar from "./Bar.ts"
import { together } from "./Holders.ts"
import { andMore, type Content, count, type Markup, markup, named, number, some, table } from "./Markup.ts"
import * as Who from "./Who.ts"

/** How many rows a reader can still read. */
const most = { findings: 20, roles: 30 }

export const section = ({ inUse, missing, unknown, unneeded }: RoleFindings, options: Who.Options): Markup =>
  markup`<section id="roles">
<h2>Roles</h2>
${costs(inUse)}
${part("unneeded", "Held, and needed by no role of the holder", "A smaller one would do", unneeded, ({ instead }) => instead, options)}
${part("missing", "Needed by a role, and not held", "Role", missing, ({ roles }) => roles.map(({ name, roleId }) => name ?? roleId), options)}
${unknown > 0 && markup`<p>The roles of ${count(unknown, "licensed user")} are not known. Nothing is found of them.</p>`}
</section>`

const costs = (inUse: ReadonlyArray<RoleInUse>): Content => {
  const costly = inUse.filter(({ seats }) => seats > 0)
  const { first, more } = some(costly, most.roles)
  const full = Math.max(...costly.map(({ seats }) => seats))
  return markup`<h3 id="role-costs">What roles cost</h3>
<p class="note">A seat of each license that the role needs, for each user who has it. Another role of theirs may need the same seat.</p>
${
  costly.length === 0
    ? markup`<p>No role that somebody has needs a license.</p>`
    : table({
        caption: "Roles by the seats that they need",
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
  const isTold = Who.isTold(findings, options)
  const hasNames = findings.some((finding) => names(finding).length > 0)
  const list = table({
    caption: title,
    isTitled: true,
    columns: ["License", ...(hasNames ? [{ text: column }] : []), "Users", ...(isTold ? [{ text: "Who" }] : [])],
    rows: first.map((finding) => [
      named(finding.licenseId),
      ...(hasNames ? [names(finding).map(named).join(" + ")] : []),
      number(finding.users),
      ...(isTold ? [Who.who(finding, options)] : [])
    ]),
    more: andMore(more, "finding")
  })
  return markup`<h3 id="${id}">${title}</h3>
${findings.length === 0 ? markup`<p>None.</p>` : list}`
}
