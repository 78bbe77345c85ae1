/**
 * What is odd about who holds what: in short, and with those whom it concerns.
 */
import type { Activity } from "../look/Activity.ts"
import type { Audit, Found } from "../look/Audit.ts"
import * as Profile from "../people/Profile.ts"
import { andMore, type Content, count, type Markup, markup, named, number, some, table } from "./Markup.ts"
import * as RoleSection from "./RoleSection.ts"

/** How many rows a reader can still read. */
const most = { findings: 20, users: 10, licenses: 100 }

const cases = (found: ReadonlyArray<Found>) => found.reduce((sum, { users }) => sum + users, 0)

const verb = (value: number, one: string, many: string) => (value === 1 ? one : many)

/** A line for each kind of finding that there is, with the way to where more is told. */
export const inShort = (audit: Audit): Markup => {
  const { overlaps, undefinedLicenses, unheld, unlicensed, unmetPrerequisites } = audit
  const line = (found: number, place: string, text: string): Content =>
    found > 0 && markup`<li><a href="#${place}">${text}</a></li>\n`
  const lines = [
    ...activityInShort(audit.activity, line),
    ...RoleSection.inShort(audit.roles, line),
    line(
      cases(overlaps),
      "overlaps",
      `${count(cases(overlaps), "time")} a license is held beside one that contains it.`
    ),
    line(
      cases(unmetPrerequisites),
      "prerequisites",
      `${count(cases(unmetPrerequisites), "time")} a license is held without one that it needs.`
    ),
    line(
      undefinedLicenses.length,
      "undefined",
      `${count(undefinedLicenses.length, "license")} ${verb(undefinedLicenses.length, "is", "are")} held and not defined any more.`
    ),
    line(
      unheld.length,
      "unheld",
      `${count(unheld.length, "license")} could be held, and nobody holds ${verb(unheld.length, "it", "them")}.`
    ),
    line(unlicensed, "unlicensed", `${count(unlicensed, "user")} ${verb(unlicensed, "holds", "hold")} no license.`)
  ].filter((line) => line !== false)
  return markup`<section id="findings-in-short">
<h2>Worth a look</h2>
${lines.length === 0 ? markup`<p>Nothing odd was found.</p>` : markup`<ul>${lines}</ul>`}
</section>`
}

const activityInShort = (
  activity: Activity | undefined,
  line: (found: number, place: string, text: string) => Content
): ReadonlyArray<Content> => {
  if (activity === undefined) return []
  const { inactive, inactiveDays, neverLoggedIn, noLoginKnown, notActive } = activity
  const licensed = (users: number) => count(users, "licensed user")
  return [
    line(
      inactive.users,
      "inactive",
      `${licensed(inactive.users)} ${verb(inactive.users, "has", "have")} not logged in for ${count(inactiveDays, "day")}.`
    ),
    line(
      neverLoggedIn.users,
      "neverLoggedIn",
      `${licensed(neverLoggedIn.users)} ${verb(neverLoggedIn.users, "has", "have")} never logged in.`
    ),
    line(
      notActive.users,
      "notActive",
      `${licensed(notActive.users)} ${verb(notActive.users, "has", "have")} left, and still ${verb(notActive.users, "holds", "hold")} a seat.`
    ),
    line(
      noLoginKnown.users,
      "noLoginKnown",
      `Of ${licensed(noLoginKnown.users)} no login is known, which does not mean that there was none.`
    )
  ]
}

export const inFull = (audit: Audit): Markup => {
  const { overlaps, undefinedLicenses, unheld, unlicensed, unlicensedUserIds, unmetPrerequisites } = audit
  const known = new Map(audit.people?.map((profile) => [profile.userId, profile]))
  const parts = [
    part(
      known,
      "overlaps",
      "Held beside a license that contains it",
      ["License", "Contained in"],
      overlaps.map((found) => ({ ...found, names: [found.licenseId, found.comprisedBy] }))
    ),
    part(
      known,
      "prerequisites",
      "Held without a license that it needs",
      ["License", "Needs"],
      unmetPrerequisites.map((found) => ({ ...found, names: [found.licenseId, found.prerequisite] }))
    ),
    part(
      known,
      "undefined",
      "Held, and not defined any more",
      ["License"],
      undefinedLicenses.map((found) => ({ ...found, names: [found.licenseId] }))
    )
  ]
  return markup`<section id="findings">
<h2>Findings</h2>
${parts}
<h3 id="unheld">Held by nobody</h3>
${unheld.length === 0 ? none : chips(unheld)}
<h3 id="unlicensed">Users without a license</h3>
<p>${unlicensed === 0 ? "None." : count(unlicensed, "user")}</p>
${users({ users: unlicensed, userIds: unlicensedUserIds }, known)}
</section>`
}

const none = markup`<p>None.</p>`

/** A kind of finding, each of them named by a license, or by two. */
const part = (
  known: Known,
  id: string,
  title: string,
  columns: readonly [string, ...ReadonlyArray<string>],
  found: ReadonlyArray<Found & { readonly names: ReadonlyArray<string> }>
): Markup => {
  const [first, ...others] = columns
  const listed = some(found, most.findings)
  const isTold = found.some(({ userIds }) => userIds.length > 0)
  const list = table({
    caption: title,
    isTitled: true,
    columns: [first, ...others.map((text) => ({ text })), "Users", ...(isTold ? [{ text: "Who" }] : [])],
    rows: listed.first.map(({ names, ...holders }) => {
      const [name, ...others] = names.map(named)
      return [name, ...others, number(holders.users), ...(isTold ? [users(holders, known)] : [])]
    }),
    more: andMore(listed.more, "finding")
  })
  return markup`<h3 id="${id}">${title}</h3>
${found.length === 0 ? none : list}
`
}

/** Who they are whose ids are listed, as far as it is known. */
type Known = ReadonlyMap<string, Profile.Readable>

/** Users, as many as were asked for and can be read. */
const users = ({ userIds, users }: Found, known: Known): Content => {
  const { first } = some(userIds, most.users)
  if (first.length === 0) return undefined
  const more = andMore(users - first.length, "user")
  const summary = first.length < users ? `${number(first.length)} of ${count(users, "user")}` : count(users, "user")
  return markup`<details><summary>${summary}</summary>
${first.map((id) => markup`${called(known.get(id))}<span class="id">${named(id)}</span>\n`)}${more !== false && markup`<span class="more">${more}</span>`}</details>`
}

const called = (profile: Profile.Readable | undefined): Content => {
  const text = Profile.addressed(profile ?? {})
  return text !== "" && markup`${named(text)} `
}

const chips = (ids: ReadonlyArray<string>): Markup => {
  const { first, more } = some(ids, most.licenses)
  return markup`<ul class="names">${first.map((id) => markup`<li>${named(id)}</li>`)}</ul>
${more > 0 && markup`<p class="more">${andMore(more, "license")}</p>`}`
}
