import { describe, expect, it } from "@effect/vitest"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { folder, runHere, withoutChance } from "./run.ts"

const holding = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ id: `user-${n}`, licenses: ["cloudCX2"] }))

/** Ten seats were bought; whoever comes later is one too many. */
const organization = (more: EmulatorOptions = {}) => Effect.provide(Server.layer({ users: holding(10), ...more }))

const hireTwo = Effect.flatMap(Emulator, ({ organization }) => organization.updateUsers(() => holding(12)))

const asked = Effect.flatMap(Emulator, ({ journal }) =>
  Effect.map(journal.requests, (requests) => requests.map(({ operation }) => operation))
)

const files = Effect.map(folder, (at) => {
  writeFileSync(
    at("charges.csv"),
    "charge,licenseId\nGenesys Cloud CX 2,cloudCX2\nCX 9,cloudCX2\nWallboard User,wallbord\n"
  )
  writeFileSync(at("prices.csv"), "licenseId,price,currency\ncloudCX2,99.99,USD\nretired,1,USD\n")
  return at
})

describe("an audit", () => {
  it.live("has seats bought beside seats held, where a file maps the charge", () =>
    Effect.gen(function* () {
      const at = yield* files
      yield* hireTwo
      const audit = ["audit", "--charges", at("charges.csv")]
      const { exitCode, stderr, stdout } = yield* runHere(...audit)
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: [
          `${at("charges.csv")}: not a charge of the contracts: "CX 9".`,
          `${at("charges.csv")}: not a license of the organization: "wallbord".`,
          ""
        ].join("\n")
      })
      expect(stdout).toContain(
        [
          "Seats held and bought (preview)",
          "",
          "  License    Held   Bought   Used   Overage   Charge",
          "  cloudCX2     12       10     12         2   Genesys Cloud CX 2",
          "",
          "  Left out: 11 charges without a license in the CSV, or without a prepaid quantity."
        ].join("\n")
      )
      expect(stdout).not.toMatch(/price/i)
      const csv = (yield* runHere(...audit, "--format", "csv")).stdout.split("\r\n")
      expect(csv[0]).toMatch(/^licenseId,users,.*,bought$/)
      expect(csv[1]).toMatch(/^cloudCX2,12,.*,10$/)
      expect(JSON.parse((yield* runHere(...audit, "--json")).stdout)).toMatchObject({
        users: 12,
        bought: { charges: [{ licenseId: "cloudCX2", held: 12, bought: 10, overage: 2 }], strangers: ["CX 9"] }
      })
      yield* runHere(...audit, "--output", at("audit.html"))
      const page = readFileSync(at("audit.html"), "utf8").replaceAll(/<[^>]+>/g, " ")
      expect(page).toMatch(/cloudCX2 +12 +10 +12 +2 +Genesys Cloud CX 2/)
      expect(page).toContain("Left out: 11 charges without a license in the CSV")
      expect(page).not.toMatch(/price/i)
    }).pipe(organization(), Effect.scoped)
  )

  it.live("asks for no contract, and names neither seats bought nor money, without the files", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* runHere("audit")
      expect(stderr).toBe("")
      expect(stdout).not.toMatch(/Bought|price|USD|saved/)
      expect(yield* asked).not.toContain("getBillingContracts")
      expect(JSON.parse((yield* runHere("audit", "--json")).stdout)).not.toMatchObject({ bought: expect.anything() })
    }).pipe(organization())
  )

  it.live("goes on without seats bought where the preview does not answer, and says so in one line", () =>
    Effect.gen(function* () {
      const at = yield* files
      const { exitCode, stderr, stdout } = yield* runHere("audit", "--charges", at("charges.csv"))
      expect(exitCode).toBe(0)
      expect(stderr).toMatch(
        /^Seats bought are left out: the contracts \(preview\) cannot be read\. getBillingContracts: [^\n]*\n$/
      )
      expect(stdout).toContain("Licenses of ")
      expect(stdout).not.toContain("bought (preview)")

      const limited = yield* runHere("audit", "--charges", at("charges.csv"), "--fail-on", "overages>0")
      expect(limited).toMatchObject({ exitCode: 1, stdout: expect.stringContaining("Licenses of ") })
      expect(limited.stderr).toContain("--fail-on overages>0: overages is not known.")
    }).pipe(
      organization({ faults: [{ operation: "getBillingContracts", fault: { type: "status", status: 404 } }] }),
      Effect.scoped
    )
  )

  it.live("has list prices of the seats that are held, and never calls them saved", () =>
    Effect.gen(function* () {
      const at = yield* files
      const audit = ["audit", "--prices", at("prices.csv")]
      const { exitCode, stderr, stdout } = yield* runHere(...audit)
      expect({ exitCode, stderr }).toEqual({
        exitCode: 0,
        stderr: `${at("prices.csv")}: not a license of the organization: "retired".\n`
      })
      expect(stdout).toContain(
        [
          "List price of seats held",
          "",
          "  License     Seats   Price   List price",
          "  cloudCX2       10   99.99       999.90   USD per month",
          "  all seats                       999.90   USD per month",
          "",
          "  The list price is not what you pay: contracts have discounts, and a seat may be prepaid or not billed."
        ].join("\n")
      )
      expect(stdout).not.toMatch(/sav(ed|ing)/i)
      const csv = (yield* runHere(...audit, "--format", "csv")).stdout.split("\r\n")
      expect(csv[0]).toMatch(/^licenseId,users,.*,price,listPrice,currency,per$/)
      expect(csv[1]).toMatch(/,99\.99,999\.90,USD,month$/)

      yield* runHere(...audit, "--output", at("audit.html"))
      const page = readFileSync(at("audit.html"), "utf8").replaceAll(/<[^>]+>/g, " ")
      expect(page).toMatch(/cloudCX2 +10 +99\.99 +999\.90 +USD per month/)
      expect(page).toContain("All seats: 999.90 USD per month")
      expect(page).toContain("The list price is not what you pay")
      expect(page).not.toContain("Seats held and bought")
    }).pipe(organization(), Effect.scoped)
  )

  it.live("is refused with the line of a price that is none, before anything is sent", () =>
    Effect.gen(function* () {
      const at = yield* files
      writeFileSync(at("prices.csv"), "licenseId,price,currency\ncloudCX2,cheap,USD\n")
      const { exitCode, stderr, stdout } = yield* runHere("audit", "--prices", at("prices.csv"))
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
      expect(stderr).toContain(`${at("prices.csv")}, line 2, column price: must be a number such as 120 or 99.50`)
      const over = yield* runHere("audit", "--charges", at("charges.csv"), "--output", at("charges.csv"))
      expect(over.exitCode).toBe(1)
      expect(readFileSync(at("charges.csv"), "utf8")).toContain("CX 9")
      expect(yield* asked).toEqual([])
    }).pipe(organization(), Effect.scoped)
  )
})

