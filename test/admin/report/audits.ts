/** Audits whose pages the tests read, and what somebody reads there. */
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import { Drift } from "@genesys-license/client"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Xml from "effect/encoding/Xml"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as ActivityCounts from "../../../packages/admin/src/look/ActivityCounts.ts"
import * as Audit from "../../../packages/admin/src/look/Audit.ts"
import * as Html from "../../../packages/admin/src/report/Html.ts"
import * as People from "../../../packages/admin/src/people/People.ts"
import * as UserFacts from "../../../packages/admin/src/people/UserFacts.ts"
import { user } from "../organization.ts"
export const readAt = DateTime.makeUnsafe("2026-11-24T08:30:00Z")
export const options: Html.Options = {
  organization: "Example Bank",
  place: "api.mypurecloud.de",
  readAt,
  requests: 12,
  took: Duration.millis(8_400),
  sheets: {
    leavers: "audit.leavers.csv",
    idle: "audit.idle.csv",
    never: "audit.never.csv",
    "not-known": "audit.not-known.csv"
  }
}

export const hostile = `<script>alert("x")</script>`

/** Something of everything that a page can show. */
export const exampleAudit = Effect.gen(function* () {
  const facts = yield* UserFacts.parse(
    [
      "userId,name,email,department,division,manager,lastLogin,state",
      `u1,Ada Lovelace,ada@example.com,Research,Service,Grace Hopper,2026-11-20,active`,
      `u2,Zoë & Søn,zoe@example.com,Research,Service,Grace Hopper,2026-05-01,active`,
      `u3,"<script>alert(""x"")</script>","<img src=x onerror=alert(1)>@example.com",,</td>Sales,"<b>",,active`,
      `u4,,grace@example.com,,Sales,,2026-11-01,deleted`,
      `u7,Old Timer,old@example.com,Field,Sales,Ada Lovelace,2025-01-02,active`,
      `gone,Nobody,,,,,,deleted`
    ].join("\n")
  )
  const users = [
    user("u1", "cloudCX2", "gcSTAupgrade"),
    user("u2", "cloudCX3", "communicate", "agentAssistOmniLicense"),
    user("u3", hostile, "gcSTAupgrade"),
    user("u4", "cloudCX2"),
    user("u7", "cloudCX2"),
    user("u5", `${"veryLong".repeat(12)}Upgrade`),
    user(hostile)
  ]
  const drift = { users: 7, total: 8, grew: 1, shrank: 0, duplicates: 1, possiblyMissed: 1, gone: 0, confirmed: false }
  yield* TestClock.setTime(DateTime.toEpochMillis(readAt))
  return yield* Audit.of(Stream.make({ users, drift }), Catalog.definitions, {
    people: yield* People.ofFacts(facts),
    listed: 10
  })
})

/** What an XML parser sees. It refuses tags that do not match, and texts that are not escaped. */
export const parse = (page: string) =>
  Stream.make(page).pipe(Stream.pipeThroughChannel(Xml.decodeString()), Stream.runCollect, Effect.orDie)

export const elements = (events: ReadonlyArray<Xml.Event>) => events.filter((event) => event._tag === "StartElement")

/** What somebody reads: neither the style nor the script of the page. */
export const textOf = (events: ReadonlyArray<Xml.Event>) => {
  let isRead = true
  const texts: Array<string> = []
  for (const event of events) {
    if (event._tag === "StartElement") isRead = event.name !== "style" && event.name !== "script"
    else if (event._tag === "Text" && isRead) texts.push(event.text)
  }
  return texts.join("").replaceAll(/\s+/g, " ")
}

export const text = (audit: Audit.Audit) => Effect.map(Effect.flatMap(Html.page(audit, options), parse), textOf)

export const still = { ...Drift.none, users: 1, total: 1 }

export const counts = ActivityCounts.none()
export const group = { ...counts, users: 1, licensed: 1, inactive: 1, couldGiveBack: 1 }

export const auditOf = (audit: Partial<Audit.Audit>): Audit.Audit => ({
  users: 0,
  unlicensed: 0,
  unlicensedUserIds: [],
  licenses: [],
  combinations: [],
  overlaps: [],
  unmetPrerequisites: [],
  unheld: [],
  undefinedLicenses: [],
  caveats: [],
  ...audit
})
