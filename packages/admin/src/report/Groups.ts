/**
 * Divisions, departments and managers whose users could give seats back, the most seats first.
 */
import type { Activity, ActivityOfGroup } from "../look/Activity.ts"
import * as Bar from "./Bar.ts"
import * as Holders from "./Holders.ts"
import { andMore, type Content, markup, named, number, some, table } from "./Markup.ts"

/** The maximum number of rows on the screen, and on paper (see `style.ts`). */
const most = { groups: 30, printed: 15 }

/** A page that names no people leaves out managers, too. */
export const section = (activity: Activity, namesPeople: boolean): Content => {
  const { departments, divisions, managers } = activity
  const parts = [
    part(
      activity,
      "Division",
      divisions.map((group) => [group.division, group])
    ),
    part(
      activity,
      "Department",
      departments.map((group) => [group.department, group])
    ),
    namesPeople &&
      part(
        activity,
        "Manager",
        managers.map((group) => [group.manager, group])
      )
  ]
  return (
    parts.some((part) => part !== false) &&
    markup`<section id="groups">
<h2>Divisions, departments and managers</h2>
<p class="note">Only users who hold a license. Groups with the most users who could give a seat back come first.</p>
${Holders.legend(activity)}
${parts}
</section>`
  )
}

const part = (
  activity: Activity,
  title: string,
  groups: ReadonlyArray<readonly [name: string, group: ActivityOfGroup]>
): Content => {
  const ordered = groups
    .filter(([, { licensed }]) => licensed > 0)
    .sort(([, a], [, b]) => b.couldGiveBack - a.couldGiveBack || b.licensed - a.licensed)
  // Leave out the table if nobody has, for example, a department.
  if (!ordered.some(([name]) => name !== "")) return false
  const { first, more } = some(ordered, most.groups)
  const full = Math.max(...ordered.map(([, { licensed }]) => licensed))
  const columns = Holders.columnsOf(activity)
  const list = table({
    caption: `By ${title.toLowerCase()}`,
    kind: "groups",
    columns: [title, "Licensed", { bar: "Holders" }, ...columns.map(({ text }) => text)],
    rows: first.map(([name, group]) => [
      name === "" ? markup`<em>none, or not known</em>` : named(name),
      number(group.licensed),
      Bar.bar(Holders.parts(group.licensed, group), full),
      ...columns.map((column) => column.of(group))
    ]),
    more: andMore(more, title.toLowerCase())
  })
  return [
    list,
    first.length > most.printed && markup`<p class="on-paper">Only the first ${String(most.printed)} are printed.</p>`
  ]
}