describe("audit --fail-on", () => {
  it.live("ends with 2 where a limit is passed, which it names, with the whole result, and with 0 where none is", () =>
    Effect.gen(function* () {
      const at = yield* files
      yield* hireTwo
      const audit = (...args: ReadonlyArray<string>) =>
        Effect.map(runHere("audit", "--format", "json", ...args), (outcome) => ({
          ...outcome,
          stdout: withoutChance(outcome.stdout)
        }))
      const whole = yield* audit()
      expect(yield* audit("--fail-on", "users>12,unlicensed>0")).toEqual(whole)
      expect(yield* audit("--fail-on", "users>12,users>=12, unheld>3")).toEqual({
        exitCode: 2,
        stdout: whole.stdout,
        stderr: "--fail-on users>=12: the number is 12.\n--fail-on unheld>3: the number is 11.\n"
      })
      const charges = ["--charges", at("charges.csv"), "--format", "json"]
      expect(yield* runHere("audit", ...charges, "--fail-on", "overages>0")).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining("--fail-on overages>0: the number is 1.\n")
      })
    }).pipe(organization(), Effect.scoped)
  )

  it.live("ends with 1 where a number is not known, even if another limit is passed", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("facts.csv"), "userId,name\nuser-1,Ann\n")
      const { exitCode, stderr } = yield* runHere(
        "audit",
        "--no-people",
        "--facts",
        at("facts.csv"),
        "--fail-on",
        "users>0,leavers>0"
      )
      expect(exitCode).toBe(1)
      expect(stderr).toBe(
        "--fail-on users>0: the number is 10.\n--fail-on leavers>0: leavers is not known. It counts licensed users who are no longer active; needs the directory, or facts with state.\n"
      )
    }).pipe(organization(), Effect.scoped)
  )

  it.live.each([
    ["idel>50", 'unknown number "idel"; allowed: users, unlicensed, overlaps, unmet, undefined, unheld, '],
    [
      "unheld",
      `"unheld" is not a limit such as 'unheld>50'. Put limits in quotes, because a shell treats > as a redirection.`
    ]
  ] as const)("refuses %s before anything is sent", ([limits, message]) =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* runHere("audit", "--fail-on", limits)
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
      expect(stderr).toContain(`--fail-on: ${message}`)
      expect(yield* asked).toEqual([])
    }).pipe(organization())
  )
})
