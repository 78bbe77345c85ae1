import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { InvalidInput } from "../../../packages/admin/src/AdminError.ts"
import * as UserFacts from "../../../packages/admin/src/people/UserFacts.ts"
import { reasonOf } from "../organization.ts"

const parse = (text: string) => UserFacts.parse(text, { source: "users.csv" })

describe("UserFacts", () => {
  it.effect("are read by the names of the columns, and leave out what is empty", () =>
    Effect.gen(function* () {
      const facts = yield* parse(
        `Id,E-Mail,Name,Division,dateLastLogin,Status,Phone\nu1,a@example.com,"Doe, Jane",Sales,2026-01-31T10:00:00+01:00,active,1\nu2,,,,,,\n`
      )
      expect([...facts.byId.values()]).toEqual([
        {
          userId: "u1",
          email: "a@example.com",
          name: "Doe, Jane",
          division: "Sales",
          lastLogin: Date.UTC(2026, 0, 31, 9),
          state: "active"
        },
        { userId: "u2" }
      ])
      expect(facts.columns.has("lastLogin")).toBe(true)
      expect(facts.ignoredColumns).toEqual(["Phone"])
    })
  )

  it.effect.each([
    ["2026-01-31", Date.UTC(2026, 0, 31)],
    ["2026-01-31 08:30", Date.UTC(2026, 0, 31, 8, 30)],
    ["2026-01-31T08:30:01", Date.UTC(2026, 0, 31, 8, 30, 1)],
    ["2026-01-31T08:30:01.250Z", Date.UTC(2026, 0, 31, 8, 30, 1, 250)],
    ["2026-01-31t08:30:01-05:00", Date.UTC(2026, 0, 31, 13, 30, 1)]
  ])("reads %s as a time, in UTC unless it says otherwise", ([text, time]) =>
    Effect.gen(function* () {
      const facts = yield* parse(`userId,lastLogin\nu,${text}\n`)
      expect(facts.byId.get("u")?.lastLogin).toBe(time)
    })
  )

  it.effect.each(["31/01/2026", "1/2/26", "2026-02-31", "2026-13-01", "2026-01-31T25:00", "yesterday", "45000"])(
    "refuses %s, which may be another day elsewhere, or none",
    (text) =>
      Effect.gen(function* () {
        const reason = yield* reasonOf(parse(`userId,lastLogin\nu,2026-01-01\nv,${text}\n`))
        expect(reason).toBeInstanceOf(InvalidInput)
        expect(reason).toMatchObject({ source: "users.csv", line: 3, column: "lastLogin" })
        expect(reason.message).toContain(text)
      })
  )

  it.effect.each<[problem: string, text: string, reason: object]>([
    ["there is no user", "email\na@example.com\n", { line: 1 }],
    ["a user is empty", "userId,email\n,a@example.com\n", { line: 2, column: "userId" }],
    ["a user is there twice", "userId\nu\nv\nu\n", { line: 4, column: "userId" }],
    ["a row is too short", "userId,email\nu\n", { line: 2 }]
  ])("are refused where %s", ([, text, reason]) =>
    Effect.gen(function* () {
      expect(yield* reasonOf(parse(text))).toMatchObject({ _tag: "InvalidInput", ...reason })
    })
  )
})
