/**
 * The first section of the page: seats that could be given to somebody else, the largest
 * group first, with the command that takes them. Users whose last login is not known are
 * listed separately, because nothing can be decided about them.
 */
import { quote } from "@genesys-license/schema/Quote"
import type { Activity } from "../look/Activity.ts"
import type * as ActivityCounts from "../look/ActivityCounts.ts"
import type { Audit } from "../look/Audit.ts"
import type { RoleFindings } from "../look/RoleFindings.ts"
import { type Content, count, joined, type Markup, markup, named, number, some } from "./Markup.ts"
import type * as Sheets from "./Sheets.ts"

/** The file names of the sheets beside the page. */
export type SheetNames = { readonly [K in Sheets.Kind]?: string }

interface Decision {
  readonly title: string
  readonly seats: number
  /** A text after the number of seats, such as `of 3 users`. */
  readonly of: string
  /** The HTML id of the list of its people. */
  readonly place: string
  readonly sheet: Sheets.Kind
  readonly note?: Content
  /** Each command in two parts. A line break is only allowed between them. */
  readonly commands: ReadonlyArray<readonly [string, string]>
}

/** How many commands a card shows. */
const most = { commands: 2 }

export const section = (audit: Audit, sheets: SheetNames): Markup => {
  const { activity, roles, unlicensed, users } = audit
  const decisions = [...ofActivity(activity, sheets), ...(roles === undefined ? [] : ofRoles(roles, sheets))]
    .filter(({ seats }) => seats > 0)
    .sort((a, b) => b.seats - a.seats)
  return markup`<section id="decide">
<h2>What to decide</h2>
${summary(activity, users - unlicensed)}
${decisions.length > 0 && markup`<ol class="decisions">${decisions.map((decision) => card(decision, sheets))}</ol>`}
${notKnown(activity, sheets)}
</section>`
}

const summary = (activity: Activity | undefined, licensed: number): Content => {
  if (activity === undefined) {
    return markup`<p>This audit has no data about people, so it cannot find idle users or leavers. Run it with access to the directory, or with <code>--facts</code>.</p>`
  }
  const seats = activity.licenses.reduce((sum, { couldGiveBack }) => sum + couldGiveBack, 0)
  if (seats === 0)
    return markup`<p>None of ${count(licensed, "licensed user")} is known to be idle or to have left.</p>`
  return markup`<p>${number(activity.couldGiveBack)} of ${count(licensed, "licensed user")} could give back <strong>${count(seats, "seat")}</strong>. People who are in two lists count once here.</p>`
}

const ofActivity = (activity: Activity | undefined, sheets: SheetNames): ReadonlyArray<Decision> => {
  if (activity === undefined) return []
  const { inactive, inactiveDays, licenses, neverLoggedIn, notActive } = activity
  const decision = (
    key: ActivityCounts.Finding,
    { place, sheet, users, ...card }: Pick<Decision, "place" | "sheet" | "title" | "note"> & { readonly users: number }
  ): Decision => {
    const held = licenses.filter((license) => license[key] > 0).sort((a, b) => b[key] - a[key])
    return {
      ...card,
      place,
      sheet,
      of: `of ${count(users, "user")}`,
      seats: held.reduce((sum, license) => sum + license[key], 0),
      commands: held.map(({ licenseId }) => [
        `genesys-license take ${word(licenseId)}`,
        `--from ${file(sheets, sheet)}`
      ])
    }
  }
  const states = Object.entries(notActive.states).map(([state, users]) => `${number(users)} ${named(state)}`)
  return [
    decision("notActive", {
      title: "Leavers who still hold a seat",
      users: notActive.users,
      place: "notActive",
      sheet: "leavers",
      note: `By state: ${states.join(", ")}.`
    }),
    decision("inactive", {
      title: `Idle: no login for ${count(inactiveDays, "day")}`,
      users: inactive.users,
      place: "inactive",
      sheet: "idle",
      note: "Their last login is known, and it is older. This list may include leavers."
    }),
    decision("neverLoggedIn", {
      title: "Never logged in",
      users: neverLoggedIn.users,
      place: "neverLoggedIn",
      sheet: "never",
      note: "According to the CSV. This list may include new users."
    })
  ]
}

const ofRoles = ({ unneeded }: RoleFindings, sheets: SheetNames): ReadonlyArray<Decision> => {
  const seats = unneeded.reduce((sum, { users }) => sum + users, 0)
  return [
    {
      title: "Not needed by any role of the user",
      seats,
      of: `in ${count(unneeded.length, "finding")}`,
      place: "unneeded",
      sheet: "unneeded",
      note: "Some users may need a smaller license instead. Check the table first.",
      commands: [[`genesys-license plan ${file(sheets, "unneeded")}`, "--output plan.json"]]
    }
  ]
}

/** Quotes an id for a shell, so that it is one word and never an option. */
const word = (id: string) => (/^\w[\w.-]*$/.test(id) ? id : `'${quote(id, 500).replaceAll("'", "'\\''")}'`)

/** The sheet to use in a command. Without a sheet, the name that one would have. */
const file = (sheets: SheetNames, kind: Sheets.Kind) => {
  const name = sheets[kind]
  return name === undefined ? `${kind}.csv` : word(name)
}

const card = ({ commands, note, of, place, seats, sheet, title }: Decision, sheets: SheetNames) => {
  const { first, more } = some(commands, most.commands)
  return markup`<li>
<h3>${title}</h3>
<p class="freed"><strong>${count(seats, "seat")}</strong> ${of}</p>
${note !== undefined && markup`<p class="note">${note}</p>`}
<p>${joined([markup`<a href="#${place}">Who they are</a>`, link(sheets[sheet])], " · ")}</p>
${first.map(
  (command) =>
    markup`<pre><code>${joined(
      command.map((words) => markup`<span>${words}</span>`),
      " "
    )}</code></pre>\n`
)}${more > 0 && markup`<p class="note">and the same for ${count(more, "more license", "more licenses")}</p>`}
</li>
`
}

/** A link to a sheet beside the page. */
export const link = (name: string | undefined): Content =>
  name !== undefined && markup`<a href="./${encodeURIComponent(name)}">${named(name)}</a>`

const notKnown = (activity: Activity | undefined, sheets: SheetNames): Content => {
  if (activity === undefined || activity.notKnown === 0) return undefined
  const seats = activity.licenses.reduce((sum, { notKnown }) => sum + notKnown, 0)
  const place = activity.noLoginKnown.users > 0 ? "noLoginKnown" : "unknown"
  return markup`<div class="aside">
<h3>Not known</h3>
<p>The last login of ${count(activity.notKnown, "licensed user")} with <strong>${count(seats, "seat")}</strong> is not known. They may have logged in, so they count neither as idle nor as active. Ask before you decide.</p>
<p>${joined([markup`<a href="#${place}">Who they are</a>`, link(sheets["not-known"])], " · ")}</p>
</div>`
}
