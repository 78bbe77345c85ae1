import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { folder, runHere, withoutChance } from "./run.ts"

const formats = { table: "txt", csv: "csv", json: "json", ndjson: "ndjson" } as const
type Format = keyof typeof formats

/** Compares with `test/fixtures/cli/<name>.<ending>`; `vitest -u` writes them anew, to be looked at. */
const expectGolden = (name: string, format: Format, text: string) =>
  Effect.promise(() =>
    // The emulated people were last seen so many days before today.
    expect(withoutChance(text).replace(/\b\d{4}-\d\d-\d\d\b/g, "<day>    ")).toMatchFileSnapshot(
      `../fixtures/cli/${name}.${formats[format]}`
    )
  )

const organization = Server.layer({ users: 120, seed: "golden" })

const people = [
  "id;name;division;lastLogin;state;shoe size",
  "@one;=HYPERLINK(1);Home;2001-02-03;active;40",
  '@two;"Ada ""the first"", Ltd";Sales;;inactive;41',
  ""
].join("\r\n")

/** What is odd about the plan of the test. */
const odd = [
  "1 user not found in the organization: nobody. This user is left out of the plan.\n",
  "User Viktor Kim <viktor.kim.18yzej0@golden.example> would hold communicate and also cloudCX3, which includes it.\n"
].join("")

describe("each format of", () => {
  const commands: ReadonlyArray<readonly [name: string, exitCode: number, args: ReadonlyArray<string>]> = [
    ["audit", 0, ["audit"]],
    ["users", 0, ["users"]],
    ["users-pairs", 0, ["users", "--pairs", "--license", "cloudCX3"]],
    ["users-unlicensed", 0, ["users", "--unlicensed"]],
    ["definitions", 0, ["definitions"]],
    ["definition", 0, ["definitions", "gcSTAupgrade"]],
    [
      "infer-permissions",
      0,
      ["infer", "--permission", "routing:queue:view", "--permission", "recording:recording:view"]
    ]
  ]
  for (const [name, exitCode, args] of commands) {
    it.live(`${args.join(" ")} is as it was`, () =>
      Effect.gen(function* () {
        for (const format of Object.keys(formats) as Array<Format>) {
          const outcome = yield* runHere(...args, "--format", format)
          expect(outcome.exitCode).toBe(exitCode)
          const isPartOfAnAudit = name === "audit" && (format === "csv" || format === "ndjson")
          expect(outcome.stderr).toMatch(
            isPartOfAnAudit
              ? /^(CSV|NDJSON) has only the licenses\. Left out: \d+ users without a license, \d+ combinations, .*\n$/
              : /^$/
          )
          yield* expectGolden(name, format, outcome.stdout)
        }
      }).pipe(Effect.provide(organization))
    )
  }

  it.live("plan, apply, compare and undo is as it was", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* runHere("snapshot", "--output", at("before.json"))
      yield* expectGolden("snapshot", "json", readFileSync(at("before.json"), "utf8"))
      const holders = (yield* runHere("users", "--pairs", "--license", "cloudCX3", "--format", "csv")).stdout
        .trim()
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",")[0]!)
      const desired = [
        "user,license,state",
        ...holders.map((userId) => `${userId},wallboardUser,present`),
        `${holders[0]},cloudCX3,absent`,
        `${holders[1]},communicate,`,
        "nobody,cloudCX2,present"
      ]
      writeFileSync(at("desired.csv"), desired.join("\n").replace("communicate,", "communicate,present"))

      for (const format of Object.keys(formats) as Array<Format>) {
        const planned = yield* runHere("plan", at("desired.csv"), "--output", at("plan.json"), "--format", format)
        expect(planned).toMatchObject({ exitCode: 2, stderr: odd })
        yield* expectGolden("plan", format, planned.stdout)
      }
      for (const format of Object.keys(formats) as Array<Format>) {
        const journal = at(`${format}.journal`)
        const applied = yield* runHere("apply", at("plan.json"), "--yes", "--format", format, "--journal", journal)
        expect(applied).toMatchObject({ exitCode: 0, stderr: "" })
        yield* expectGolden("apply", format, applied.stdout)

        const compared = yield* runHere("compare", at("before.json"), "--format", format)
        expect(compared).toMatchObject({ exitCode: 2, stderr: "" })
        yield* expectGolden("compare", format, compared.stdout)

        const undone = yield* runHere("undo", journal, "--output", at("undo.json"), "--format", format)
        expect(undone).toMatchObject({ exitCode: 2, stderr: "" })
        yield* expectGolden("undo", format, undone.stdout)
        const back = yield* runHere("apply", at("undo.json"), "--yes", "--journal", at(`${format}.undo`))
        expect(back.exitCode).toBe(0)
      }
      const same = yield* runHere("compare", at("before.json"))
      expect(same.exitCode).toBe(0)
      yield* expectGolden("compare-same", "table", same.stdout)
      const nothing = yield* runHere("undo", at("table.journal"))
      expect(nothing.exitCode).toBe(0)
    }).pipe(Effect.provide(organization))
  )

  it.live("an audit with facts is as it was", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const [one, two] = (yield* runHere("users", "--license", "cloudCX2", "--format", "ndjson")).stdout
        .split("\n", 2)
        .map((line) => JSON.parse(line).userId)
      writeFileSync(at("people.csv"), people.replace("@one", one).replace("@two", two))
      for (const format of Object.keys(formats) as Array<Format>) {
        const audit = yield* runHere("audit", "--facts", at("people.csv"), "--list", "2", "--format", format)
        expect(audit.exitCode).toBe(0)
        const [first, second] = audit.stderr.split("\n")
        expect(first).toBe(`${at("people.csv")}: ignored columns: "shoe size".`)
        expect(second).toMatch(
          format === "csv" || format === "ndjson" ? /Left out: .*divisions and names of idle users/ : /^$/
        )
        yield* expectGolden("audit-facts", format, audit.stdout)
        const users = yield* runHere("users", "--facts", at("people.csv"), "--inactive-days", "60", "--format", format)
        expect(users.exitCode).toBe(0)
        yield* expectGolden("users-inactive", format, users.stdout)
      }
    }).pipe(Effect.provide(organization))
  )

  it.live("user is as it was", () =>
    Effect.gen(function* () {
      const [line = ""] = (yield* runHere("users", "--license", "gcSTAupgrade", "--format", "ndjson")).stdout.split(
        "\n"
      )
      const { userId } = JSON.parse(line)
      for (const format of Object.keys(formats) as Array<Format>) {
        const { exitCode, stderr, stdout } = yield* runHere("user", userId, "--format", format)
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
        yield* expectGolden("user", format, stdout)
      }
    }).pipe(Effect.provide(organization))
  )
})

