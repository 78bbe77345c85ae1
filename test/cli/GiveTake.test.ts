/** A license for the people of a spreadsheet, or from them. */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { folder, run, runHere, runHereWith } from "./run.ts"

const organization = Server.layer({
  organization: { name: "Acme" },
  users: [
    { id: "a1", licenses: ["cloudCX3"] },
    { id: "b2", licenses: ["communicate"] },
    { id: "c3", licenses: ["cloudCX3"] },
    { id: "d4", licenses: [] }
  ],
  people: [
    { id: "a1", name: "Ann Abe", email: "ann@example.com" },
    { id: "b2", name: "Bob Berg", email: "bob@example.com" },
    { id: "c3", name: "Jane Doe", email: "jane@example.com" },
    { id: "d4", name: "Jane Doe", email: "doe@example.com" }
  ]
})

/** Who holds a license now. */
const holders = (licenseId: string) =>
  Effect.gen(function* () {
    const { organization } = yield* Emulator
    return (yield* organization.users).filter(({ licenses }) => licenses.includes(licenseId)).map(({ id }) => id)
  })

const changes = Effect.gen(function* () {
  return (yield* (yield* Emulator).journal.requests).filter(({ operation }) => operation === "postLicenseOrganization")
})

describe("give", () => {
  it.live("gives a license to whom it is told, without a terminal too, and undo reads its journal", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("sheet.csv"), "Name;Mail\r\nBob Berg;\r\n;ANN@example.com\r\nZoe Zorn;\r\n")
      const journal = at("j.ndjson")
      const given = yield* runHere("give", "cloudCX3", "d4", "--to", at("sheet.csv"), "--journal", journal)
      expect(given).toEqual({
        exitCode: 2,
        stdout: `2 of 2 changes done\n\n  done   2\n\n${journal} records every change. To undo it: genesys-license undo ${journal} --output undo.json\n`,
        stderr:
          "Skipped, because they were not found among active and inactive users: Zoe Zorn (line 4).\n" +
          "Skipped 1 person who already holds cloudCX3: Ann Abe <ann@example.com>.\n" +
          "User Bob Berg <bob@example.com> would hold communicate and also cloudCX3, which includes it.\n"
      })
      expect(yield* holders("cloudCX3")).toEqual(["a1", "b2", "c3", "d4"])
      expect(statSync(journal).mode & 0o777).toBe(0o600)

      expect((yield* runHere("undo", journal, "--output", at("undo.json"))).exitCode).toBe(2)
      expect((yield* runHere("apply", at("undo.json"), "--yes")).exitCode).toBe(0)
      expect(yield* holders("cloudCX3")).toEqual(["a1", "c3"])
    }).pipe(Effect.provide(organization))
  )

  it.live("changes nothing where everybody holds the license, says so, and ends with 0", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const said = yield* runHere("give", "cloudCX3", "ann@example.com", "c3", "--journal", at("j"))
      expect(said).toEqual({
        exitCode: 0,
        stdout: "Nothing to change: 2 licenses are already as desired.\n",
        stderr: "Skipped 2 people who already hold cloudCX3: Ann Abe <ann@example.com>, Jane Doe <jane@example.com>.\n"
      })
      expect(existsSync(at("j"))).toBe(false)
    }).pipe(Effect.provide(organization))
  )

  it.live("refuses a name that two people have, and a license that is not defined, before anything is sent", () =>
    Effect.gen(function* () {
      expect(yield* runHere("give", "cloudCX2", "Ann Abe", "jane doe")).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: '2 people have the name "Jane Doe": jane@example.com, doe@example.com. Give e-mail addresses instead.\n'
      })
      const unknown = yield* runHere("give", "cloudCx2", "Ann Abe")
      expect(unknown).toMatchObject({ exitCode: 1, stdout: "" })
      expect(unknown.stderr).toMatch(/^The organization has no license cloudCx2\. Did you mean cloudCX2\? It has /)
      expect(yield* changes).toEqual([])
    }).pipe(Effect.provide(organization))
  )

  it.live("keeps to --max-changes", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const args = ["give", "cloudCX2", "Ann Abe", "Bob Berg", "--max-changes", "1", "--journal", at("j")]
      expect((yield* runHere(...args)).stderr).toContain(
        "The plan has 2 changes, but the limit is 1. Check the plan, and raise the limit if the plan is right. (--max-changes N)\n"
      )
      expect(yield* changes).toEqual([])
    }).pipe(Effect.provide(organization))
  )
})

