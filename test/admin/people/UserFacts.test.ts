import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { InvalidInput } from "../../../packages/admin/src/AdminError.ts"
import * as UserFacts from "../../../packages/admin/src/people/UserFacts.ts"
import { reasonOf } from "../organization.ts"

const guid = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4"

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
          lastLoginFrom: "facts",
          state: "active"
        },
        { userId: "u2", neverLoggedIn: true }
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
    ["2026-01-31t08:30:01-05:00", Date.UTC(2026, 0, 31, 13, 30, 1)],
    ["2026-01-31T08:30:01.250+0000", Date.UTC(2026, 0, 31, 8, 30, 1, 250)],
    ["2026-01-31 08:30:01 +0530", Date.UTC(2026, 0, 31, 3, 0, 1)],
    ["2026-01-31 08:30:01-05", Date.UTC(2026, 0, 31, 13, 30, 1)],
    ["2026-01-31 08:30:01 UTC", Date.UTC(2026, 0, 31, 8, 30, 1)],
    ["2026-01-31T08:30:01,5Z", Date.UTC(2026, 0, 31, 8, 30, 1, 500)],
    ["2026-01-31T08:30:01+01:00[Europe/Berlin]", Date.UTC(2026, 0, 31, 7, 30, 1)]
  ])("reads %s as a time, in UTC unless it says otherwise", ([text, time]) =>
    Effect.gen(function* () {
      const facts = yield* parse(`userId,lastLogin\nu,"${text}"\n`)
      expect(facts.byId.get("u")?.lastLogin).toBe(time)
    })
  )

  it.effect.each([
    "31/01/2026",
    "1/2/26",
    "2026-02-31",
    "2026-13-01",
    "2026-01-31T25:00",
    "2026-01-31 08:30 CET",
    "2026-01-31T08:30+9900",
    "yesterday",
    "45000"
  ])("refuses %s, which may be another day elsewhere, or none", (text) =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(parse(`userId,lastLogin\nu,2026-01-01\nv,${text}\n`))
      expect(reason).toBeInstanceOf(InvalidInput)
      expect(reason).toMatchObject({ source: "users.csv", line: 3, column: "lastLogin" })
      expect(reason.message).toContain(text)
    })
  )

  it.effect("know a user by a GUID in capitals, in braces, or with invisible characters", () =>
    Effect.gen(function* () {
      const copied = [guid.toUpperCase(), `{${guid}}`, `\u200b${guid}\u00a0`, ` ${guid}\u200e`]
      for (const cell of copied) {
        expect([...(yield* parse(`User ID,name\n${cell},Jane\n`)).byId.keys()]).toEqual([guid])
      }
      expect([...(yield* parse("userId\nAnn Example\n")).byId.keys()]).toEqual(["Ann Example"])
    })
  )

  it.effect("name a user by e-mail, whatever its capitals, where there is no userId or the cell is an e-mail", () =>
    Effect.gen(function* () {
      for (const header of ["email", "User"]) {
        const { byEmail, byId } = yield* parse(`${header},Department\nAnn@Example.com,Sales\n`)
        expect(byId.size).toBe(0)
        expect([...byEmail.keys()]).toEqual(["ann@example.com"])
        expect(byEmail.get("ann@example.com")).toMatchObject({ line: 2, row: { department: "Sales" } })
      }
    })
  )

  it.effect("never say of somebody that they never logged in without a column that does", () =>
    Effect.gen(function* () {
      expect((yield* parse("userId,name\nu,\n")).byId.get("u")).toEqual({ userId: "u" })
    })
  )

  it.effect("are empty where a row ends early, and tell how many rows do", () =>
    Effect.gen(function* () {
      const facts = yield* parse("userId,email,lastLogin,,\nu,a@example.com\nv\nw,,2026-01-31\nx,,2026-01-31,,,\n")
      expect(facts.shortRows).toBe(2)
      expect(facts.byId.get("u")).toEqual({ userId: "u", email: "a@example.com", neverLoggedIn: true })
      expect(facts.byId.get("v")).toEqual({ userId: "v", neverLoggedIn: true })
      expect(facts.ignoredColumns).toEqual([])
    })
  )

  it.effect("ignore a column without a name, and tell where it is", () =>
    Effect.gen(function* () {
      expect((yield* parse(",userId\n0,u\n1,v\n")).ignoredColumns).toEqual(["column 1"])
    })
  )

  it.effect.each<[problem: string, text: string, reason: object]>([
    ["there is no user", "name\nAnn\n", { line: 1, problem: expect.stringContaining("userId or email") }],
    ["what names a user is no e-mail", "email\nAnn\n", { line: 2, column: "email" }],
    ["an e-mail is there twice", "email\na@example.com\nA@Example.com\n", { line: 3, column: "email" }],
    ["a user is empty", "userId,email\n,a@example.com\n", { line: 2, column: "userId" }],
    ["a user is there twice", "userId\nu\nv\nu\n", { line: 4, column: "userId" }],
    [
      "a user is there twice, once in capitals",
      `userId\n${guid}\n{${guid.toUpperCase()}}\n`,
      { line: 3, column: "userId" }
    ],
    ["a row is too long", "userId,email\nu,a@example.com,b\n", { line: 2 }],
    [
      "a quote is left open",
      'userId,name,email\nu,"Jane,a@example.com\nv,John "",b@example.com\nw,"Doe",c@example.com\n',
      { line: 2 }
    ],
    [
      "a quote is left open and another one closes it",
      'userId,name\nu,"Jane\nv,John"\n',
      { line: 2, column: "name", problem: expect.stringContaining("quote") }
    ]
  ])("are refused where %s", ([, text, reason]) =>
    Effect.gen(function* () {
      expect(yield* reasonOf(parse(text))).toMatchObject({ _tag: "InvalidInput", ...reason })
    })
  )
})
