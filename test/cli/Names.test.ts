/**
 * Names in place of ids: where they come from, what happens without the right to read
 * them, and where they do not go.
 */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { folder, run, runHere } from "./run.ts"

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
const seen = (days: number) => ({ dateLastLogin: daysAgo(days), lastTokenIssued: null })

const organization = Server.layer({
  users: [
    { id: "a1", licenses: ["cloudCX3"] },
    { id: "b2", licenses: ["cloudCX3", "communicate"] },
    { id: "c3", licenses: ["cloudCX2"] },
    { id: "d4", licenses: [] }
  ],
  people: [
    { id: "a1", name: "Ann Abe", email: "ann@example.com", department: "Sales", manager: { id: "b2" }, ...seen(1) },
    { id: "b2", name: "Bob Berg", email: "bob@example.com", state: "inactive", ...seen(200) },
    { id: "c3", name: "Cy Chen", email: "both@example.com", dateLastLogin: null, lastTokenIssued: null },
    { id: "d4", name: "Di Dorn", email: "both@example.com", ...seen(3) }
  ]
})

const requests = Effect.gen(function* () {
  return (yield* (yield* Emulator).journal.requests).map(({ operation }) => operation)
})

const without = "Users are shown by id only: the OAuth client may not read the directory."

const fail = (status: number) =>
  Effect.gen(function* () {
    const { faults } = yield* Emulator
    yield* faults.clear
    yield* faults.add({ operation: "getUsers", fault: { type: "status", status } })
  })

describe("names", () => {
  it.live("come first in a table for people, and the id last; in CSV, the id stays first", () =>
    Effect.gen(function* () {
      const { stdout } = yield* runHere("users", "--license", "cloudCX2")
      expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
        ["name", "email", "licenses", "lastLogin", "userId"],
        ["Cy Chen", "both@example.com", "cloudCX2", "c3"],
        [""]
      ])
      const csv = (yield* runHere("users", "--license", "cloudCX3", "--format", "csv")).stdout.split("\r\n")
      expect(csv[0]).toBe("userId,licenses,name,email,department,title,division,manager,state,lastLogin,lastLoginFrom")
      expect(csv[1]).toMatch(/^a1,cloudCX3,Ann Abe,ann@example.com,Sales,.*,Bob Berg,active,\d{4}-.*,dateLastLogin$/)
    }).pipe(Effect.provide(organization))
  )

  it.live("are of those whom a desired state of users has, which plan reads as it is", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* runHere("users", "--pairs", "--output", at("all.csv"))
      expect(yield* runHere("plan", at("all.csv"))).toMatchObject({ exitCode: 0, stderr: "" })
    }).pipe(Effect.provide(organization))
  )

  it.live("are not asked for with --no-people", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* runHere("snapshot", "--output", at("before.json"))
      writeFileSync(at("d.csv"), "userId,licenseId\na1,cloudCX2\n")
      for (const args of [
        ["audit"],
        ["users"],
        ["user", "a1"],
        ["plan", at("d.csv"), "--output", at("plan.json")],
        ["apply", at("plan.json")],
        ["compare", at("before.json")],
        ["undo", at("plan.journal.ndjson")]
      ]) {
        const { exitCode, stdout } = yield* runHere(...args, "--no-people")
        expect(exitCode).not.toBe(1)
        expect(stdout).not.toMatch(/Ann|example\.com/)
      }
      expect(yield* requests).not.toContain("getUsers")
      expect(readFileSync(at("plan.json"), "utf8")).not.toContain("Ann")
    }).pipe(Effect.provide(organization))
  )

  it.live("are missed in one line where the client may not read them, and the ids stay", () =>
    Effect.gen(function* () {
      yield* fail(403)
      for (const args of [["audit"], ["users"], ["user", "a1"]]) {
        const { exitCode, stderr, stdout } = yield* runHere(...args)
        expect(exitCode).toBe(0)
        expect(stdout).not.toBe("")
        expect(stderr).toBe(`${without} Give one of its roles directory > user > view, or pass --no-people.\n`)
      }
      expect((yield* runHere("users", "--format", "csv")).stdout).toMatch(/^userId,licenses\r\na1,cloudCX3\r\n/)
    }).pipe(Effect.provide(organization))
  )

  it.live("are an error where they cannot be read for another reason, or the question needs them", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("mails.csv"), "email,licenseId\nann@example.com,cloudCX2\n")
      writeFileSync(at("facts.csv"), "email,department\nann@example.com,Sales\n")
      yield* fail(403)
      for (const args of [
        ["users", "--inactive-days", "90"],
        ["audit", "--inactive-days", "90"],
        ["audit", "--facts", at("facts.csv")],
        ["user", "ann@example.com"],
        ["plan", at("mails.csv")]
      ]) {
        const { exitCode, stderr, stdout } = yield* runHere(...args)
        expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 1, stdout: "" })
        expect(stderr).toMatch(/getUsers: The OAuth client /)
      }
      yield* fail(400)
      expect((yield* runHere("audit")).exitCode).toBe(1)
    }).pipe(Effect.provide(organization))
  )

  it.live("cannot be left out where the question needs them", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("mails.csv"), "email,licenseId\nann@example.com,cloudCX2\n")
      for (const args of [
        ["users", "--inactive-days", "90"],
        ["user", "ann@example.com"],
        ["plan", at("mails.csv")]
      ]) {
        const { exitCode, stderr } = yield* runHere(...args, "--no-people")
        expect({ args, exitCode }).toEqual({ args, exitCode: 1 })
        expect(stderr).toContain("--no-people")
      }
    }).pipe(Effect.provide(organization))
  )
})

