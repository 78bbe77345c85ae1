import { describe, expect, it } from "@effect/vitest"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { folder, runHere } from "./run.ts"

const seen = { dateLastLogin: "2026-10-05T00:00:00Z", lastTokenIssued: null }

const options: EmulatorOptions = {
  users: [
    { id: "ann", licenses: ["cloudCX2"] },
    { id: "bob", licenses: ["cloudCX2", "wallboardUser"] },
    { id: "eve", licenses: ["cloudCX2"] }
  ],
  people: [
    { id: "ann", name: "Ann", email: "Ann@acme.example", department: "Sales", ...seen },
    { id: "bob", name: "Bob", email: "bob@acme.example", state: "inactive", ...seen },
    { id: "eve", name: "Eve", email: "eve@acme.example", dateLastLogin: null, lastTokenIssued: null }
  ]
}

/** An organization whose report of October is made. */
const organization =
  (more: EmulatorOptions = {}) =>
  <A, E, R>(test: Effect.Effect<A, E, R>) =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      yield* organization.billableUsage(DateTime.makeUnsafe("2026-10-01"), DateTime.makeUnsafe("2026-11-01"))
      return yield* test
    }).pipe(Effect.provide(Server.layer({ ...options, ...more })))

const october = ["billing", "--month", "2026-10"]

const requests = (operation: string) =>
  Effect.flatMap(Emulator, ({ journal }) =>
    Effect.map(journal.requests, (requests) => requests.filter((request) => request.operation === operation).length)
  )

/** The pauses between two looks at a report last no time. */
const impatiently = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.flatMap(Clock.Clock, (clock) =>
    Effect.provideService(
      effect,
      Clock.Clock,
      Object.assign(Object.create(clock) as Clock.Clock, {
        sleep: (duration: Duration.Duration) =>
          Duration.toSeconds(duration) === 3 ? Effect.void : clock.sleep(duration)
      })
    )
  )

