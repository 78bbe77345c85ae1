import { describe, expect, it } from "@effect/vitest"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { createHash } from "node:crypto"
import * as Html from "../../../packages/admin/src/report/Html.ts"
import { percent } from "../../../packages/admin/src/report/Markup.ts"
import { run } from "../organization.ts"
import { readAt, options, hostile, exampleAudit, parse, elements, text, counts, group, auditOf } from "./audits.ts"

describe("Html", () => {
  it.effect("is the page that is kept as an example", () =>
    Effect.gen(function* () {
      const page = yield* Html.page(yield* exampleAudit, options)
      yield* Effect.promise(() => expect(page).toMatchFileSnapshot("../../fixtures/audit.html"))
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
