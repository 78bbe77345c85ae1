import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { folder, runHere } from "./run.ts"

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

const organization = Effect.provide(
  Server.layer({
    seed: "page",
    roles: [{ id: "r1", name: "Agent", permissions: ["routing:queue:join"] }],
    users: [
      { id: "idle", licenses: ["cloudCX2", "communicate"] },
      { id: "left", licenses: ["cloudCX2"] },
      { id: "sso", licenses: ["cloudCX3"] },
      { id: "here", licenses: ["cloudCX2"] }
    ],
    people: [
      { id: "idle", name: "Ida Idle", email: "ida@example.com", dateLastLogin: daysAgo(200), lastTokenIssued: null },
      { id: "left", name: "Léo Left", state: "deleted", dateLastLogin: daysAgo(3), lastTokenIssued: null },
      { id: "sso", name: "Sol Sso", dateLastLogin: null, lastTokenIssued: null },
      { id: "here", name: "Hal Here", dateLastLogin: daysAgo(1), lastTokenIssued: null, roles: ["r1"] }
    ]
  })
)

const sheets = ["audit.idle.csv", "audit.leavers.csv", "audit.never.csv", "audit.not-known.csv"]

/** The ids in a sheet. */
const idsOf = (path: string) =>
  readFileSync(path, "utf8")
    .split("\r\n")
    .slice(1, -1)
    .map((line) => line.split(",")[0])

describe("the page of an audit", () => {
  it.live("has the people of each finding as a sheet beside it, which nobody else may read", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const outcome = yield* runHere("audit", "--output", at("audit.html"))
      // Nobody has to find out by listing the folder that there are more files with names of people.
      const stderr =
        "The people of the page are beside it: audit.leavers.csv, audit.idle.csv, audit.never.csv, audit.not-known.csv.\n"
      expect(outcome).toEqual({ exitCode: 0, stdout: "", stderr })
      expect(readdirSync(at(".")).sort()).toEqual(["audit.html", ...sheets])
      for (const name of sheets) expect(statSync(at(name)).mode & 0o777).toBe(0o600)
      expect(sheets.map((name) => idsOf(at(name)))).toEqual([["idle"], ["left"], [], ["sso"]])
      const idle = readFileSync(at("audit.idle.csv"), "utf8")
      // The columns of `users`, after a mark that tells Excel the encoding.
      const { stdout } = yield* runHere("users", "--format", "csv")
      expect(idle.split("\r\n")[0]).toBe(`\uFEFF${stdout.split("\r\n")[0]}`)
      expect(idle).toContain("idle,cloudCX2 communicate,Ida Idle,ida@example.com,")
      const page = readFileSync(at("audit.html"), "utf8")
      for (const name of ["audit.idle.csv", "audit.leavers.csv", "audit.not-known.csv"]) {
        expect(page).toContain(`<a href="./${name}">${name}</a>`)
      }
      expect(page).toContain("--from audit.idle.csv")
    }).pipe(organization)
  )

  it.live("replaces a sheet of last week, also with one in which nobody is", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("audit.never.csv"), "userId\nsomebody\n")
      yield* runHere("audit", "--output", at("audit.html"))
      expect(idsOf(at("audit.never.csv"))).toEqual([])
    }).pipe(organization)
  )

  it.live("has no sheets with --no-sheets, with --list 0, or where it is no file", () =>
    Effect.gen(function* () {
      const at = yield* folder
      for (const args of [
        [at("a.html"), "--no-sheets"],
        [at("b.html"), "--list", "0"]
      ]) {
        expect((yield* runHere("audit", "--output", ...args)).stderr).toBe("")
      }
      const { stdout } = yield* runHere("audit", "--format", "html")
      expect(readdirSync(at(".")).sort()).toEqual(["a.html", "b.html"])
      expect(stdout).toContain("Ida Idle")
      expect(stdout).not.toContain("./audit")
      expect(readFileSync(at("b.html"), "utf8")).not.toContain("Ida Idle")
    }).pipe(organization)
  )

  it.live("does not write a sheet over what it reads", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("audit.idle.csv"), "userId,lastLogin\nidle,2026-01-01\n")
      const facts = at("audit.idle.csv")
      const { exitCode, stderr } = yield* runHere("audit", "--facts", facts, "--output", at("audit.html"))
      expect(exitCode).toBe(1)
      expect(stderr).toContain("the sheet of idle")
      expect(stderr).toContain("is the same file as the facts")
      expect(existsSync(at("audit.html"))).toBe(false)
    }).pipe(organization)
  )

  it.live("has with --roles a desired state that takes what no role needs, which plan reads as it is", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const { stderr } = yield* runHere("audit", "--roles", "--output", at("audit.html"))
      expect(stderr).toMatch(/^The people of the page are beside it: .+, audit\.unneeded\.csv\.\n$/)
      expect(readFileSync(at("audit.unneeded.csv"), "utf8")).toContain("sso,cloudCX3,absent,Sol Sso")
      const planned = yield* runHere("plan", at("audit.unneeded.csv"), "--output", at("plan.json"))
      expect(planned).toMatchObject({ exitCode: 2 })
    }).pipe(organization)
  )

  it.live("is titled by the host where the client may not read the name of the organization, and says so", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* runHere("audit", "--format", "html")
      expect(stderr).toMatch(
        /^The name of the organization cannot be read, so the title of the page has 127\.0\.0\.1:\d+\. /
      )
      expect(stdout).toMatch(/<h1>Licenses of 127\.0\.0\.1:\d+<\/h1>/)
    }).pipe(
      Effect.provide(
        Server.layer({
          users: 3,
          faults: [{ operation: "getOrganizationsMe", fault: { type: "status", status: 403 } }]
        })
      )
    )
  )

  it.live("has the same columns of licenses in CSV, NDJSON and JSON", () =>
    Effect.gen(function* () {
      const [csv, ndjson, json] = yield* Effect.forEach(["csv", "ndjson", "json"], (format) =>
        Effect.map(runHere("audit", "--format", format), ({ stdout }) => stdout)
      )
      const columns = csv!.split("\r\n")[0]!.split(",").sort()
      expect(Object.keys(JSON.parse(ndjson!.split("\n")[0]!)).sort()).toEqual(columns)
      expect(Object.keys(JSON.parse(json!).licenses[0]).sort()).toEqual(columns)
    }).pipe(organization)
  )
})
