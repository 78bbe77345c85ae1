/**
 * A comparison as an HTML page: who gained and who lost which license, by license and division.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import type { Profiles } from "../people/Directory.ts"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { Comparison, LicenseChange } from "../look/Compare.ts"
import * as UserIdCell from "../people/UserIdCell.ts"
import * as Bar from "./Bar.ts"
import { andMore, type Content, count, type Markup, markup, named, number, some, table, terms } from "./Markup.ts"
import * as Page from "./Page.ts"

/** What the page says about the comparison. */
export interface Options {
  /** The name in the title "License changes of …". Default: "the organization". */
  readonly organization?: string | undefined
  /** The time of the earlier state, ISO 8601. */
  readonly before: string
  /** The time of the later state, ISO 8601. */
  readonly after: string
  /** Who the users are. Default: not known, and users are shown by id. */
  readonly people?: Profiles | undefined
  /** How many users to name for each license. Default: 200. */
  readonly listed?: number | undefined
}

/** The maximum number of rows that people can still read. */
const most = { licenses: 100, groups: 100 }

/** Makes the page. The same comparison always gives the same page. */
export const page = Effect.fn("ComparePage.page")(function* (
  comparison: Comparison,
  { after, before, listed = 200, people = new Map(), organization = "the organization" }: Options
): Effect.fn.Return<string> {
  const { joined, left, licenses } = comparison
  const [from, to] = [at(before), at(after)]
  const sum = (key: "gained" | "lost") => number(licenses.reduce((sum, change) => sum + change[key].length, 0))
  return yield* Page.html({
    title: `License changes of ${named(organization)}`,
    day: to.slice(0, 10),
    about: `From ${from} to ${to}`,
    sections: [
      terms(
        [
          { name: "Seats gained", value: sum("gained") },
          { name: "Seats lost", value: sum("lost") },
          { name: "Users who joined", value: number(joined.length) },
          { name: "Users who left", value: number(left.length) }
        ],
        "totals"
      ),
      byLicense(licenses),
      people.size > 0 && byDivision(licenses, people),
      licenses.length > 0 && who(licenses, people, listed),
      users("joined", "Users who joined", joined, people, listed),
      users("left", "Users who left", left, people, listed)
    ]
  })
})

/** Formats the time of a snapshot. A file may contain any text there. */
const at = (iso: string) => {
  const moment = DateTime.make(iso)
  if (moment._tag === "None") return named(iso)
  const text = DateTime.formatIso(moment.value)
  return `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`
}

const legend = Bar.legend([
  ["plain", "gained"],
  ["striped", "lost"]
])

const bar = (gained: number, lost: number, full: number) =>
  Bar.bar(
    [
      { kind: "plain", value: gained },
      { kind: "striped", value: lost }
    ],
    full
  )

const signed = (value: number) => (value > 0 ? `+${number(value)}` : value < 0 ? `−${number(-value)}` : "0")

const byLicense = (licenses: ReadonlyArray<LicenseChange>): Markup => {
  const ordered = [...licenses].sort((a, b) => b.gained.length + b.lost.length - a.gained.length - a.lost.length)
  const listed = some(ordered, most.licenses)
  const full = Math.max(...ordered.map(({ gained, lost }) => gained.length + lost.length))
  return markup`<section id="licenses">
<h2>By license</h2>
${
  ordered.length === 0
    ? markup`<p>Nobody gained or lost a license.</p>`
    : [
        legend,
        table({
          caption: "Holders of each license before and after",
          isTitled: true,
          columns: ["License", "Before", "After", "Change", { bar: "Changes" }, "Gained", "Lost"],
          rows: listed.first.map(({ after, before, gained, licenseId, lost }) => [
            markup`<a href="#${placeOf(licenses, licenseId)}">${named(licenseId)}</a>`,
            number(before),
            number(after),
            signed(after - before),
            bar(gained.length, lost.length, full),
            number(gained.length),
            number(lost.length)
          ]),
          more: andMore(listed.more, "license")
        })
      ]
}
</section>`
}

