/**
 * How reliable the page is: when the organization was read, whether the reading was
 * complete, and what is not known.
 */
import * as Drift from "@genesys-license/client/Drift"
import * as Duration from "effect/Duration"
import type { Audit } from "../look/Audit.ts"
import { type Content, count, type Markup, markup, number, type Term, terms } from "./Markup.ts"

export interface Reading {
  readonly moment: Markup
  readonly requests?: number | undefined
  readonly took?: Duration.Duration | undefined
}

/** A warning at the top of the page, if the numbers may be wrong. */
export const moved = (drift: Drift.Drift | undefined): Content =>
  drift !== undefined &&
  !isWhole(drift) &&
  markup`<p class="notice" role="note">${
    drift.possiblyMissed > 0
      ? `The list of users changed while it was read: up to ${count(drift.possiblyMissed, "user")} may be missing.`
      : "The list of users changed while it was read. Probably nobody is missing."
  }</p>`

const isWhole = (drift: Drift.Drift) => drift.confirmed || Drift.isStill(drift)

export const section = (audit: Audit, reading: Reading): Markup => markup`<section id="reading">
<h2>How the data was read</h2>
${terms(facts(audit, reading), "facts")}
<h3 id="caveats">What is not known</h3>
<ul>${audit.caveats.map((caveat) => markup`<li>${caveat}</li>`)}</ul>
</section>`

const facts = ({ activity, drift, users }: Audit, { moment, requests, took }: Reading): ReadonlyArray<Term> => [
  { name: "Read", value: moment },
  {
    name: "Users",
    value: number(users),
    note: drift?.total === undefined ? undefined : `The server reported ${number(drift.total)}.`
  },
  { name: "Complete", value: completeness(drift) },
  ...(activity === undefined
    ? []
    : [
        {
          name: "People",
          value: `Data about ${number(activity.known)} of ${count(users, "user")} is available.`,
          note:
            activity.notInOrganization > 0 &&
            `${count(activity.notInOrganization, "row")} of the CSV ${activity.notInOrganization === 1 ? "matches" : "match"} no user of the organization.`
        },
        {
          name: "Idle",
          value: `A user is idle if the last login is known and more than ${count(activity.inactiveDays, "day")} ago.`
        }
      ]),
  ...(requests === undefined ? [] : [{ name: "Requests", value: number(requests) }]),
  ...(took === undefined ? [] : [{ name: "Duration", value: duration(took) }])
]

const completeness = (drift: Drift.Drift | undefined): string => {
  if (drift === undefined) return "Not known: there is no record of whether the list changed."
  if (drift.confirmed) return "Yes: two passes found the same users."
  if (Drift.isStill(drift)) return "Yes: no change was seen while the list was read."
  const changes = [
    drift.grew > 0 && `it grew by ${number(drift.grew)}`,
    drift.shrank > 0 && `it shrank by ${number(drift.shrank)}`,
    drift.duplicates > 0 && `${count(drift.duplicates, "user")} appeared twice`,
    drift.gone > 0 && `${count(drift.gone, "user")} of an earlier pass disappeared`
  ].filter((change) => change !== false)
  return `Not certain: the list changed while it was read${changes.length > 0 ? ` (${changes.join(", ")})` : ""}.`
}

/** `8.4 s`, `2m 5s` */
const duration = (took: Duration.Duration) => {
  const seconds = Duration.toSeconds(took)
  return seconds < 60 ? `${seconds.toFixed(1)} s` : Duration.format(Duration.seconds(Math.round(seconds)))
}
