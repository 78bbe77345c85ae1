/**
 * Other findings about licenses: the number of users, and the names of the first ones.
 */
import type { Audit, Found } from "../look/Audit.ts"
import { andMore, type Content, count, type Markup, markup, named, number, some, table } from "./Markup.ts"
import * as Who from "./Who.ts"

/** The maximum number of rows that people can still read. */
const most = { findings: 20, licenses: 100 }

const cases = (found: ReadonlyArray<{ readonly users: number }>) => found.reduce((sum, { users }) => sum + users, 0)

const verb = (value: number, one: string, many: string) => (value === 1 ? one : many)

/** A short list: a line for each kind of finding, with a link to its details. */
export const inShort = ({
  overlaps,
  roles,
  undefinedLicenses,
  unheld,
  unlicensed,
  unmetPrerequisites
}: Audit): Content => {
  const line = (found: number, place: string, text: string): Content =>
    found > 0 && markup`<li><a href="#${place}">${text}</a></li>\n`
  const lacking = cases(roles?.missing ?? [])
  const lines = [
    line(
      cases(overlaps),
      "overlaps",
      `${count(cases(overlaps), "case")} of a license held in addition to one that includes it.`
    ),
    line(
      cases(unmetPrerequisites),
      "prerequisites",
      `${count(cases(unmetPrerequisites), "case")} of a license held without a required license.`
    ),
    line(lacking, "missing", `${count(lacking, "case")} of a role that needs a license which the user does not hold.`),
    line(
      undefinedLicenses.length,
      "undefined",
      `${count(undefinedLicenses.length, "license")} ${verb(undefinedLicenses.length, "is", "are")} held but no longer defined.`
    ),
    line(
      unheld.length,
      "unheld",
      `${count(unheld.length, "license")} ${verb(unheld.length, "is", "are")} available, but nobody holds ${verb(unheld.length, "it", "them")}.`
    ),
    line(unlicensed, "unlicensed", `${count(unlicensed, "user")} ${verb(unlicensed, "holds", "hold")} no license.`)
  ].filter((line) => line !== false)
  return (
    lines.length > 0 &&
    markup`<section id="findings-in-short">
<h2>Also worth a look</h2>
<ul>${lines}</ul>
</section>`
  )
}

export const inFull = (audit: Audit, options: Who.Options): Markup => {
  const { overlaps, undefinedLicenses, unheld, unlicensed, unlicensedUserIds, unmetPrerequisites } = audit
  const kinds = [
    {
      id: "overlaps",
      title: "Held in addition to a license that includes it",
      columns: ["License", "Included in"],
      found: overlaps.map((found) => ({ ...found, names: [found.licenseId, found.comprisedBy] }))
    },
    {
      id: "prerequisites",
      title: "Held without a required license",
      columns: ["License", "Needs"],
      found: unmetPrerequisites.map((found) => ({ ...found, names: [found.licenseId, found.prerequisite] }))
    },
    {
      id: "undefined",
      title: "Held, but no longer defined",
      columns: ["License"],
      found: undefinedLicenses.map((found) => ({ ...found, names: [found.licenseId] }))
    }
  ] as const
  const none = [
    ...kinds.filter(({ found }) => found.length === 0).map(({ title }) => title),
    ...(unheld.length === 0 ? ["Held by nobody"] : []),
    ...(unlicensed === 0 ? ["Users without a license"] : [])
  ]
  return markup`<section id="findings">
<h2>Other findings</h2>
${kinds.filter(({ found }) => found.length > 0).map((kind) => part(kind, options))}
${unheld.length > 0 && markup`<h3 id="unheld">Held by nobody</h3>\n${chips(unheld)}`}
${
  unlicensed > 0 &&
  markup`<h3 id="unlicensed">Users without a license</h3>
${Who.who({ users: unlicensed, userIds: unlicensedUserIds }, options) ?? markup`<p>${count(unlicensed, "user")}</p>`}`
}
${none.length > 0 && markup`<p class="note">Checked, but not found: ${none.join("; ")}.</p>`}
</section>`
}

interface Kind {
  readonly id: string
  readonly title: string
  /** The columns for the names of a finding. */
  readonly columns: readonly [string, ...ReadonlyArray<string>]
  readonly found: ReadonlyArray<Found & { readonly names: ReadonlyArray<string> }>
}

/** The table of one kind of finding. A finding is named by one or two licenses. */
const part = ({ columns, found, id, title }: Kind, options: Who.Options): Markup => {
  const [first, ...others] = columns
  const listed = some(found, most.findings)
  const hasNames = Who.hasNames(found, options)
  const list = table({
    caption: title,
    isTitled: true,
    columns: [first, ...others.map((text) => ({ text })), "Users", ...(hasNames ? [{ text: "Who" }] : [])],
    rows: listed.first.map(({ names, ...holders }) => {
      const [name, ...others] = names.map(named)
      return [name, ...others, number(holders.users), ...(hasNames ? [Who.who(holders, options)] : [])]
    }),
    more: andMore(listed.more, "finding")
  })
  return markup`<h3 id="${id}">${title}</h3>
${list}
`
}

const chips = (ids: ReadonlyArray<string>): Markup => {
  const { first, more } = some(ids, most.licenses)
  return markup`<ul class="names">${first.map((id) => markup`<li>${named(id)}</li>`)}</ul>
${more > 0 && markup`<p class="more">${andMore(more, "license")}</p>`}`
}
