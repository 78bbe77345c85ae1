/**
 * Seats beside roles: what no role of the holder needs, and what a role needs and its
 * holder lacks.
 */
import type { Missing, RoleFindings, Unneeded } from "../look/RoleFindings.ts"
import * as Profile from "../people/Profile.ts"
import { andMore, type Content, count, type Markup, markup, named, number, some, table } from "./Markup.ts"

/** How many rows a reader can still read. */
const most = { findings: 20, users: 10 }

/** A line for each kind of finding that there is. */
export const inShort = (
  findings: RoleFindings | undefined,
  line: (found: number, place: string, text: string) => Content
): ReadonlyArray<Content> => {
  if (findings === undefined) return []
  const cases = (found: ReadonlyArray<Unneeded | Missing>) => found.reduce((sum, { users }) => sum + users, 0)
  const [surplus, lacking] = [cases(findings.unneeded), cases(findings.missing)]
  return [
    line(surplus, "unneeded", `${count(surplus, "time")} a license is held that no role of the holder needs.`),
    line(lacking, "missing", `${count(lacking, "time")} a role needs a license that its holder lacks.`)
  ]
}

export const section = (
  { missing, unknown, unneeded }: RoleFindings,
  people: ReadonlyArray<Profile.Readable> = []
): Markup => {
  const known = new Map(people.map((profile) => [profile.userId, Profile.addressed(profile)]))
  return markup`<section id="roles">
<h2>Roles and seats</h2>
${part("unneeded", "Held, and needed by no role of the holder", "A smaller one would do", known, unneeded, ({ instead }) => instead)}
${part("missing", "Needed by a role, and not held", "Role", known, missing, ({ roles }) => roles.map(({ name, roleId }) => name ?? roleId))}
${unknown > 0 && markup`<p>The roles of ${count(unknown, "licensed user")} are not known. Nothing is found of them.</p>`}
</section>`
}

/** What to call the users whose ids are listed, as far as it is known. */
type Known = ReadonlyMap<string, string>

const part = <F extends Unneeded | Missing>(
  id: string,
  title: string,
  column: string,
  known: Known,
  findings: ReadonlyArray<F>,
  names: (finding: F) => ReadonlyArray<string>
): Markup => {
  const { first, more } = some(findings, most.findings)
  const isTold = findings.some(({ userIds }) => userIds.length > 0)
  const list = table({
    caption: title,
    isTitled: true,
    columns: ["License", { text: column }, "Users", ...(isTold ? [{ text: "Who" }] : [])],
    rows: first.map((finding) => [
      named(finding.licenseId),
      names(finding).map(named).join(" + "),
      number(finding.users),
      ...(isTold ? [who(finding, known)] : [])
    ]),
    more: andMore(more, "finding")
  })
  return markup`<h3 id="${id}">${title}</h3>
${findings.length === 0 ? markup`<p>None.</p>` : list}`
}

const who = ({ userIds, users }: Unneeded | Missing, known: Known): Content => {
  const { first } = some(userIds, most.users)
  const more = andMore(users - first.length, "user")
  return (
    first.length > 0 &&
    markup`<details><summary>${count(users, "user")}</summary>
${first.map((id) => markup`${called(known.get(id))}<span class="id">${named(id)}</span>\n`)}${more !== false && markup`<span class="more">${more}</span>`}</details>`
  )
}

const called = (text = ""): Content => text !== "" && markup`${named(text)} `