describe("take", () => {
  it.live("takes nothing without a terminal, unless it is told --yes", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const args = ["take", "cloudCX3", "Ann Abe", "bob@example.com", "--journal", at("j")]
      const refused = yield* runHere(...args)
      expect(refused).toEqual({
        exitCode: 1,
        stdout: "",
        stderr:
          "Skipped 1 person who does not hold cloudCX3: Bob Berg <bob@example.com>.\n" +
          "The plan takes away 1 license, and there is no terminal to ask for confirmation. Nothing was changed. Save the plan with --output plan.json to check it, and pass --yes if it is correct.\n"
      })
      expect(yield* changes).toEqual([])
      expect((yield* runHere(...args, "--yes")).exitCode).toBe(0)
      expect(yield* holders("cloudCX3")).toEqual(["c3"])
    }).pipe(Effect.provide(organization))
  )

  it.live("takes the list that users wrote as it is, from stdin too, and writes what became of it", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const { stdout } = yield* runHere("users", "--license", "cloudCX3", "--format", "csv")
      const args = ["take", "cloudCX3", "--from", "-", "--yes", "--format", "csv", "--journal", at("j")]
      const taken = yield* runHereWith(stdout, ...args)
      expect(taken).toEqual({
        exitCode: 0,
        stdout: [
          "userId,licenseId,change,standing,detail,name,email",
          "a1,cloudCX3,remove,done,Success,Ann Abe,ann@example.com",
          "c3,cloudCX3,remove,done,Success,Jane Doe,jane@example.com",
          ""
        ].join("\r\n"),
        stderr: ""
      })
      expect(yield* holders("cloudCX3")).toEqual([])
    }).pipe(Effect.provide(organization))
  )

  it.live("saves the plan with --output, changes nothing, and leaves the rest to apply", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const planned = yield* runHere("take", "cloudCX3", "Ann Abe", "--output", at("plan.json"))
      expect(planned).toMatchObject({ exitCode: 2, stderr: "" })
      expect(planned.stdout).toMatch(/^ {2}Ann Abe <ann@example\.com> {3}cloudCX3 {3}take away$/m)
      expect(planned.stdout).toContain(
        `Check ${at("plan.json")}, then apply it: genesys-license apply ${at("plan.json")}\n`
      )
      expect(yield* changes).toEqual([])
      expect(JSON.parse(readFileSync(at("plan.json"), "utf8"))).toMatchObject({
        changes: [{ userId: "a1", licenseId: "cloudCX3", change: "remove" }]
      })
      expect((yield* runHere("apply", at("plan.json"), "--yes")).exitCode).toBe(0)
      expect(yield* holders("cloudCX3")).toEqual(["c3"])
    }).pipe(Effect.provide(organization))
  )
})

describe("give and take", () => {
  it.live.each([
    [["give", "cloudCX3"], "No people given. Name them after the license, or pass a CSV with --to.\n"],
    [["take", "cloudCX3"], "No people given. Name them after the license, or pass a CSV with --from.\n"],
    [
      ["take", "cloudCX3", "a1", "--no-people"],
      "--no-people: e-mail addresses and names can only be looked up in the directory. Pass the ids of the people.\n"
    ],
    [
      ["take", "cloudCX3", "a1", "--output", "plan.json", "--yes"],
      "--output saves the plan and changes nothing. Pass --yes to `apply` instead.\n"
    ],
    [["give", "cloudCX3", "--to", "people.xlsx"], /^people\.xlsx: workbooks are not supported; save the sheet as CSV /],
    [["give", "cloudCX3", "a1", "--bom"], "--bom only works for CSV, but the format is table. Pass --format csv.\n"],
    [["give", "cloudCX3", "a1"], /^No organization is configured\. /]
  ] as const)("say what is wrong with %j", ([args, message]) =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* run(args)
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
      expect(stderr).toEqual(typeof message === "string" ? message : expect.stringMatching(message))
    })
  )

  it.live("read people by id alone without the directory", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("ids.csv"), "userId\nb2\n")
      const args = ["give", "cloudCX2", "--to", at("ids.csv"), "--no-people", "--journal", at("j")]
      expect((yield* runHere(...args)).exitCode).toBe(0)
      expect(yield* holders("cloudCX2")).toEqual(["b2"])
      expect((yield* (yield* Emulator).journal.requests).map(({ operation }) => operation)).not.toContain("getUsers")
    }).pipe(Effect.provide(organization))
  )

  it.live("do not take the sheet for the journal", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("sheet.csv"), "name\nBob Berg\n")
      const { exitCode, stderr } = yield* runHere(
        "give",
        "cloudCX2",
        "--to",
        at("sheet.csv"),
        "--journal",
        at("sheet.csv")
      )
      expect(exitCode).toBe(1)
      expect(stderr).toMatch(/is the same file as the sheet, which would be lost/)
      expect(readFileSync(at("sheet.csv"), "utf8")).toBe("name\nBob Berg\n")
    }).pipe(Effect.provide(organization))
  )
})
