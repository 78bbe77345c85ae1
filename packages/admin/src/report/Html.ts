/**
 * An audit as an HTML page. It begins with the decisions to make, then shows licenses,
 * divisions and managers, people and roles, and last how reliable the data is. Long lists
 * are cut and say how much is left out, so the page stays small for any organization.
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
import * as SeatsSection from "./SeatsSection.ts"

/** What the page says about the audit. */
export interface Options {
  /** The name in the title "Licenses of …". Default: "the organization". */
  readonly organization?: string | undefined
  /** Where the organization was read, such as its API host. Default: not shown. */
  readonly place?: string | undefined
  /** The time of the audit. Default: now. */
  readonly readAt?: DateTime.Utc | undefined
  /** The number of requests. Default: not shown. */
  readonly requests?: number | undefined
  /** The duration. Default: not shown. */
  readonly took?: Duration.Duration | undefined
  /** How many people to name for each finding. The page can only name people whom the audit lists. Default: 200. */
  readonly listed?: number | undefined
  /** The file names of the sheets beside the page, without folders. Default: none. */
  readonly sheets?: Decisions.SheetNames | undefined
  /** Seats bought and list prices. Default: not shown. */
  readonly seats?: SeatsSection.Seats | undefined
}

/** Makes the page. The same audit at the same time always gives the same page. */
export const page = Effect.fn("Html.page")(function* (audit: Audit, options: Options = {}): Effect.fn.Return<string> {
  const { listed = 200, place, requests, seats = {}, sheets = {}, took } = options
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
      SeatsSection.section(seats),
      activity !== undefined && Groups.section(activity, listed > 0),
      activity !== undefined && PeopleSection.section(activity, { listed, sheets }),
      roles !== undefined && RoleSection.section(roles, who),
      Findings.inFull(audit, who),
      Holders.combinations(audit),
      Method.section(audit, { moment, requests, took })
    ]
  })
})