describe("billing", () => {
  it.live("counts usage by charge, and tells who is not in the directory", () =>
    Effect.gen(function* () {
      expect(yield* runHere(...october)).toEqual({
        exitCode: 0,
        stderr: "",
        stdout: [
          "Billable usage from 2026-10-01 to 2026-11-01",
          "",
          "  Charge               Usage   Billed   Not in the directory",
          "  Genesys Cloud CX 2       2        2                      0",
          "  Wallboard User           1        1                      0",
          "",
          "Use --format csv to list who and what was billed.",
          ""
        ].join("\n")
      })
    }).pipe(organization())
  )

  it.live("names who was billed in CSV and JSON, active or not, in a file that is nobody else's", () =>
    Effect.gen(function* () {
      const at = yield* folder
      expect((yield* runHere(...october, "--output", at("billed.csv"))).exitCode).toBe(0)
      expect(readFileSync(at("billed.csv"), "utf8").split("\r\n")).toEqual([
        "charge,totalUsage,licenseId,resource,date,isInDirectory,userId,name,department,division,state,holds",
        expect.stringMatching(
          /^Genesys Cloud CX 2,2,,Ann@acme\.example,2026-10-01T00:00:00\.000Z,true,ann,Ann,Sales,[^,]*,active,$/
        ),
        expect.stringMatching(/^Genesys Cloud CX 2,2,,bob@acme\.example,.*,true,bob,Bob,[^,]*,[^,]*,inactive,$/),
        expect.stringMatching(/^Wallboard User,1,,bob@acme\.example,/),
        ""
      ])
      expect(statSync(at("billed.csv")).mode & 0o777).toBe(0o600)
      const { stdout } = yield* runHere(...october, "--format", "json")
      expect(JSON.parse(stdout)).toMatchObject({
        version: 1,
        startDate: "2026-10-01T00:00:00.000Z",
        endDate: "2026-11-01T00:00:00.000Z",
        charges: [
          { charge: "Genesys Cloud CX 2", totalUsage: "2", resources: [{ userId: "ann" }, { userId: "bob" }] },
          {}
        ]
      })
    }).pipe(organization(), Effect.scoped)
  )

  it.live("reads no directory with --no-people, and goes on without one that may not be read", () =>
    Effect.gen(function* () {
      const without = yield* runHere(...october, "--no-people", "--format", "csv")
      expect(without).toMatchObject({ exitCode: 0, stderr: "" })
      expect(without.stdout).toContain("Genesys Cloud CX 2,2,,Ann@acme.example,2026-10-01T00:00:00.000Z,,,,,,,\r\n")
      expect(yield* requests("getUsers")).toBe(0)

      const forbidden = yield* runHere(...october, "--format", "csv")
      expect({ ...forbidden, stderr: "" }).toEqual(without)
      expect(forbidden.stderr).toMatch(/^E-mail addresses cannot be looked up in the directory\. getUsers: .*\n$/)
    }).pipe(organization({ faults: [{ operation: "getUsers", fault: { type: "status", status: 403 } }] }))
  )

  it.live(
    "has the holders of a license beside a charge that a file maps, and tells what of the file fits nothing",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        writeFileSync(
          at("charges.csv"),
          "charge,licenseId\ngenesys cloud cx 2,cloudCX2\nWallboard User,wallbord\nCX 9,cloudCX2\n"
        )
        const { exitCode, stderr, stdout } = yield* runHere(...october, "--charges", at("charges.csv"))
        expect({ exitCode, stderr }).toEqual({
          exitCode: 0,
          stderr: `${at("charges.csv")}: not billed in this period: "CX 9".\n${at("charges.csv")}: nobody holds: "wallbord".\n`
        })
        expect(stdout).toContain("  Charge               Usage   Billed   Not in the directory    License   Held now\n")
        expect(stdout).toContain("  Genesys Cloud CX 2       2        2                      0   cloudCX2          3\n")

        const mapped = yield* runHere(...october, "--charges", at("charges.csv"), "--format", "ndjson")
        expect(
          mapped.stdout
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line).holds)
        ).toEqual([true, true, false])
      }).pipe(organization(), Effect.scoped)
  )

  it.live.each([
    [2, 0, "Billable usage from 2026-10-01 to 2026-11-01\n", ""],
    [
      undefined,
      1,
      "",
      "getBillingReportsBillableusage: Genesys Cloud is still preparing the report after 1m 57s. Try again later."
    ]
  ] as const)("waits while the report is being made, %s times, and not for ever", ([times, code, out, error]) =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* runHere(...october).pipe(impatiently)
      expect(exitCode).toBe(code)
      expect(stdout.slice(0, out.length)).toBe(out)
      expect(stderr.slice(0, error.length)).toBe(error)
      expect(yield* requests("getBillingReportsBillableusage")).toBe((times ?? 39) + 1)
    }).pipe(
      organization({
        faults: [
          {
            operation: "getBillingReportsBillableusage",
            ...(times !== undefined && { times }),
            fault: { type: "response", json: { status: "InProgress" } }
          }
        ]
      })
    )
  )

  it.live("fails in a sentence where the permission is missing", () =>
    Effect.gen(function* () {
      expect(yield* runHere(...october)).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(
          /^getBillingReportsBillableusage: The OAuth client lacks a permission\. Give one of its roles billing:subscription:read or billing:subscription:view\./
        )
      })
    }).pipe(
      organization({
        faults: [{ operation: "getBillingReportsBillableusage", fault: { type: "status", status: 403 } }]
      })
    )
  )

  it.live.each([
    [["--month", "2026-10", "--from", "2026-10-01"], "--month excludes --from and --to. Pass one or the other."],
    [["--to", "2026-10-01"], "--to needs --from."],
    [["--from", "2026-10-02", "--to", "2026-10-02"], "--from must be before --to: 2026-10-02T00:00:00.000Z, "],
    [["--from", "2999-01-01"], "--from must be before --to: 2999-01-01T00:00:00.000Z, "],
    [["--month", "10/2026"], 'Expected a month such as 2026-10, got "10/2026"'],
    [["--from", "2026-02-31"], 'Expected a day such as 2026-10-01, got "2026-02-31"']
  ] as const)("refuses a period that is none before anything is sent: %j", ([flags, message]) =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* runHere("billing", ...flags)
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
      expect(stderr).toContain(message)
      expect(yield* requests("getBillingReportsBillableusage")).toBe(0)
    }).pipe(organization())
  )
})
