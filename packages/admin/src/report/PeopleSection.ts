/**
 * The people of each finding by name, the oldest login first. Lists are collapsed on the
 * screen; on paper, only their beginning is printed.
 */
import type { Activity, Found, Holder } from "../look/Activity.ts"
import * as Profile from "../people/Profile.ts"
import * as Decisions from "./Decisions.ts"
import { together } from "./Holders.ts"
import { type Content, count, type Markup, markup, named, number, some, table } from "./Markup.ts"
import type * as Sheets from "./Sheets.ts"

export interface Options {
  /** How many people to name for each finding. */
  readonly listed: number
  readonly sheets: Decisions.SheetNames
}

/** How many rows are printed. `style.ts` hides the others. */
const printed = 20

export const section = (activity: Activity, options: Options): Content => {
  const { asOf, inactive, inactiveDays, neverLoggedIn, noLoginKnown, notActive, unknown } = activity
  const days = count(inactiveDays, "day")
  const parts = [
    part("notActive", "Leavers who still hold a seat", notActive, "leavers", options),
    part("inactive", `Idle: no login for ${days}`, inactive, "idle", options),
    part("neverLoggedIn", "Never logged in", neverLoggedIn, "never", options),
    part("noLoginKnown", "Last login not known", noLoginKnown, "not-known", options),
    part("unknown", "Nothing known", unknown, "not-known", options)
  ]
  return markup`<section id="people">
<h2>People</h2>
<p class="note">License holders as of ${asOf.slice(0, 10)}, the oldest login first. Each login shows its source: a password, a token or the CSV.</p>
${parts.some((part) => part !== undefined) ? parts : markup`<p>There are no findings about people.</p>`}
</section>`
}

const part = (id: string, title: string, { listed, users }: Found, kind: Sheets.Kind, options: Options): Content => {
  if (users === 0) return undefined
  const { first } = some(listed, options.listed)
  const sheet = Decisions.link(options.sheets[kind])
  return markup`<h3 id="${id}">${title}</h3>
${first.length === 0 ? markup`<p>${count(users, "user")}${sheet !== false && [": ", sheet]}</p>` : list(title, first, users, sheet)}
`
}

const list = (title: string, first: ReadonlyArray<Holder>, users: number, sheet: Content): Markup => {
  const summary = first.length < users ? `${number(first.length)} of ${count(users, "user")}` : count(users, "user")
  const isMore = first.length < users
  return markup`<details><summary>${summary}</summary>
${table({
  caption: title,
  isTitled: true,
  kind: "people",
  columns: [
    "User",
    { text: "Department" },
    { text: "Division" },
    { text: "Manager" },
    { text: "Last login" },
    { text: "State" },
    { text: "Licenses" }
  ],
  rows: first.map((holder) => [
    user(holder),
    known(holder.department),
    known(holder.division),
    known(holder.manager),
    lastLogin(holder),
    known(holder.state),
    together(holder.licenses)
  ])
})}</details>
${isMore && markup`<p class="more">${count(users - first.length, "more user")}: ${sheet === false ? "use --list to name more" : ["all are in ", sheet]}</p>`}
${first.length > printed && markup`<p class="on-paper">Only the first ${String(printed)} of ${count(users, "user")} are printed${sheet !== false && [": all are in ", sheet]}.</p>`}`
}

const known = (text: string | undefined) => text !== undefined && named(text)

const lastLogin = ({ lastLogin, lastLoginFrom = "" }: Holder): Content =>
  lastLogin !== undefined &&
  markup`${named(lastLogin.slice(0, 10))}${Profile.sourceNames[lastLoginFrom] !== undefined && markup` <small>${Profile.sourceNames[lastLoginFrom]}</small>`}`

/** A user by name, else by e-mail address or id. The sheet has all ids. */
const user = ({ email, name, userId }: Holder): Content => {
  const title = Profile.called({ ...(name !== undefined && { name }), ...(email !== undefined && { email }) })
  if (title === undefined) return markup`<span class="id">${named(userId)}</span>`
  return markup`${named(title)}${name !== undefined && email !== undefined && markup`<small>${named(email)}</small>`}`
}
