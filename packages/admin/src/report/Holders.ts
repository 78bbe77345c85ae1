/**
 * Who holds what: totals, licenses, and combinations of licenses.
 */
import type { Activity } from "../look/Activity.ts"
import * as ActivityCounts from "../look/ActivityCounts.ts"
import type { Audit, HeldTogether, LicenseHolders } from "../look/Audit.ts"
import * as Bar from "./Bar.ts"
import {
  andMore,
  type Content,
  count,
  type Markup,
  markup,
  named,
  number,
  percent,
  some,
  table,
  type Term,
  terms
} from "./Markup.ts"

/** The maximum number of rows that people can still read. */
const most = { licenses: 100, combinations: 15, together: 5, perUser: 6 }

export const totals = ({ licenses, unlicensed, users }: Audit): Markup => {
  const held = licenses.filter((license) => license.users > 0).length
  const list: ReadonlyArray<Term> = [
    { name: "Users", value: number(users) },
    { name: "With a license", value: number(users - unlicensed), note: percent(users - unlicensed, users) },
    { name: "Without a license", value: number(unlicensed), note: percent(unlicensed, users) },
    { name: "Licenses in use", value: number(held), note: `of ${number(licenses.length)} known` }
  ]
  return terms(list, "totals")
}

/** The legend for the bars of licenses and groups. */
export const legend = (activity: Activity): Markup =>
  Bar.legend([
    ["plain", `logged in within ${count(activity.inactiveDays, "day")}`],
    ["striped", "could give a seat back: leavers, idle, or never logged in"],
    ["dotted", "last login not known"]
  ])

/** The parts of a bar for a group of license holders. */
export const parts = (licensed: number, counts: ActivityCounts.ActivityCounts | undefined): ReadonlyArray<Bar.Part> => {
  const { couldGiveBack, notKnown } = counts ?? ActivityCounts.none()
  return [
    { kind: "striped", value: couldGiveBack },
    { kind: "dotted", value: notKnown },
    { kind: "plain", value: licensed - couldGiveBack - notKnown }
  ]
}

/** The columns about holders. "Never" is hidden if it is empty, because only a CSV can fill it. */
export const columnsOf = (activity: Activity) =>
  (["notActive", "inactive", "neverLoggedIn", "notKnown"] as const)
    .filter((key) => key !== "neverLoggedIn" || activity.neverLoggedIn.users > 0)
    .map((key) => ({
      text: { notActive: "Leavers", inactive: "Idle", neverLoggedIn: "Never logged in", notKnown: "Not known" }[key],
      of: (counts: ActivityCounts.ActivityCounts) => number(counts[key])
    }))

export const licenses = ({ activity, licenses, unlicensed, users }: Audit): Markup => {
  const listed = some(licenses, most.licenses)
  const of = new Map(activity?.licenses.map((license) => [license.licenseId, license]))
  const counted = activity === undefined ? [] : columnsOf(activity)
  const full = Math.max(unlicensed, ...licenses.map(({ users }) => users))
  const row = (name: Content, held: number, counts: ActivityCounts.ActivityCounts | undefined) => [
    name,
    number(held),
    Bar.bar(parts(held, counts), full),
    percent(held, users),
    ...counted.map((column) => column.of(counts ?? ActivityCounts.none()))
  ]
  return markup`<section id="licenses">
<h2>Licenses</h2>
<p class="note">A user with several licenses counts for each. The share is of all ${count(users, "user")}.</p>
${activity !== undefined && legend(activity)}
${table({
  caption: "Holders of each license, and their share of all users",
  isTitled: true,
  columns: ["License", "Users", { bar: "Holders" }, "Share", ...counted.map(({ text }) => text)],
  rows: listed.first.map((license) => row(name(license), license.users, of.get(license.licenseId))),
  sum: row(markup`<em>no license</em>`, unlicensed, undefined).map((cell, index) => (index > 3 ? undefined : cell)),
  more: andMore(listed.more, "license")
})}
</section>`
}

const name = ({ description, isDefined, licenseId }: LicenseHolders) =>
  markup`${named(licenseId)}${!isDefined && markup`<span class="tag">no definition</span>`}${description !== undefined && description !== licenseId && markup`<small>${named(description)}</small>`}`

export const combinations = ({ combinations, unlicensed, users }: Audit): Markup => {
  const listed = some(combinations, most.combinations)
  const row = (name: Content, holders: number) => [
    name,
    number(holders),
    Bar.bar([{ kind: "plain", value: holders }], users),
    percent(holders, users)
  ]
  return markup`<section id="combinations">
<h2>Licenses held together</h2>
${
  listed.first.length === 0
    ? markup`<p>Nobody holds a license.</p>`
    : [
        table({
          caption: "Number of licenses per user",
          columns: ["Licenses", "Users", { bar: "Of all users" }, "Share"],
          rows: licensesPerUser(combinations, unlicensed).map(([licenses, holders]) =>
            row(
              licenses === 0
                ? "no license"
                : `${count(licenses, "license")}${licenses === most.perUser ? " or more" : ""}`,
              holders
            )
          )
        }),
        table({
          caption: "The most common combinations: users who hold exactly these licenses",
          columns: ["Licenses", "Users", { bar: "Of all users" }, "Share"],
          rows: listed.first.map(({ licenseIds, users }) => row(together(licenseIds), users)),
          more: andMore(listed.more, "combination")
        })
      ]
}
</section>`
}

/** `cloudCX2 + gcSTAupgrade` */
export const together = (ids: ReadonlyArray<string>): string => {
  const { first, more } = some(ids, most.together)
  return first.map(named).join(" + ") + (more > 0 ? ` and ${number(more)} more` : "")
}

const licensesPerUser = (combinations: ReadonlyArray<HeldTogether>, unlicensed: number) => {
  const holders = new Map([[0, unlicensed]])
  for (const { licenseIds, users } of combinations) {
    const licenses = Math.min(licenseIds.length, most.perUser)
    holders.set(licenses, (holders.get(licenses) ?? 0) + users)
  }
  return [...holders].filter(([, users]) => users > 0).sort(([a], [b]) => a - b)
}