describe("an audit", () => {
  it.live("names who could give a seat back, and by what the last login is known", () =>
    Effect.gen(function* () {
      const { stdout } = yield* runHere("audit", "--inactive-days", "90", "--list", "5")
      expect(stdout).toMatch(/^Seats, as of \d{4}-\d\d-\d\d: 1 of 3 licensed users could give a seat back$/m)
      const after = (title: string) => stdout.split(`${title}\n\n`)[1]?.split("\n")[0]?.trim().split(/ {2,}/)
      const bob = ["Bob Berg", "bob@example.com", daysAgo(200).slice(0, 10), "password", "cloudCX3 communicate", "b2"]
      expect(after("Idle: no login for 90 days")).toEqual(bob)
      expect(after("Leavers who still hold a seat (1 inactive)")).toEqual(bob)
      expect(after("Last login not known")).toEqual(["Cy Chen", "both@example.com", "cloudCX2", "c3"])
      expect(stdout).not.toMatch(/never|saved/i)
    }).pipe(Effect.provide(organization))
  )

  it.live("names nobody unless it is told how many", () =>
    Effect.gen(function* () {
      for (const format of ["table", "json", "csv", "ndjson", "html"]) {
        const names = format === "html" ? ["--list", "0"] : []
        expect((yield* runHere("audit", "--format", format, ...names)).stdout).not.toMatch(/Bob|example\.com/)
      }
    }).pipe(Effect.provide(organization))
  )
})

describe("users without a login", () => {
  it.live("for many days are listed without a CSV, and those of whom none is known are only counted", () =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* runHere("users", "--inactive-days", "90", "--format", "ndjson")
      expect(
        stdout
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line).name)
      ).toEqual(["Bob Berg"])
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: "Left out 1 user whose last login is not known. They may have logged in.\n"
      })
    }).pipe(Effect.provide(organization))
  )
})

describe("an e-mail address", () => {
  it.live("names a user where exactly one person has it", () =>
    Effect.gen(function* () {
      const { exitCode, stdout } = yield* runHere("user", "ANN@example.com")
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/^Ann Abe <ann@example.com>\n/)
      expect(stdout).toMatch(/^ {2}Department +Sales$/m)
      expect(stdout).toMatch(/^ {2}Manager +Bob Berg$/m)
      expect(stdout).toMatch(/^ {2}Last login +\d{4}-\d\d-\d\d \(password\)$/m)
      expect(stdout).toMatch(/^ {2}Id +a1$/m)
      const json = JSON.parse((yield* runHere("user", "bob@example.com", "--format", "json")).stdout)
      expect(json).toMatchObject({ version: 1, userId: "b2", name: "Bob Berg", state: "inactive" })
    }).pipe(Effect.provide(organization))
  )

  it.live("of nobody, or of two people, is an error that says so", () =>
    Effect.gen(function* () {
      expect(yield* runHere("user", "zoe@example.com")).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: 'No user in the directory has the e-mail address "zoe@example.com". For a deleted user, pass the id.\n'
      })
      expect(yield* runHere("user", "both@example.com")).toEqual({
        exitCode: 1,
        stdout: "",
        stderr:
          "2 people have the e-mail address both@example.com: Cy Chen (user c3), Di Dorn (user d4). Give the user id of the person that you mean.\n"
      })
    }).pipe(Effect.provide(organization))
  )

  it.live("is enough from a spreadsheet to a plan that was applied, compared and undone", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* runHere("snapshot", "--output", at("before.json"))
      writeFileSync(at("take.csv"), "email;licenseId;state\r\nBob@Example.com;cloudCX3;absent\r\n")
      expect(yield* runHere("plan", at("take.csv"), "--output", at("plan.json"))).toMatchObject({ exitCode: 2 })
      expect(statSync(at("plan.json")).mode & 0o777).toBe(0o600)
      // What a file says needs no organization.
      expect((yield* run(["show", at("plan.json")])).stdout).toMatch(
        /^ {2}Bob Berg {3}bob@example.com {3}cloudCX3 {4}take away {3}b2$/m
      )
      const applied = yield* runHere("apply", at("plan.json"), "--yes", "--format", "csv")
      expect(applied.stdout.split("\r\n")[1]).toMatch(/^b2,cloudCX3,remove,done,.*,Bob Berg,bob@example.com$/)
      const compared = yield* runHere("compare", at("before.json"), "--format", "csv")
      expect(compared.stdout.split("\r\n").slice(0, 2)).toEqual([
        "userId,licenseId,change,name,email,department,division",
        "b2,cloudCX3,lost,Bob Berg,bob@example.com,Sales,South"
      ])
      yield* runHere("undo", at("plan.journal.ndjson"), "--output", at("undo.json"))
      expect((yield* run(["show", at("undo.json")])).stdout).toContain("Bob Berg")
      expect((yield* runHere("apply", at("undo.json"), "--yes")).exitCode).toBe(0)
      expect((yield* runHere("compare", at("before.json"))).exitCode).toBe(0)
      const sent = JSON.stringify(yield* (yield* Emulator).journal.requests)
      expect(sent).not.toMatch(/example\.com/i)
    }).pipe(Effect.provide(organization))
  )

  it.live("of a plan is refused before anything is sent where two people have it", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("give.csv"), "email,licenseId\nboth@example.com,cloudCX3\n")
      const { exitCode, stderr } = yield* runHere("plan", at("give.csv"), "--output", at("plan.json"))
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining("Cy Chen (user c3), Di Dorn (user d4)")
      })
      expect(yield* requests).not.toContain("postLicenseOrganization")
    }).pipe(Effect.provide(organization))
  )
})
