import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Audit from "../../../packages/admin/src/look/Audit.ts"
import * as Html from "../../../packages/admin/src/report/Html.ts"
import { inOrganization } from "../organization.ts"
import { options, exampleAudit, parse, elements, textOf, text, still, counts, group, auditOf } from "./audits.ts"

describe("The page of an audit", () => {
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
