import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Xml from "effect/encoding/Xml"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { createHash } from "node:crypto"
import * as ActivityCounts from "../../packages/admin/src/look/ActivityCounts.ts"
import * as Audit from "../../packages/admin/src/look/Audit.ts"
import * as Html from "../../packages/admin/src/report/Html.ts"
import { percent } from "../../packages/admin/src/report/Markup.ts"
import * as People from "../../packages/admin/src/people/People.ts"
import * as UserFacts from "../../packages/admin/src/people/UserFacts.ts"
import { inOrganization, run, user } from "./organization.ts"

const readAt = DateTime.makeUnsafe("2026-11-24T08:30:00Z")
const options: Html.Options = {
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

const hostile = `<script>alert("x")</script>`

/** Something of everything that a page can show. */
const exampleAudit = Effect.gen(function* () {
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
const parse = (page: string) =>
  Stream.make(page).pipe(Stream.pipeThroughChannel(Xml.decodeString()), Stream.runCollect, Effect.orDie)

const elements = (events: ReadonlyArray<Xml.Event>) => events.filter((event) => event._tag === "StartElement")

/** What somebody reads: neither the style nor the script of the page. */
const textOf = (events: ReadonlyArray<Xml.Event>) => {
  let isRead = true
  const texts: Array<string> = []
  for (const event of events) {
    if (event._tag === "StartElement") isRead = event.name !== "style" && event.name !== "script"
    else if (event._tag === "Text" && isRead) texts.push(event.text)
  }
  return texts.join("").replaceAll(/\s+/g, " ")
}

const text = (audit: Audit.Audit) => Effect.map(Effect.flatMap(Html.page(audit, options), parse), textOf)

const still = {
  users: 1,
  total: 1,
  grew: 0,
  shrank: 0,
  duplicates: 0,
  possiblyMissed: 0,
  gone: 0,
  confirmed: false
}

const counts = ActivityCounts.none()
const group = { ...counts, users: 1, licensed: 1, inactive: 1, couldGiveBack: 1 }

const auditOf = (audit: Partial<Audit.Audit>): Audit.Audit => ({
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

describe("Html", () => {
  it.effect("is the page that is kept as an example", () =>
    Effect.gen(function* () {
      const page = yield* Html.page(yield* exampleAudit, options)
      yield* Effect.promise(() => expect(page).toMatchFileSnapshot("../fixtures/audit.html"))
    })
  )

  it.effect("is the same page for the same audit", () =>
    Effect.gen(function* () {
      const audit = yield* exampleAudit
      expect(yield* Html.page(audit, options)).toBe(yield* Html.page(audit, options))
    })
  )

  it.effect("is of now unless it is told when", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.makeUnsafe("2027-02-03T04:05:06Z")))
      const page = yield* Html.page(auditOf({}))
      expect(page).toContain("<title>Licenses of the organization, 2027-02-03</title>")
      expect(page).toContain(`<time datetime="2027-02-03T04:05:06.000Z">2027-02-03 04:05 UTC</time>`)
    })
  )

  it.effect("has one script, which its policy allows by hash, and names nothing that a browser would load", () =>
    Effect.gen(function* () {
      const page = yield* Html.page(yield* exampleAudit, options)
      const found = elements(yield* parse(page))
      expect(found.filter(({ name }) => name === "script")).toHaveLength(1)
      const [, source] = /<script>([^]*)<\/script>/.exec(page)!
      const hash = createHash("sha256").update(source!).digest("base64")
      expect(page).toContain(
        `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:"`
      )
      expect(source).not.toMatch(/eval|Function\(|fetch|XMLHttp|innerHTML|import/)
      const attributes = found.flatMap(({ attributes }) => Object.entries(attributes))
      expect(attributes.filter(([name]) => /^(on|src|action|ping|background)/.test(name))).toEqual([])
      const links = attributes.filter(([name]) => name.endsWith("href")).map(([, value]) => value)
      expect(links.length).toBeGreaterThan(3)
      expect(links.filter((link) => !/^(#|data:,$|\.\/audit\.[a-z-]+\.csv$)/.test(link))).toEqual([])
      expect(page).not.toMatch(/@import|url\(/)
    })
  )

  it.effect("has a place for each of its links, and each id once", () =>
    Effect.gen(function* () {
      const found = elements(yield* parse(yield* Html.page(yield* exampleAudit, options)))
      const ids = found.flatMap(({ attributes: { id } }) => (id === undefined ? [] : [id]))
      expect(ids).toEqual([...new Set(ids)])
      const links = found
        .flatMap(({ attributes: { href = "" }, name }) => (name === "a" && href.startsWith("#") ? [href] : []))
        .map((href) => href.slice(1))
      expect(links.length).toBeGreaterThan(6)
      expect(links.filter((link) => !ids.includes(link))).toEqual([])
    })
  )

  it("shows what anybody calls a user or a license as text, and nothing else changes", () => {
    const called = (name: string) =>
      auditOf({
        users: 2,
        unlicensedUserIds: [name],
        licenses: [{ licenseId: name, users: 1, share: 0.5, description: `${name}!`, isDefined: false }],
        combinations: [{ licenseIds: [name, name], users: 2 }],
        overlaps: [{ licenseId: name, comprisedBy: name, users: 2, userIds: [name] }],
        unheld: [name],
        activity: {
          asOf: "2026-11-24T00:00:00Z",
          inactiveDays: 60,
          known: 1,
          notInOrganization: 0,
          licenses: [{ licenseId: name, ...counts, inactive: 1, couldGiveBack: 1 }],
          couldGiveBack: 1,
          notKnown: 0,
          inactive: {
            users: 1,
            listed: [{ userId: name, licenses: [name], name, email: name, state: name, lastLogin: name }]
          },
          neverLoggedIn: { users: 0, listed: [] },
          noLoginKnown: { users: 0, listed: [] },
          notActive: { users: 0, listed: [], states: { [name]: 0 } },
          unknown: { users: 0, listed: [] },
          divisions: [{ division: `${name}.`, ...group }],
          departments: [{ department: `${name}.`, ...group }],
          managers: [{ manager: `${name}.`, ...group }]
        }
      })
    // Where a text stands depends on how long it is.
    const place = ["x", "y", "xml:space"]
    const shape = (name: string) =>
      run(
        Html.page(called(name), { organization: name, readAt }).pipe(
          Effect.flatMap(parse),
          Effect.map((events) =>
            elements(events).map(({ attributes, name }) => [
              name,
              ...Object.keys(attributes).filter((name) => !place.includes(name))
            ])
          )
        )
      )
    const syntax = fc.constantFrom(
      "<",
      ">",
      "&",
      '"',
      "'",
      "</title>",
      "-->",
      "]]>",
      "<![CDATA[",
      "{a|b}",
      "${",
      "`",
      "\0",
      "\n",
      "\u202e"
    )
    const tame = shape("tame")
    return fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(syntax, fc.string({ unit: "binary" })), { minLength: 1 }), async (parts) => {
        expect(await shape(parts.join(""))).toEqual(await tame)
      }),
      {
        numRuns: 25,
        examples: [[[hostile]], [["</style><script>"]], [[" "]], [["🎧".repeat(50)]], [["x", "🎧".repeat(50)]]]
      }
    )
  })

  it.effect("shows a hostile name as it is", () =>
    Effect.gen(function* () {
      const shown = yield* text(yield* exampleAudit)
      expect(shown).toContain(hostile)
      expect(shown).toContain("<img src=x onerror=alert(1)>@example.com")
    })
  )

  it.effect("begins with what to decide: the most seats first, each with its people, its sheet and its command", () =>
    Effect.gen(function* () {
      const shown = yield* text(yield* exampleAudit)
      expect(shown).toContain("4 of 6 licensed users could give back 7 seats.")
      expect(shown).toMatch(
        /Idle: no login for 60 days 4 seats of 2 users .*Never logged in 2 seats of 1 user .*Leavers who still hold a seat 1 seat of 1 user /
      )
      expect(shown).toContain("genesys-license take cloudCX2 --from audit.idle.csv")
      expect(shown).toContain("genesys-license take cloudCX2 --from audit.leavers.csv")
      const ids = elements(yield* parse(yield* Html.page(yield* exampleAudit, options))).flatMap(
        ({ attributes: { id }, name }) => (name === "section" ? [id] : [])
      )
      expect(ids).toEqual([
        "decide",
        "findings-in-short",
        "licenses",
        "groups",
        "people",
        "findings",
        "combinations",
        "reading"
      ])
    })
  )

  it.effect("quotes a license in a command so that a shell takes it as one word", () =>
    Effect.gen(function* () {
      const audit = yield* exampleAudit
      const activity = { ...audit.activity!, licenses: [{ licenseId: "a b'; rm", ...counts, inactive: 1 }] }
      expect(yield* text({ ...audit, activity })).toContain("genesys-license take 'a b'\\''; rm' --from audit.idle.csv")
    })
  )

  it.effect("counts nobody as fine or idle of whom no login is known, and says how many they are", () =>
    Effect.gen(function* () {
      const audit = yield* exampleAudit
      expect(audit.activity).toMatchObject({ notKnown: 1, couldGiveBack: 4 })
      expect(yield* text(audit)).toContain(
        "The last login of 1 licensed user with 1 seat is not known. They may have logged in,"
      )
    })
  )

  it.effect("decides nothing where nothing is known of people, and says so", () =>
    Effect.gen(function* () {
      expect(yield* text(auditOf({ users: 3 }))).toContain(
        "This audit has no data about people, so it cannot find idle users or leavers."
      )
    })
  )

  it.effect("names people with department, division, manager and last login, the oldest login first", () =>
    Effect.gen(function* () {
      const shown = yield* text(yield* exampleAudit)
      expect(shown).toMatch(/Old Timer ?old@example\.com ?Field ?Sales ?Ada Lovelace ?2025-01-02/)
      expect(shown.indexOf("Old Timer")).toBeLessThan(shown.indexOf("Zoë & Søn"))
    })
  )

  it.effect("names as many people of each finding as it is told, and refers to the sheet for the others", () =>
    Effect.gen(function* () {
      const audit = yield* exampleAudit
      const shown = (listed: number) =>
        Effect.map(Effect.flatMap(Html.page({ ...audit, overlaps: [] }, { ...options, listed }), parse), textOf)
      const one = yield* shown(1)
      expect(one).toContain("Old Timer")
      expect(one).not.toContain("Zoë & Søn")
      expect(one).toContain("1 more user: all are in audit.idle.csv")
      const none = yield* shown(0)
      expect(none).not.toMatch(/Old Timer|Grace Hopper|@example\.com/)
      expect(none).toContain("2 users: audit.idle.csv")
    })
  )

  it.effect("shows divisions, departments and managers, those with the most seats to give back first", () =>
    Effect.gen(function* () {
      const shown = yield* text(yield* exampleAudit)
      expect(shown).toMatch(/By division .*Sales ?2.*Service ?2/)
      expect(shown).toMatch(/By manager .*Ada Lovelace ?1.*Grace Hopper ?2|By manager .*Grace Hopper ?2/)
    })
  )

  it.effect("says in short what else is worth a look, with one and with many", () =>
    Effect.gen(function* () {
      const one = yield* text(yield* exampleAudit)
      expect(one).toContain("1 case of a license held in addition to one that includes it.")
      expect(one).toContain("1 user holds no license.")
      const many = yield* text(auditOf({ users: 9_000, unlicensed: 2_000, unheld: ["a", "b"] }))
      expect(many).toContain("2 licenses are available, but nobody holds them.")
      expect(many).toContain("2,000 users hold no license.")
      expect(yield* text(auditOf({}))).toContain(
        "Checked, but not found: Held in addition to a license that includes it;"
      )
    })
  )

  it.effect("counts together who holds very many licenses, and says so", () =>
    Effect.gen(function* () {
      const ids = ["a", "b", "c", "d", "e", "f", "g"]
      const combinations = [
        { licenseIds: ids, users: 3 },
        { licenseIds: ids.slice(0, 6), users: 4 },
        { licenseIds: ids.slice(0, 5), users: 2 }
      ]
      const page = yield* Html.page(auditOf({ users: 10, unlicensed: 1, combinations }), options)
      const shown = textOf(yield* parse(page))
      expect(shown).toMatch(/5 licenses ?2 ?20\.0 % ?6 licenses or more ?7 ?70\.0 %/)
      expect(shown).toContain("a + b + c + d + e and 2 more")
    })
  )

  it.effect("warns first thing when the list moved while it was read", () =>
    Effect.gen(function* () {
      const warning = /The list of users changed while it was read[.:][^.]*\./
      const warningOf = (drift: Partial<typeof still>) =>
        Effect.map(text(auditOf({ drift: { ...still, ...drift } })), (shown) => warning.exec(shown)?.[0])
      expect(yield* warningOf({})).toBeUndefined()
      expect(yield* warningOf({ grew: 1, confirmed: true })).toBeUndefined()
      expect(yield* warningOf({ shrank: 2, possiblyMissed: 2 })).toContain("up to 2 users may be missing.")
      expect(yield* warningOf({ grew: 1 })).toContain("Probably nobody is missing.")
    })
  )

  it.effect("says how far the reading can be trusted", () =>
    Effect.gen(function* () {
      expect(yield* text(auditOf({}))).toContain("Not known: there is no record of whether the list changed.")
      expect(yield* text(auditOf({ drift: still }))).toContain("Yes: no change was seen")
      expect(yield* text(auditOf({ drift: { ...still, confirmed: true } }))).toContain("Yes: two passes found")
      expect(yield* text(auditOf({ drift: { ...still, grew: 3, duplicates: 1 } }))).toContain(
        "Not certain: the list changed while it was read (it grew by 3, 1 user appeared twice)."
      )
    })
  )

  it.effect("tells what the License API cannot, and of logins only when facts do", () =>
    Effect.gen(function* () {
      const withFacts = yield* exampleAudit
      const { activity: _, ...without } = withFacts
      for (const caveat of withFacts.caveats) expect(yield* text(without)).toContain(caveat)
      expect(yield* text(withFacts)).toContain("Last login")
      expect(yield* text(without)).not.toContain("Last login")
    })
  )

  it.effect(
    "weighs less than 2 MB for 100,000 users, all of whom could be listed",
    () =>
      Effect.gen(function* () {
        const audit = yield* Audit.run({ listed: Number.POSITIVE_INFINITY })
        expect(audit.users).toBe(100_000)
        expect(audit.unlicensedUserIds.length).toBe(audit.unlicensed)
        const page = yield* Html.page(audit, options)
        expect(Buffer.byteLength(page)).toBeLessThan(2_000_000)
        expect(textOf(yield* parse(page))).toContain(
          `and ${(audit.unlicensed - 200).toLocaleString("en-US")} more users`
        )
      }).pipe(inOrganization({ users: 100_000 })),
    60_000
  )

  it.effect("weighs less than 2 MB however many licenses, combinations, divisions and long names there are", () =>
    Effect.gen(function* () {
      const name = (index: number) => `${index}${"<".repeat(5_000)}`
      const names = Array.from({ length: 1_000 }, (_, index) => name(index))
      const found = { users: 5_000, userIds: names }
      const everybody = {
        users: 5_000,
        listed: names.map((userId) => ({ userId, licenses: names, name: userId, email: userId, division: userId }))
      }
      const page = yield* Html.page(
        auditOf({
          users: 5_000,
          unlicensedUserIds: names,
          licenses: names.map((id) => ({ licenseId: id, users: 5, share: 0.001, description: id, isDefined: false })),
          combinations: names.map((_, index) => ({ licenseIds: names.slice(index), users: 5 })),
          overlaps: names.map((licenseId) => ({ licenseId, comprisedBy: licenseId, ...found })),
          unmetPrerequisites: names.map((licenseId) => ({ licenseId, prerequisite: licenseId, ...found })),
          undefinedLicenses: names.map((licenseId) => ({ licenseId, ...found })),
          unheld: names,
          activity: {
            asOf: "2026-11-24T00:00:00Z",
            inactiveDays: 60,
            known: 5_000,
            notInOrganization: 0,
            licenses: names.map((id) => ({ licenseId: id, ...counts, notActive: 1, inactive: 1, neverLoggedIn: 1 })),
            couldGiveBack: 3,
            notKnown: 3,
            inactive: everybody,
            neverLoggedIn: everybody,
            noLoginKnown: everybody,
            notActive: { ...everybody, states: Object.fromEntries(names.map((state) => [state, 5])) },
            unknown: everybody,
            divisions: names.map((division) => ({ division, ...group })),
            departments: names.map((department) => ({ department, ...group })),
            managers: names.map((manager) => ({ manager, ...group }))
          }
        }),
        { ...options, listed: 30 }
      )
      expect(Buffer.byteLength(page)).toBeLessThan(2_000_000)
      const shown = textOf(yield* parse(page))
      for (const more of [
        "900 more licenses",
        "985 more combinations",
        "980 more findings",
        "970 more divisions",
        "970 more managers",
        "4,970 more users"
      ]) {
        expect(shown).toContain(more)
      }
    })
  )
})

describe("percent", () => {
  it("shows some never as none, and almost all never as all", () => {
    expect([0, 1, 50, 5_000, 99_999, 100_000].map((part) => percent(part, 100_000))).toEqual([
      "0.0 %",
      "< 0.1 %",
      "< 0.1 %",
      "5.0 %",
      "> 99.9 %",
      "100.0 %"
    ])
    expect(percent(0, 0)).toBe("")
  })
})