describe("an output file", () => {
  it.live("has the format that its name tells, unless another is asked for", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const wrote = Effect.fnUntraced(function* (name: string, ...args: ReadonlyArray<string>) {
        const outcome = yield* runHere("definitions", "--output", at(name), ...args)
        expect(outcome).toEqual({ exitCode: 0, stdout: "", stderr: "" })
        return readFileSync(at(name), "utf8")
      })
      expect(yield* wrote("a.csv")).toMatch(/^licenseId,permissions,/)
      expect(JSON.parse(yield* wrote("a.json")).definitions).toHaveLength(12)
      expect((yield* wrote("a.ndjson")).trim().split("\n")).toHaveLength(12)
      expect(yield* wrote("a.JSONL")).toMatch(/^\{"licenseId":/)
      expect(yield* wrote("a.txt")).toMatch(/^licenseId +permissions/)
      expect(yield* wrote("b.csv", "--format", "json")).toMatch(/^\{"version":1,/)
    }).pipe(Effect.provide(organization))
  )

  it.live("is a page of its own with bars, for an audit, titled by the name of the organization", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const quiet = yield* runHere("audit", "--output", at("audit.html"), "--no-sheets")
      expect(quiet).toEqual({ exitCode: 0, stdout: "", stderr: "" })
      const page = readFileSync(at("audit.html"), "utf8")
      expect(page).toMatch(/^<!doctype html>/i)
      expect(page).toContain('<span class="bar"')
      expect(page).toContain("<h1>Licenses of golden (emulated)</h1>")
      expect(page).toContain("License audit of 127.0.0.1:")
    }).pipe(Effect.provide(organization))
  )

  it.live("is replaced in one step, or left as it was", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("users.csv"), "what was there before")
      const failed = yield* runHere("users", "--output", at("users.csv"), "--gateway", "http://127.0.0.1:1")
      expect(failed.exitCode).toBe(1)
      expect(readFileSync(at("users.csv"), "utf8")).toBe("what was there before")
      expect((yield* runHere("users", "--output", at("users.csv"))).exitCode).toBe(0)
      expect(readFileSync(at("users.csv"), "utf8")).toMatch(/^userId,licenses,name,email,/)
    }).pipe(Effect.provide(organization))
  )
})
