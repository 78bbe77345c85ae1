import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readFileSync, writeFileSync } from "node:fs"
import * as Canary from "../support/Canary.ts"
import { folder, run, runHere, withoutChance } from "./run.ts"

const organization = Server.layer({ users: 40, seed: "golden" })

/** What it said on stderr, alone, when it ended with 1. */
const said = ({ exitCode, stderr, stdout }: { exitCode: number; stderr: string; stdout: string }) => {
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
  expect(stderr).not.toMatch(/^ +at |undefined|\[object/m)
  expect(stderr).not.toContain("\x1b")
  return withoutChance(stderr)
}

describe("a wrong call ends with 1 and says on stderr that", () => {
  const calls: ReadonlyArray<readonly [args: ReadonlyArray<string>, sentence: string]> = [
    [["audti"], 'Unknown subcommand "audti" for "genesys-license"\n\n  Did you mean this?\n    audit\n'],
    [["audit", "--formt", "csv"], "Unrecognized flag: --formt in command genesys-license audit"],
    [["audit", "--format", "xlsx"], 'Invalid value for flag --format: "xlsx". Expected: "table" | "csv"'],
    [["users", "--format", "html"], 'Invalid value for flag --format: "html". Expected: "table"'],
    [["audit", "--page-size", "0"], 'Invalid value for flag --page-size: "0".'],
    [["plan"], "Missing required argument: desired"],
    [["apply", "plan.json", "--max-changes", "-1"], "Invalid value for flag --max-changes"],
    [
      ["users", "--inactive-days", "60", "--no-people"],
      "--inactive-days needs the last logins. Leave out --no-people, or pass --facts with a column lastLogin.\n"
    ],
    [
      ["audit", "--inactive-days", "60", "--no-people"],
      "--inactive-days needs the last logins. Leave out --no-people, or pass --facts with a column lastLogin.\n"
    ],
    [
      ["audit", "--json", "--format", "csv"],
      "--json means --format json, and contradicts the given --format. Pass only one of the two.\n"
    ],
    [
      ["users", "--unlicensed", "--license", "cloudCX3"],
      "--unlicensed lists users without a license, but --license names one. Leave out one of the two.\n"
    ],
    [
      ["users", "--unlicensed", "--pairs"],
      "--unlicensed lists users without a license, but --pairs lists licenses. Leave out one of the two.\n"
    ],
    [
      ["users", "--delimiter", "semicolon"],
      "--delimiter only works for CSV, but the format is table. Pass --format csv.\n"
    ],
    [["users", "--delimiter", "x", "--format", "csv"], "Expected comma, semicolon or tab, got"],
    [
      ["audit", "--bom", "--output", "a.json"],
      "--bom only works for CSV, but the format is json. Pass --format csv.\n"
    ],
    [["plan", "d.csv", "--bom"], "--bom only works for CSV, but the format is table. Pass --format csv.\n"],
    [
      ["users", "-o", "json"],
      '--output takes a file name, but "json" looks like a format. For JSON on stdout, pass --format json. For a file with that name, pass --output ./json.\n'
    ],
    [["audit", "-o", "HTML"], '--output takes a file name, but "HTML" looks like a format'],
    [
      ["snapshot", "-o", "json"],
      '--output takes a file name, but "json" looks like a format. The file is always JSON.'
    ],
    [["users", "-o", ""], "--output needs a file name; - is stdout.\n"],
    [
      ["users", "-o", "users.xlsx"],
      "--output users.xlsx: this command does not write .xlsx files. Use one of the extensions .txt (a table), .csv, .json, .ndjson, or pass --format.\n"
    ],
    [
      ["audit", "-o", "audit.pdf"],
      "does not write .pdf files. Use one of the extensions .txt (a table), .csv, .json, .ndjson, .html,"
    ],
    [["definitions", "-o", "a.html"], "--output a.html: this command does not write .html files."],
    [["plan", "d.csv", "-o", "plan.csv"], "--output plan.csv: the file is always JSON. Use a name that ends in .json."],
    [["undo", "j.ndjson", "-o", "undo.xlsx"], "--output undo.xlsx: the file is always JSON."],
    [["users", "-o", "none/users.csv"], "none/users.csv cannot be written: there is no such directory.\n"],
    [["users", "-o", "test", "--format", "csv"], "test cannot be written: it is a directory.\n"],
    [["compare", "-", "-"], "Only one file can come from stdin, but the snapshot after is a second one.\n"],
    [
      ["compare", "a.json", "b.json", "--region", "us-east-1"],
      "Comparing two snapshots needs no connection. Leave out --region, --gateway and --emulated.\n"
    ],
    [["apply", "-"], "A plan from stdin has no file name, so its journal needs one. Pass --journal FILE.\n"],
    [
      ["infer", "--permission", "routing"],
      '--permission "routing": a permission has three parts, such as analytics:userDetail:view.\n'
    ],
    [["infer"], "Pass either --role or --permission.\n"],
    [["infer", "--role", "r", "--permission", "p"], "Pass either --role or --permission.\n"],
    [["audit", "--region", "mars"], "configure: GENESYSCLOUD_OAUTHCLIENT_ID is not set; set it and "],
    [["audit", "--gateway", "proxy.example"], "--gateway must be a URL such as https://proxy.example:8443.\n"],
    [
      ["audit", "--gateway", "https://u:p@proxy.example"],
      "--gateway must be a URL such as https://proxy.example:8443.\n"
    ],
    [["compare", "none.json"], "none.json cannot be read: there is no such file.\n"],
    [["compare", "test"], "test cannot be read: it is a directory.\n"],
    [["compare", "README.md"], "README.md is not a valid snapshot: it is not valid JSON. Take a new snapshot"],
    [["apply", "package.json"], "package.json is not a valid plan: "],
    [
      ["undo", "package.json", "--emulated"],
      "package.json is not a valid journal: line 1: it is not how a journal begins."
    ],
    [["plan", "README.md"], "README.md"],
    [["audit", "--facts", "none.csv"], "none.csv cannot be read: there is no such file.\n"]
  ]
  for (const [args, sentence] of calls) {
    it.live(args.join(" "), () => Effect.map(run(args), (outcome) => expect(said(outcome)).toContain(sentence)))
  }
})

describe("an organization", () => {
  const someone = { GENESYSCLOUD_OAUTHCLIENT_ID: "someone", GENESYSCLOUD_OAUTHCLIENT_SECRET: Canary.clientSecret }

  it.live("that a flag names is called by the flag when it makes no sense", () =>
    Effect.gen(function* () {
      expect(said(yield* run(["audit", "--region", "mars-north-1"], someone))).toBe(
        "configure: --region is neither a known region nor a host; set it to a value such as us-east-1, us_east_1 or mypurecloud.com.\n"
      )
      expect(said(yield* run(["audit", "--gateway", "http://proxy.example"], someone))).toMatch(
        /^configure: --gateway may be http only for this machine/
      )
    })
  )

  it.live("that a flag names wins over the environment", () =>
    Effect.gen(function* () {
      const { url } = yield* Server
      const outcome = yield* runHere("audit", "--gateway", url, "--json")
      expect(JSON.parse(outcome.stdout).users).toBe(40)
      expect(said(yield* runHere("audit", "--gateway", "http://127.0.0.1:1"))).toMatch(
        /<host> cannot be reached \(ECONNREFUSED\)/
      )
      expect(said(yield* runHere("audit", "--region", "mars"))).toMatch(/--region is neither a known region nor a host/)
    }).pipe(Effect.provide(organization))
  )

  it.live("does not have what it is asked for, in words", () =>
    Effect.gen(function* () {
      expect(said(yield* runHere("user", "nobody"))).toBe('There is no user "nobody" in this organization.\n')
      expect(said(yield* runHere("user", "jane@example.com"))).toBe(
        'No user in the directory has the e-mail address "jane@example.com". For a deleted user, pass the id.\n'
      )
      expect(said(yield* runHere("definitions", "cloudCX9"))).toMatch(
        /^The organization has no license cloudCX9\. It has .*, cloudCX3, /
      )
      expect(said(yield* runHere("definitions", "cloudcx3"))).toMatch(
        /^The organization has no license cloudcx3\. Did you mean cloudCX3\? It has /
      )
    }).pipe(Effect.provide(organization))
  )
})

describe("what an organization tells", () => {
  it.live("cannot move the cursor of a terminal", () =>
    Effect.gen(function* () {
      const { exitCode, stdout } = yield* runHere("definitions")
      expect(exitCode).toBe(0)
      expect(stdout).toContain("erases [2J the screen")
      expect(stdout).not.toContain("\x1b")
      expect(stdout.trim().split("\n")).toHaveLength(2)
    }).pipe(
      Effect.provide(
        Server.layer({
          users: 0,
          definitions: [{ id: "odd", description: "erases\x1b[2J\nthe screen", prerequisites: [], comprises: [] }]
        })
      )
    )
  )

  it.live("and how it moved meanwhile is said on stderr", () =>
    Effect.gen(function* () {
      const moved = yield* runHere("audit", "--page-size", "10", "--concurrency", "1", "--json")
      expect(moved.exitCode).toBe(0)
      expect(moved.stderr).toBe(
        "The list of users changed while it was read: up to 3 users may be missing. Pass --readings 5 to read it until two passes agree.\n"
      )
      const settled = yield* runHere("audit", "--page-size", "10", "--readings", "5", "--json")
      expect(settled).toMatchObject({ exitCode: 0, stderr: "" })
      expect(JSON.parse(settled.stdout)).toMatchObject({ users: 37, drift: { confirmed: true } })
    }).pipe(
      Effect.provide(
        Server.layer({
          users: 40,
          faults: [{ operation: "getLicenseUsers", nth: 2, fault: { type: "drift", leave: 3 } }]
        })
      )
    )
  )
})

describe("a plan", () => {
  it.live("that takes away what another license needs says so", () =>
    Effect.gen(function* () {
      const users = [{ id: "00000000-0000-4000-8000-00000000000a", licenses: ["cloudCX3", "wfm"] }]
      const cloudCX2 = { id: "cloudCX2", comprises: [], prerequisites: [] }
      const definitions = [
        cloudCX2,
        { id: "cloudCX3", comprises: [cloudCX2], prerequisites: [] },
        { id: "wfm", comprises: [], prerequisites: [cloudCX2] }
      ]
      const services = yield* Layer.build(Server.layer({ users, definitions }))
      const outcome = yield* Effect.provide(runHere("take", "cloudCX3", users[0]!.id, "--no-people"), services)
      expect(withoutChance(outcome.stderr)).toContain(
        "User 00000000-0000-4000-8000-00000000000a would hold wfm without its prerequisite cloudCX2, and without another license that includes it.\n"
      )
    })
  )

  const planned = Effect.gen(function* () {
    const at = yield* folder
    const [line = ""] = (yield* runHere("users", "--license", "cloudCX2", "--format", "ndjson")).stdout.split("\n")
    const { userId } = JSON.parse(line)
    writeFileSync(at("desired.csv"), `userId,licenseId,state\n${userId},cloudCX2,absent\n${userId},cloudCX3,present\n`)
    const outcome = yield* runHere("plan", at("desired.csv"), "--output", at("plan.json"))
    expect(outcome.exitCode).toBe(2)
    return { at, userId, apply: (...args: ReadonlyArray<string>) => runHere("apply", at("plan.json"), ...args) }
  })

  it.live("of what there is nothing of ends with 0", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("desired.csv"), "userId,licenseId\n")
      expect(yield* runHere("plan", at("desired.csv"))).toEqual({
        exitCode: 0,
        stdout: "Nothing to change: 0 licenses are already as desired.\n",
        stderr: ""
      })
      writeFileSync(at("desired.csv"), "userId,licenseId\nsomebody,cloudCX9\n")
      expect(said(yield* runHere("plan", at("desired.csv")))).toMatch(
        /^The organization has no license cloudCX9\. It has /
      )
      writeFileSync(at("desired.csv"), "userId,licenseId,state\nsomebody,cloudCX2,maybe\n")
      expect(said(yield* runHere("plan", at("desired.csv")))).toBe(
        '<folder>/desired.csv, line 2, column state: must be present or absent, not "maybe".\n'
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("of all who shall hold a license takes it from everybody else, unless only additions are wanted", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const holders = (yield* runHere("users", "--license", "cloudCX3", "--format", "ndjson")).stdout.trim().split("\n")
      expect(holders.length).toBeGreaterThan(2)
      const { userId } = JSON.parse(holders[0]!)
      writeFileSync(at("desired.csv"), `userId,licenseId\n${userId},cloudCX3\n`)
      const changes = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
        const { exitCode, stdout } = yield* runHere("plan", at("desired.csv"), "--format", "ndjson", ...args)
        return { exitCode, changes: stdout.split("\n").filter((line) => line !== "").length }
      })
      expect(yield* changes()).toEqual({ exitCode: 0, changes: 0 })
      expect(yield* changes("--exact")).toEqual({ exitCode: 2, changes: holders.length - 1 })
      expect(yield* changes("--exact", "--only", "add")).toEqual({ exitCode: 0, changes: 0 })
      expect(yield* changes("--exact", "--only", "remove")).toEqual({ exitCode: 2, changes: holders.length - 1 })
    }).pipe(Effect.provide(organization))
  )

  it.live("takes nothing away where nobody can be asked, unless told", () =>
    Effect.gen(function* () {
      const { apply } = yield* planned
      expect(said(yield* apply())).toBe(
        "The plan takes away 1 license, and there is no terminal to ask for confirmation. Nothing was changed. Check the plan, and pass --yes if it is correct.\n"
      )
      expect((yield* apply("--yes")).exitCode).toBe(0)
    }).pipe(Effect.provide(organization))
  )

  it.live("is refused beyond the limits, once it is stale, and when it was edited", () =>
    Effect.gen(function* () {
      const { apply, at, userId } = yield* planned
      expect(said(yield* apply("--yes", "--max-changes", "1"))).toMatch(
        /has 2 changes, but the limit is 1.*\(--max-changes N\)\n$/
      )
      expect(said(yield* apply("--yes", "--max-removals", "0"))).toMatch(
        /has 1 removal, but the limit is 0.*\(--max-removals N\)\n$/
      )

      writeFileSync(at("other.csv"), `userId,licenseId\n${userId},wallboardUser\n`)
      yield* runHere("plan", at("other.csv"), "--output", at("other.json"))
      expect((yield* runHere("apply", at("other.json"))).exitCode).toBe(0)
      const { name } = JSON.parse((yield* runHere("user", userId, "--format", "json")).stdout)
      expect(said(yield* apply("--yes"))).toBe(
        `The plan is stale: since it was made, ${name} (user ${userId}) gained wallboardUser. Make a new plan.\n`
      )

      writeFileSync(at("plan.json"), readFileSync(at("plan.json"), "utf8").replace('"remove"', '"add"'))
      expect(said(yield* apply("--yes"))).toBe(
        "<folder>/plan.json is not a valid plan: its checksum does not match, so it was edited or cut off. Make a new plan; edited plans are refused.\n"
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("is not applied with the journal of another, nor with one that somebody writes to", () =>
    Effect.gen(function* () {
      const { apply, at, userId } = yield* planned
      writeFileSync(at("other.csv"), `userId,licenseId\n${userId},wallboardUser\n`)
      yield* runHere("plan", at("other.csv"), "--output", at("other.json"))
      yield* runHere("apply", at("other.json"), "--journal", at("other.journal"))
      expect(said(yield* apply("--yes", "--journal", at("other.journal")))).toMatch(
        /is the journal of another plan\..* \(--journal FILE\)\n$/
      )

      yield* runHere("plan", at("desired.csv"), "--output", at("plan.json"))
      const [opened = ""] = readFileSync(at("other.journal"), "utf8").split("\n")
      const { checksum } = JSON.parse(readFileSync(at("plan.json"), "utf8"))
      const lock = JSON.stringify({ ...JSON.parse(opened), plan: checksum, owner: "process 1 on another machine" })
      writeFileSync(at("locked.journal"), `${lock}\n`)
      expect(said(yield* apply("--yes", "--journal", at("locked.journal")))).toMatch(
        /has been in use by process 1 on another machine since .* \(--take-over\)\n$/
      )
      expect((yield* apply("--yes", "--journal", at("locked.journal"), "--take-over")).exitCode).toBe(0)
    }).pipe(Effect.provide(organization))
  )

  it.live("that the server refuses in part ends with 2, and says what is not done and why", () =>
    Effect.gen(function* () {
      const { apply, at } = yield* planned
      const { exitCode, stderr, stdout } = yield* apply("--yes", "--batch-size", "1")
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: "" })
      expect(stdout).toMatch(/^1 of 2 changes done\n\n {2}done {6}1\n {2}refused {3}1\n/)
      expect(stdout).toMatch(/cloudCX2 +take away +refused +.*not today/)
      // What was refused can be tried again.
      expect((yield* apply("--yes")).stdout).toMatch(
        /^2 of 2 changes done\n\n {2}done {3}2\n {2}\(1 of them by an earlier run/
      )
      expect((yield* runHere("plan", at("desired.csv"))).exitCode).toBe(0)
    }).pipe(
      Effect.provide(
        Server.layer({
          users: 40,
          seed: "golden",
          faults: [
            {
              operation: "postLicenseOrganization",
              nth: 2,
              fault: { type: "status", status: 400, message: "not today" }
            }
          ]
        })
      )
    )
  )
})
