/**
 * Licenses beside what is known of their holders: whose could perhaps be freed.
 */
import * as Effect from "effect/Effect"
import type { Activity, Found, Holder } from "../look/Activity.ts"
import type { Audit } from "../look/Audit.ts"
import * as Profile from "../people/Profile.ts"
import * as Chart from "./Chart.ts"
import { together } from "./Holders.ts"
import { andMore, type Content, count, markup, named, number, percent, some, table } from "./Markup.ts"

/** How many rows a reader can still read. */
const most = { bars: 20, licenses: 100, holders: 30, divisions: 30 }

export const section = Effect.fnUntraced(function* (audit: Audit, activity: Activity) {
  const {
    asOf,
    divisions,
    inactive,
    inactiveDays,
    neverLoggedIn,
    noLoginKnown,
    notActive,
    notInOrganization,
    unknown
  } = activity
  const days = count(inactiveDays, "day")
  const of = new Map(activity.licenses.map((license) => [license.licenseId, license]))
  const rows = audit.licenses
    .filter(({ users }) => users > 0)
    .map(({ licenseId, users }) => ({
      inactive: 0,
      neverLoggedIn: 0,
      noLoginKnown: 0,
      notActive: 0,
      unknown: 0,
      ...of.get(licenseId),
      licenseId,
      users
    }))
  const charted = some(
    [...rows].sort((a, b) => b.inactive + b.neverLoggedIn - a.inactive - a.neverLoggedIn),
    most.bars
  )
  const listed = some(rows, most.licenses)
  const chart = yield* Chart.figure({
    label: "Bar chart: last log-in of the holders of each license. The numbers are in the table that follows.",
    caption: "Last log-in; a full bar is all holders of the license",
    parts: [`within ${days}, or not known`, `not for ${days}`, "never"],
    full: 1,
    bars: charted.first.map(({ inactive, licenseId, neverLoggedIn, users }) => ({
      name: licenseId,
      values: [users - inactive - neverLoggedIn, inactive, neverLoggedIn].map((part) => part / users),
      text: `${percent(inactive + neverLoggedIn, users)} idle`
    }))
  })
  const divided = some(divisions, most.divisions)

  return markup`<section id="last-login">
<h2>Last log-in</h2>
<p>As of ${asOf.slice(0, 10)}: ${count(activity.couldGiveBack, "licensed user")} of ${number(audit.users - audit.unlicensed)} could give a seat back. Something is known of ${count(activity.known, "user")} of ${number(audit.users)}${
    notInOrganization > 0 &&
    `; ${count(notInOrganization, "row")} of the CSV ${notInOrganization === 1 ? "fits" : "fit"} nobody in the list of the organization`
  }. Only holders of a license are counted.</p>
${rows.length > 0 && chart}
${table({
  caption: "Holders of each license",
  columns: ["License", "Users", `Not for ${days}`, "Never", "No login known", "Left", "Unknown"],
  rows: [
    ...listed.first.map((row) => [
      named(row.licenseId),
      ...[row.users, row.inactive, row.neverLoggedIn, row.noLoginKnown, row.notActive, row.unknown].map(number)
    ]),
    [
      markup`<em>users, each once</em>`,
      ...[
        audit.users - audit.unlicensed,
        inactive.users,
        neverLoggedIn.users,
        noLoginKnown.users,
        notActive.users,
        unknown.users
      ].map(number)
    ]
  ],
  more: andMore(listed.more, "license")
})}
${holders("inactive", `Licensed, and not logged in for ${days}`, inactive)}
${holders("neverLoggedIn", "Licensed, and never logged in", neverLoggedIn)}
${holders("noLoginKnown", "Licensed, and no login known", noLoginKnown)}
${holders("notActive", "Leavers who still hold a seat", notActive)}
${holders("unknown", "Licensed, and nothing known", unknown)}
${
  divided.first.length > 0 &&
  markup`<h3 id="divisions">Divisions</h3>
${table({
  caption: "Users of each division",
  columns: ["Division", "Users", "Licensed", `Not for ${days}`],
  rows: divided.first.map(({ division, inactive, licensed, users }) => [
    division === "" ? markup`<em>none, or unknown</em>` : named(division),
    ...[users, licensed, inactive].map(number)
  ]),
  more: andMore(divided.more, "division")
})}`
}
</section>`
})

const holders = (id: string, title: string, { listed, users }: Found): Content => {
  if (users === 0) return undefined
  const { first } = some(listed, most.holders)
  return markup`<h3 id="${id}">${title}</h3>
<p>${count(users, "user")}</p>
${
  first.length > 0 &&
  table({
    caption: title,
    isTitled: true,
    columns: ["User", { text: "Division" }, { text: "Last log-in" }, { text: "State" }, { text: "Licenses" }],
    rows: first.map((holder) => [
      user(holder),
      known(holder.division),
      holder.lastLogin !== undefined &&
        markup`<time>${named(holder.lastLogin.slice(0, 10))}</time><span class="under">${Profile.sourceNames[holder.lastLoginFrom ?? ""]}</span>`,
      known(holder.state),
      together(holder.licenses)
    ]),
    more: andMore(users - first.length, "user")
  })
}`
}

const known = (text: string | undefined) => text !== undefined && named(text)

const user = ({ email, name, userId }: Holder) =>
  markup`${name === undefined ? email !== undefined && named(email) : named(name)}${
    name !== undefined && email !== undefined && markup`<span class="under">${named(email)}</span>`
  }<span class="under id">${named(userId)}</span>`
