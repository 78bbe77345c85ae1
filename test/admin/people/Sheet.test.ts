/** Spreadsheets that name people. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Sheet from "../../../packages/admin/src/people/Sheet.ts"
import { inOrganization, reasonOf } from "../organization.ts"

const guid = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4"

const parse = (text: string, purpose?: Sheet.Options["purpose"]) => Sheet.parse(text, { source: "hr.csv", purpose })

const take = { licenseId: "cloudCX3", state: "absent" } as const

describe("a sheet", () => {
  it.effect("names people by the first of userId, email and name that is not empty; other columns say nothing", () =>
    Effect.gen(function* () {
      const csv = `Team;Name;User ID;E-Mail\r\nA;Ann;{${guid.toUpperCase()}};ann@example.com\r\nB;Bob;;bob@example.com\r\n;Cy Chen;;\r\n;;di@example.com;\r\n`
      expect(yield* parse(csv)).toEqual([
        { by: "id", text: guid, line: 2 },
        { by: "email", text: "bob@example.com", line: 3 },
        { by: "name", text: "Cy Chen", line: 4 },
        { by: "email", text: "di@example.com", line: 5 }
      ])
    })
  )

  it.effect.each([
    ["Full Name\nAnn Abe\n", { by: "name", text: "Ann Abe", line: 2 }],
    ["mail\nann@example.com\n", { by: "email", text: "ann@example.com", line: 2 }],
    ["userId,licenses\nu1,cloudCX2 cloudCX3\n", { by: "id", text: "u1", line: 2 }]
  ] as const)("of one column is enough: %j", ([csv, named]) =>
    Effect.gen(function* () {
      expect(yield* parse(csv)).toEqual([named])
    })
  )

  it.effect.each([
    ["team\nA\n", "hr.csv, line 1: missing column userId or email or name; found: team."],
    ["name,team\nAnn,A\n,Total: 1\n", "hr.csv, line 3: the row names nobody; fill in name."],
    ["email\nAnn Abe\n", 'hr.csv, line 2, column email: must be an e-mail address, not "Ann Abe".'],
    [
      'name\n"Ann\nBob"\n',
      "hr.csv, line 2, column name: the cell contains a line break; check for a quote that is never closed."
    ],
    ["name\n", "hr.csv: there are no rows below the header."]
  ] as const)("that cannot be understood is refused: %j", ([csv, message]) =>
    Effect.gen(function* () {
      expect((yield* reasonOf(parse(csv))).message).toBe(message)
    })
  )

  it.effect("is refused where a row is about another license, or says the opposite", () =>
    Effect.gen(function* () {
      const header = "userId,licenseId,state\n"
      expect((yield* reasonOf(parse(`${header}u1,cloudCX2,\n`, take))).message).toBe(
        "hr.csv, line 2, column licenseId: must be cloudCX3 or empty, not cloudCX2."
      )
      expect((yield* reasonOf(parse(`${header}u1,cloudCX3,Present\n`, take))).message).toBe(
        "hr.csv, line 2, column state: must be absent or empty for this change, not present."
      )
      // A state of somebody, as the list of users has it, is no state of a license.
      expect(yield* parse("userId,state\nu1,inactive\n", take)).toHaveLength(1)
      expect(yield* parse(`${header}u1,cloudCX3,absent\n`, take)).toHaveLength(1)
    })
  )

  it.effect("is no workbook, and whoever gives one is told how to save it", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(Sheet.load("people.xlsx"))
      expect(reason.message).toMatch(/^people\.xlsx: workbooks are not supported; save the sheet as CSV /)
    }).pipe(inOrganization())
  )
})