/** The HTML id of a license. It is a number, because license ids may contain any text. */
const placeOf = (licenses: ReadonlyArray<LicenseChange>, of: string) =>
  `license-${licenses.findIndex(({ licenseId }) => licenseId === of) + 1}`

const byDivision = (licenses: ReadonlyArray<LicenseChange>, people: Profiles): Markup => {
  const groups = new Map<string, { division: string; licenseId: string; gained: number; lost: number }>()
  for (const change of licenses) {
    for (const key of ["gained", "lost"] as const) {
      for (const userId of change[key]) {
        const division = people.get(UserIdCell.sameness(userId))?.division ?? ""
        const id = JSON.stringify([division, change.licenseId])
        const group = groups.get(id) ?? { division, licenseId: change.licenseId, gained: 0, lost: 0 }
        groups.set(id, group)
        group[key] += 1
      }
    }
  }
  const ordered = [...groups.values()].sort((a, b) => b.gained + b.lost - a.gained - a.lost)
  const { first, more } = some(ordered, most.groups)
  const full = Math.max(...ordered.map(({ gained, lost }) => gained + lost))
  return markup`<section id="divisions">
<h2>By division</h2>
${legend}
${table({
  caption: "Gained and lost in each division",
  isTitled: true,
  columns: ["Division", { text: "License" }, { bar: "Changes" }, "Gained", "Lost"],
  rows: first.map(({ division, gained, licenseId, lost }) => [
    division === "" ? markup`<em>none, or not known</em>` : named(division),
    named(licenseId),
    bar(gained, lost, full),
    number(gained),
    number(lost)
  ]),
  more: andMore(more, "row")
})}
</section>`
}

const who = (licenses: ReadonlyArray<LicenseChange>, people: Profiles, listed: number): Markup => {
  const first = licenses.slice(0, most.licenses)
  return markup`<section id="people">
<h2>Who gained and who lost</h2>
${first.map(({ gained, licenseId, lost }) => {
  const changes = [
    ...lost.map((userId) => ["lost", userId] as const),
    ...gained.map((userId) => ["gained", userId] as const)
  ]
  return markup`<h3 id="${placeOf(licenses, licenseId)}">${named(licenseId)}</h3>
${list(`Changes of ${named(licenseId)}`, changes, people, listed)}
`
})}${licenses.length > first.length && markup`<p class="more">${andMore(licenses.length - first.length, "license")}</p>`}
</section>`
}

const users = (id: string, title: string, userIds: ReadonlyArray<UserId>, people: Profiles, listed: number): Content =>
  userIds.length > 0 &&
  markup`<section id="${id}">
<h2>${title}</h2>
${list(
  title,
  userIds.map((userId) => [id, userId] as const),
  people,
  listed
)}
</section>`

/** A list of users. Long lists are collapsed, because the page has many of them. */
const list = (
  caption: string,
  changes: ReadonlyArray<readonly [change: string, userId: UserId]>,
  people: Profiles,
  listed: number
): Markup => {
  const { first, more } = some(changes, listed)
  const isNamed = people.size > 0
  return markup`<details${first.length <= 10 && markup` open="open"`}><summary>${count(changes.length, "user")}</summary>
${table({
  caption,
  isTitled: true,
  kind: isNamed ? "changes" : "ids",
  columns: [
    "User",
    { text: "Change" },
    ...(isNamed ? [{ text: "Department" }, { text: "Division" }, { text: "Manager" }] : [])
  ],
  rows: first.map(([change, userId]) => {
    const { department, division, email, manager, name } = people.get(UserIdCell.sameness(userId)) ?? {}
    const title = name ?? email
    return [
      title === undefined
        ? markup`<span class="id">${named(userId)}</span>`
        : markup`${named(title)}${name !== undefined && email !== undefined && markup`<small>${named(email)}</small>`}`,
      change,
      ...(isNamed ? [department, division, manager].map((text) => text !== undefined && named(text)) : [])
    ]
  }),
  more: more > 0 && `and ${count(more, "more user")}: compare --format csv lists all`
})}</details>`
}
