/**
 * Who holds what: totals, licenses, and what is held together.
 */
import * as Effect from "effect/Effect"
import type { Audit, HeldTogether, LicenseHolders } from "../look/Audit.ts"
import * as Chart from "./Chart.ts"
import { andMore, count, type Markup, markup, named, number, percent, some, table, type Term, terms } from "./Markup.ts"

/** How many rows a reader can still read. */
const most = { bars: 20, licenses: 100, combinations: 15, together: 5, perUser: 6 }

export const totals = ({ activity, licenses, unlicensed, users }: Audit): Markup => {
  const held = licenses.filter((license) => license.users > 0).length
  const list: ReadonlyArray<Term> = [
    { name: "Users", value: number(users) },
    { name: "With a license", value: number(users - unlicensed), note: percent(users - unlicensed, users) },
    { name: "Without a license", value: number(unlicensed), note: percent(unlicensed, users) },
    { name: "Licenses in use", value: number(held), note: `of ${number(licenses.length)} known` },
    ...(activity === undefined
      ? []
      : [
          {
            name: `Idle for ${count(activity.inactiveDays, "day")}`,
            value: number(activity.inactive.users),
            note: `and ${number(activity.neverLoggedIn.users)} never logged in`
          }
        ])
  ]
  return terms(list, "totals")
}

export const licenses = Effect.fnUntraced(function* ({ licenses, unlicensed, users }: Audit) {
  const held = licenses.filter((license) => license.users > 0)
  const charted = some(held, most.bars)
  const listed = some(licenses, most.licenses)
  const chart = yield* Chart.figure({
    label: `Bar chart: holders of each license, of ${count(users, "user")}. The numbers are in the table that follows.`,
    caption: `Holders of each license; a full bar would be all ${count(users, "user")}.`,
    parts: ["holders"],
    full: users,
    bars: charted.first.map((license) => ({
      name: license.licenseId,
      values: [license.users],
      text: `${number(license.users)} · ${percent(license.users, users)}`
    }))
  })
  return markup`<section id="licenses">
<h2>Licenses</h2>
${held.length > 0 && chart}
${table({
  caption: "Holders and share of all users",
  columns: ["License", "Users", "Share"],
  rows: [
    ...listed.first.map((license) => [name(license), number(license.users), percent(license.users, users)]),
    [markup`<em>no license</em>`, number(unlicensed), percent(unlicensed, users)]
  ],
  more: andMore(listed.more, "license")
})}
<p class="note">Who holds several licenses is counted with each, so that shares can add up to more than 100 %.</p>
</section>`
})

const name = ({ description, isDefined, licenseId }: LicenseHolders) =>
  markup`${named(licenseId)}${!isDefined && markup`<span class="tag">no definition</span>`}${description !== undefined && description !== licenseId && markup`<span class="under">${named(description)}</span>`}`

export const combinations = Effect.fnUntraced(function* ({ combinations, unlicensed, users }: Audit) {
  const listed = some(combinations, most.combinations)
  const chart = yield* Chart.figure({
    label: "Bar chart: how many licenses users hold.",
    caption: "How many licenses a user holds",
    parts: ["users"],
    full: users,
    bars: licensesPerUser(combinations, unlicensed).map(([licenses, holders]) => ({
      name:
        licenses === 0 ? "no license" : `${count(licenses, "license")}${licenses === most.perUser ? " or more" : ""}`,
      values: [holders],
      text: `${number(holders)} · ${percent(holders, users)}`
    }))
  })
  return markup`<section id="combinations">
<h2>Held together</h2>
${users > 0 && chart}
${
  listed.first.length === 0
    ? markup`<p>Nobody holds a license.</p>`
    : table({
        caption: "The most common combinations: users who hold exactly these",
        columns: ["Licenses", "Users", "Share"],
        rows: listed.first.map(({ licenseIds, users: holders }) => [
          together(licenseIds),
          number(holders),
          percent(holders, users)
        ]),
        more: andMore(listed.more, "combination")
      })
}
</section>`
})

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
