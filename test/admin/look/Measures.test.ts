import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { readFileSync } from "node:fs"
import type { Activity } from "../../../packages/admin/src/look/Activity.ts"
import type { Audit } from "../../../packages/admin/src/look/Audit.ts"
import type { BoughtCharge } from "../../../packages/admin/src/look/Bought.ts"
import * as Measures from "../../../packages/admin/src/look/Measures.ts"

const found = (users: number) => ({ users, userIds: [] })

const activity: Activity = {
  asOf: "2026-11-27",
  inactiveDays: 60,
  inactive: { users: 5, listed: [] },
  neverLoggedIn: { users: 2, listed: [] },
  noLoginKnown: { users: 4, listed: [] },
  notKnown: 0,
  couldGiveBack: 1,
  notActive: { users: 7, listed: [], states: {} },
  unknown: { users: 8, listed: [] },
  licenses: [],
  divisions: [],
  departments: [],
  managers: [],
  known: 1,
  notInOrganization: 0
}

const audit: Audit = {
  users: 120,
  unlicensed: 50,
  unlicensedUserIds: [],
  licenses: [],
  combinations: [],
  overlaps: [
    { licenseId: "a", comprisedBy: "b", ...found(2) },
    { licenseId: "a", comprisedBy: "c", ...found(3) }
  ],
  unmetPrerequisites: [{ licenseId: "a", prerequisite: "b", ...found(4) }],
  unheld: ["x", "y"],
  undefinedLicenses: [{ licenseId: "z", ...found(9) }],
  caveats: []
}

const limits = (text: string) => Result.getOrThrow(Measures.parse(text))

const outcomes = (text: string, measured: Measures.Measured) =>
  Measures.check(limits(text), measured).map(({ number, outcome }) => [outcome, number])

describe("limits", () => {
  it("are read in any case, with spaces, several at a time", () => {
    expect(limits("unlicensed>50, NOlogin >= 1,unheld<3,users<=0")).toEqual([
      { measure: "unlicensed", comparison: ">", limit: 50 },
      { measure: "noLogin", comparison: ">=", limit: 1 },
      { measure: "unheld", comparison: "<", limit: 3 },
      { measure: "users", comparison: "<=", limit: 0 }
    ])
  })

  it.each([
    ["idel>50", 'unknown number "idel"; allowed: users, unlicensed, overlaps, '],
    ["toString>1", 'unknown number "toString"; '],
    [
      "unlicensed",
      `"unlicensed" is not a limit such as 'unlicensed>50'. Put limits in quotes, because a shell treats > as a redirection`
    ],
    ["overlaps>", `"overlaps>" is not a limit such as 'unlicensed>50'.`],
    ["overlaps>-1", `"overlaps>-1" is not a limit`],
    ["overlaps=1", `"overlaps=1" is not a limit`],
    ["overlaps>0,", `"" is not a limit such as 'unlicensed>50'.`],
    ["", `"" is not a limit such as 'unlicensed>50'.`]
  ])("are refused with what there is: %j", (text, problem) => {
    expect(Result.getFailure(Measures.parse(text))).toMatchObject({ value: expect.stringContaining(problem) })
  })

  it("are passed by a number beyond them, and not by one at them", () => {
    expect(outcomes("unlicensed>50,unlicensed>49,unlicensed>=50,unlicensed<50,unlicensed<=50", { audit })).toEqual([
      ["fine", 50],
      ["passed", 50],
      ["passed", 50],
      ["fine", 50],
      ["passed", 50]
    ])
  })

  it("are for the numbers of the audit", () => {
    const every = "users>0,unlicensed>0,overlaps>0,unmet>0,undefined>0,unheld>0"
    expect(outcomes(every, { audit }).map(([, number]) => number)).toEqual([120, 50, 5, 4, 9, 2])
  })

  it("are not met by what is not known, which is never 0", () => {
    const some = "idle>0,noLogin>0,leavers>0"
    const none = [
      ["notMeasured", undefined],
      ["notMeasured", undefined],
      ["notMeasured", undefined]
    ]
    expect(outcomes(some, { audit })).toEqual(none)
    expect(outcomes(some, { audit: { ...audit, activity }, fields: new Set(["name"]) })).toEqual(none)
    expect(outcomes(some, { audit: { ...audit, activity }, fields: new Set(["lastLogin"]) })).toEqual([
      ["passed", 5],
      ["passed", 6],
      ["notMeasured", undefined]
    ])
    expect(outcomes("leavers>7", { audit: { ...audit, activity }, fields: new Set(["state"]) })).toEqual([["fine", 7]])
    expect(outcomes("overages>0", { audit })).toEqual([["notMeasured", undefined]])
  })

  it("are for numbers that the docs have, with what each of them counts", () => {
    const docs = readFileSync(new URL("../../../docs/cli.md", import.meta.url), "utf8")
    const [, section = ""] = /^### Limits for a job$(.*?)^## /ms.exec(docs) ?? []
    const rows = [...section.matchAll(/^\| `(\w+)` +\| (.*?) *\|$/gm)].map(([, name, text]) => [
      name,
      text!.replaceAll("`", "")
    ])
    expect(rows).toEqual(Measures.all)
  })

  it("are for charges of which more was used than bought", () => {
    const charge = { licenseId: "a", held: 3, bought: 2, charge: "A", contract: "c", periodId: "p" }
    const bought = (...charges: ReadonlyArray<BoughtCharge>) => ({
      charges,
      leftOut: [],
      strangers: [],
      unknownLicenses: []
    })
    const told = bought(
      { ...charge, overage: 0 },
      { ...charge, overage: 1 },
      { ...charge, used: 3 },
      { ...charge, used: 1 }
    )
    expect(outcomes("overages>1,overages>2", { audit, bought: told })).toEqual([
      ["passed", 2],
      ["fine", 2]
    ])
    for (const untold of [bought(), bought({ ...charge, overage: 0 }, charge)]) {
      expect(outcomes("overages>0", { audit, bought: untold })).toEqual([["notMeasured", undefined]])
    }
  })
})
