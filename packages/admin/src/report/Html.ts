/**
 * An audit as a page to send on: one file that a browser shows by itself, without
 * scripts and without asking anybody for anything. Long lists are cut and say what
 * is left out, so that the page stays small however large the organization is.
 */
import * as Drift from "@genesys-license/client/Drift"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Audit } from "../look/Audit.ts"
import * as Findings from "./Findings.ts"
import * as Frame from "./Frame.ts"
import * as Holders from "./Holders.ts"
import * as LastLogin from "./LastLogin.ts"
import { type Content, count, markup, named, number, type Term, terms } from "./Markup.ts"
import * as RoleSection from "./RoleSection.ts"

/** What the page says about the audit. */
export interface Options {
  /** Whose licenses they are, in the words of the title "Licenses of …". Default: "the organization". */
  readonly organization?: string | undefined
  /** When the audit was made. Default: now. */
  readonly readAt?: DateTime.Utc | undefined
  /** How many requests it took. Default: the page does not tell. */
  readonly requests?: number | undefined
  /** How long it took. Default: the page does not tell. */
  readonly took?: Duration.Duration | undefined
}

/** The page of an audit. The same audit at the same time is the same page. */
export const page = Effect.fn("Html.page")(function* (audit: Audit, options: Options = {}): Effect.fn.Return<string> {
  const readAt = options.readAt ?? (yield* DateTime.now)
  const iso = DateTime.formatIso(readAt)
  const title = `Licenses of ${named(options.organization ?? "the organization")}`
  const moment = `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

  return Frame.page({
    heading: title,
    title: `${title}, ${iso.slice(0, 10)}`,
    lead: markup`License audit, read <time datetime="${iso}">${moment}</time>`,
    main: markup`${moved(audit.drift)}
${Holders.totals(audit)}
${Findings.inShort(audit)}
${yield* Holders.licenses(audit)}
${yield* Holders.combinations(audit)}
${audit.activity !== undefined && (yield* LastLogin.section(audit, audit.activity))}
${[audit.roles !== undefined && RoleSection.section(audit.roles, audit.people), Findings.inFull(audit)]}
<section id="caveats">
<h2>What this does not tell</h2>
<ul>${audit.caveats.map((caveat) => markup`<li>${caveat}</li>`)}</ul>
</section>
<section id="reading">
<h2>How it was read</h2>
${terms(reading(audit, options, moment), "facts")}
</section>`
  })
})

/** Before all numbers, when they may be wrong. */
const moved = (drift: Drift.Drift | undefined): Content =>
  drift !== undefined &&
  !isWhole(drift) &&
  markup`<p class="notice" role="note">${
    drift.possiblyMissed > 0
      ? `The list of users moved while it was read: up to ${count(drift.possiblyMissed, "user")} may be missing.`
      : "The list of users moved while it was read; as far as can be told, nobody is missing."
  }</p>`

const isWhole = (drift: Drift.Drift) => drift.confirmed || Drift.isStill(drift)

const reading = ({ drift, users }: Audit, { requests, took }: Options, moment: string): ReadonlyArray<Term> => [
  { name: "Read", value: moment },
  {
    name: "Users",
    value: number(users),
    note: drift?.total === undefined ? undefined : `The list counts ${number(drift.total)}.`
  },
  { name: "Complete", value: completeness(drift) },
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
