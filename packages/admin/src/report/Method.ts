/**
 * How far a page can be trusted: when the organization was read, whether all of it was,
 * and what is not known.
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

/** Before all numbers, when they may be wrong. */
export const moved = (drift: Drift.Drift | undefined): Content =>
  drift !== undefined &&
  !isWhole(drift) &&
  markup`<p class="notice" role="note">${
    drift.possiblyMissed > 0
      ? `The list of users moved while it was read: up to ${count(drift.possiblyMissed, "user")} may be missing.`
      : "The list of users moved while it was read; as far as can be told, nobody is missing."
  }</p>`

const isWhole = (drift: Drift.Drift) => drift.confirmed || Drift.isStill(drift)

export const section = (audit: Audit, reading: Reading): Markup => markup`<section id="reading">
<h2>How it was read</h2>
${terms(facts(audit, reading), "facts")}
<h3 id="caveats">What is not known</h3>
<ul>${audit.caveats.map((caveat) => markup`<li>${caveat}</li>`)}</ul>
</section>`

const facts = ({ activity, drift, users }: Audit, { moment, requests, took }: Reading): ReadonlyArray<Term> => [
  { name: "Read", value: moment },
  {
    name: "Users",
    value: number(users),
    note: drift?.total === undefined ? undefined : `The list counts ${number(drift.total)}.`
  },
  { name: "Complete", value: completeness(drift) },
  ...(activity === undefined
    ? []
    : [
        {
          name: "People",
          value: `Something is known of ${count(activity.known, "user")} of ${number(users)}.`,
          note:
            activity.notInOrganization > 0 &&
            `${count(activity.notInOrganization, "row")} of the CSV ${activity.notInOrganization === 1 ? "fits" : "fit"} nobody in the list of the organization.`
        },
        {
          name: "Idle",
          value: `The last login is known, and more than ${count(activity.inactiveDays, "day")} ago.`
        }
      ]),
  ...(requests === undefined ? [] : [{ name: "Requests", value: number(requests) }]),
  ...(took === undefined ? [] : [{ name: "Took", value: duration(took) }])
]

const completeness = (drift: Drift.Drift | undefined): string => {
  if (drift === undefined) return "Not known: the reading did not tell whether the list moved."
  if (drift.confirmed) return "Yes: two readings met the same users."
  if (Drift.isStill(drift)) return "Yes: nothing was seen to move while the list was read."
  const changes = [
    drift.grew > 0 && `it grew by ${number(drift.grew)}`,
    drift.shrank > 0 && `it shrank by ${number(drift.shrank)}`,
    drift.duplicates > 0 && `${count(drift.duplicates, "user")} came twice`,
    drift.gone > 0 && `${count(drift.gone, "user")} of an earlier reading were gone`
  ].filter((change) => change !== false)
  return `Not for sure: the list moved while it was read${changes.length > 0 ? ` (${changes.join(", ")})` : ""}.`
}

/** `8.4 s`, `2m 5s` */
const duration = (took: Duration.Duration) => {
  const seconds = Duration.toSeconds(took)
  return seconds < 60 ? `${seconds.toFixed(1)} s` : Duration.format(Duration.seconds(Math.round(seconds)))
}
