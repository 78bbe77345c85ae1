/**
 * An audit as a page to decide from: what to decide comes first, then licenses, divisions
 * and managers, people, roles, and last how far it can be trusted. Long lists are cut and
 * say what is left out, so that the page stays small however large the organization is.
 */
import * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Audit } from "../look/Audit.ts"
import * as Decisions from "./Decisions.ts"
import * as Findings from "./Findings.ts"
import * as Groups from "./Groups.ts"
import * as Holders from "./Holders.ts"
import { markup, named } from "./Markup.ts"
import * as Method from "./Method.ts"
import * as Page from "./Page.ts"
import * as PeopleSection from "./PeopleSection.ts"
import * as RoleSection from "./RoleSection.ts"

/** What the page says about the audit. */
export interface Options {
  /** Whose licenses they are, in the words of the title "Licenses of …". Default: "the organization". */
  readonly organization?: string | undefined
  /** Where the organization was read, such as the host of its API. Default: the page does not tell. */
  readonly place?: string | undefined
  /** When the audit was made. Default: now. */
  readonly readAt?: DateTime.Utc | undefined
  /** How many requests it took. Default: the page does not tell. */
  readonly requests?: number | undefined
  /** How long it took. Default: the page does not tell. */
  readonly took?: Duration.Duration | undefined
  /** How many people of each finding are named; those whom the audit does not name, never are. Default: 200. */
  readonly listed?: number | undefined
  /** The file names of the sheets that lie beside the page, without folders. Default: there are none. */
  readonly sheets?: Decisions.SheetNames | undefined
}

/** The page of an audit. The same audit at the same time is the same page. */
export const page = Effect.fn("Html.page")(function* (audit: Audit, options: Options = {}): Effect.fn.Return<string> {
  const { listed = 200, place, requests, sheets = {}, took } = options
  const readAt = options.readAt ?? (yield* DateTime.now)
  const moment = Page.moment(readAt)
  const { activity, drift, people = [], roles } = audit
  const who = { listed, known: new Map(people.map((profile) => [profile.userId, profile])) }
  return yield* Page.html({
    title: `Licenses of ${named(options.organization ?? "the organization")}`,
    day: Page.day(readAt),
    about: markup`License audit${place !== undefined && ` of ${named(place)}`}, read ${moment}`,
    sections: [
      Method.moved(drift),
      Decisions.section(audit, sheets),
      Holders.totals(audit),
      Findings.inShort(audit),
      Holders.licenses(audit),
      activity !== undefined && Groups.section(activity, listed > 0),
      activity !== undefined && PeopleSection.section(activity, { listed, sheets }),
      roles !== undefined && RoleSection.section(roles, who),
      Findings.inFull(audit, who),
      Holders.combinations(audit),
      Method.section(audit, { moment, requests, took })
    ]
  })
})
