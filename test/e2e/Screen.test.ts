/**
 * What a person sees: the screen of a terminal, and not what was written to it.
 */
import { describe, expect, it } from "@effect/vitest"
import type * as Plan from "@genesys-license/admin/change/Plan"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { environment, folder } from "../cli/run.ts"
import { HeldServer, kept } from "../support/HeldServer.ts"
import * as Processes from "../support/processes.ts"
import * as Terminal from "../support/terminal.ts"

const { timeout } = Processes
const main = "packages/cli/src/main.ts"

/** Keeps back the users of a plan, which an apply reads first, and the second page of all users. */
const holding = (users: number) =>
  HeldServer.layer({
    users,
    seed: "golden",
    faults: [
      kept({ operation: "getLicenseUsers", query: { pageNumber: "2" } }),
      kept({ operation: "postLicenseUsers" })
    ]
  })

const on = Effect.fnUntraced(function* (columns: number, args: ReadonlyArray<string>) {
  return yield* Terminal.start(process.execPath, [main, ...args], { env: yield* environment, columns })
})

/** A plan for holders of a license: some shall lose it, some shall get another. */
const planOf = Effect.fnUntraced(function* ({
  additions = 0,
  removals = 0
}: {
  readonly additions?: number
  readonly removals?: number
}) {
  const at = yield* folder
  const { organization } = yield* Emulator
  const holders = (yield* organization.users).filter(
    ({ licenses }) => licenses.includes("cloudCX2") && !licenses.includes("cloudCX3")
  )
  const losing = holders.slice(0, removals)
  const gaining = holders.slice(removals, removals + additions)
  expect([losing.length, gaining.length]).toEqual([removals, additions])
  const rows = [
    ...gaining.map(({ id }) => `${id},cloudCX3,present`),
    ...losing.map(({ id }) => `${id},cloudCX2,absent`)
  ]
  writeFileSync(at("desired.csv"), ["userId,licenseId,state", ...rows].join("\n"))
  const args = ["plan", at("desired.csv"), "--output", at("plan.json")]
  yield* Processes.runFile(main, args, { env: yield* environment })
  const held = Effect.map(
    organization.users,
    (users) =>
      users.filter(({ id, licenses }) => losing.some((user) => user.id === id) && licenses.includes("cloudCX2")).length
  )
  const { people }: Pick<Plan.Plan, "people"> = JSON.parse(readFileSync(at("plan.json"), "utf8"))
  const nameOf = (id: string) => people?.find(({ userId }) => userId === id)?.name
  return { plan: at("plan.json"), losing, gaining, held, nameOf }
})

describe.each([80, 120])("on a screen of %i columns", (columns) => {
  it.live(
    "apply says that it checks, asks below what it would do, and shows nothing else until it is answered",
    () =>
      Effect.gen(function* () {
        const { gaining, held, losing, nameOf, plan } = yield* planOf({ removals: 3, additions: 1 })
        const server = yield* HeldServer
        yield* server.hold
        const terminal = yield* on(columns, ["apply", plan])
        expect(yield* terminal.shows(/^Checking the plan$/m)).toEqual(["Checking the plan"])
        yield* server.letGo
        const asked = yield* terminal.shows(/Take away 3 licenses and give 1 license\?/)
        expect(asked.join("\n")).not.toMatch(/Checking|Changing/)
        expect(asked[0]).toMatch(/^Organization: .* at 127\.0\.0\.1:\d+$/)
        for (const [n, { id }] of [...losing, ...gaining].entries()) {
          const line = asked.find((line) => line.includes(`  ${nameOf(id)} <`))
          expect(line).toMatch(n < 3 ? /cloudCX2 +take away$/ : /cloudCX3 +give$/)
          expect(asked.join("\n")).not.toContain(id.slice(0, 8))
        }
        for (const line of asked) expect(line.length).toBeLessThan(columns)
        yield* terminal.type("y")
        yield* terminal.shows(/^4 of 4 changes done$/m)
        expect((yield* terminal.outcome).exitCode).toBe(0)
        expect((yield* terminal.lines).join("\n")).not.toMatch(/Checking|Changing/)
        expect(yield* held).toBe(0)
      }).pipe(Effect.provide(holding(60))),
    timeout
  )

  it.live.each([
    ["audit", /^Licenses of/],
    ["snapshot", /^\S+ has 1,200 users/]
  ] as const)(
    "%s draws one line, which is gone when the result is there",
    ([command, result]) =>
      Effect.gen(function* () {
        const at = yield* folder
        const output = command === "snapshot" ? ["--output", at("s.json")] : []
        const server = yield* HeldServer
        yield* server.hold
        const terminal = yield* on(columns, [command, "--page-size", "100", ...output])
        const seen = yield* terminal.shows(/Reading users .* of 1,200/)
        yield* server.letGo
        expect(seen).toHaveLength(1)
        expect(seen[0]!.length).toBeLessThan(columns)
        expect((yield* terminal.outcome).exitCode).toBe(0)
        const lines = yield* terminal.lines
        expect(lines[0]).toMatch(result)
        expect(lines.join("\n")).not.toContain("Reading")
      }).pipe(Effect.provide(holding(1_200))),
    timeout
  )

  it.live(
    "plan and compare draw one line, and leave their result alone on the screen",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        const env = yield* environment
        yield* Processes.runFile(main, ["snapshot", "--output", at("before.json")], { env })
        const server = yield* HeldServer
        const { organization } = yield* Emulator
        const [user] = yield* organization.users
        writeFileSync(at("desired.csv"), `userId,licenseId\n${user!.id},cloudCX3\n`)
        for (const [args, result] of [
          [["plan", at("desired.csv"), "--exact", "--page-size", "100"], /^[\d,]+ changes; /],
          [["compare", at("before.json"), "--page-size", "100"], /^From /]
        ] as const) {
          yield* server.hold
          const terminal = yield* on(columns, args)
          expect(yield* terminal.shows(/Reading users .* of 300/)).toHaveLength(1)
          yield* server.letGo
          yield* terminal.outcome
          const lines = yield* terminal.lines
          expect(lines[0]).toMatch(result)
          expect(lines.join("\n")).not.toContain("Reading")
        }
      }).pipe(Effect.provide(holding(300))),
    timeout
  )

  it.live(
    "a table fits: ids are cut before words, and words stay whole",
    () =>
      Effect.gen(function* () {
        const terminal = yield* on(columns, ["users"])
        yield* terminal.outcome
        const lines = yield* terminal.lines
        expect(lines).toHaveLength(31)
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
        // Names come first and whole, and the id last.
        for (const line of lines.slice(1)) expect(line).toMatch(/^\p{L}+ \p{L}+ {3,}\S+@?.* [\da-f]{8}\S*…$/u)
      }).pipe(Effect.provide(Server.layer({ users: 30, seed: "golden" }))),
    timeout
  )
})

describe("what was typed before the question", () => {
  it.live(
    "is no answer to it",
    () =>
      Effect.gen(function* () {
        const { held, plan } = yield* planOf({ removals: 2 })
        const server = yield* HeldServer
        yield* server.hold
        const terminal = yield* on(100, ["apply", plan])
        yield* terminal.shows(/Checking/)
        yield* terminal.type("y\ry")
        yield* server.letGo
        yield* terminal.shows(/Take away 2 licenses\?/)
        expect(yield* held).toBe(2)
        yield* terminal.type("n")
        expect((yield* terminal.outcome).exitCode).toBe(1)
        expect(yield* held).toBe(2)
      }).pipe(Effect.provide(holding(60))),
    timeout
  )
})

describe("a large plan", () => {
  it.live(
    "is agreed to by typing how much it takes away, and shows the first of it",
    () =>
      Effect.gen(function* () {
        const { held, plan } = yield* planOf({ removals: 60 })
        const wrong = yield* on(100, ["apply", plan])
        const asked = yield* wrong.shows(/Take away 60 licenses\? Type 60 to continue/)
        expect(asked.filter((line) => line.endsWith(" take away"))).toHaveLength(20)
        expect(asked.join("\n")).toContain("and 40 more")
        yield* wrong.type("y\r")
        expect((yield* wrong.outcome).exitCode).toBe(1)
        expect((yield* wrong.lines).join("\n")).toContain("Nothing was changed")
        expect(yield* held).toBe(60)

        const right = yield* on(100, ["apply", plan])
        yield* right.shows(/Type 60 to continue/)
        yield* right.type("60\r")
        expect((yield* right.outcome).exitCode).toBe(0)
        expect(yield* held).toBe(0)
      }).pipe(Effect.provide(Server.layer({ users: 1_000, seed: "golden" }))),
    timeout
  )

  it.live(
    "is large from the number on that --confirm-removals gives",
    () =>
      Effect.gen(function* () {
        const { plan } = yield* planOf({ removals: 2 })
        const terminal = yield* on(100, ["apply", plan, "--confirm-removals", "1"])
        yield* terminal.shows(/Type 2 to continue/)
        yield* terminal.type("\x03")
        expect((yield* terminal.outcome).exitCode).toBe(130)
        expect((yield* terminal.lines).at(-1)).toBe("Stopped. Nothing was changed.")
      }).pipe(Effect.provide(Server.layer({ users: 60, seed: "golden" }))),
    timeout
  )
})

describe("output that goes elsewhere", () => {
  it.live(
    "draws nothing where it is a pipe, whose other end may write to this screen",
    () =>
      Effect.gen(function* () {
        const script = `"$0" ${main} users --page-size 50 | head -3`
        const terminal = yield* Terminal.start("sh", ["-c", script, process.execPath], {
          env: yield* environment,
          columns: 240
        })
        yield* terminal.outcome
        const { screen } = yield* terminal.outcome
        expect(screen).not.toContain("\x1b")
        const lines = yield* terminal.lines
        expect(lines).toHaveLength(3)
        expect(lines[0]).toMatch(/^name +email +licenses +lastLogin +userId$/)
      }).pipe(
        Effect.provide(
          // Slow enough that there would be something to draw.
          Server.layer({ users: 1_200, faults: [{ fault: { type: "latency", duration: "300 millis" } }] })
        )
      ),
    timeout
  )

  it.live(
    "draws while it is written to a file",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        const script = `"$0" ${main} users --format csv --page-size 100 > "$1"`
        const args = ["-c", script, process.execPath, at("users.csv")]
        const server = yield* HeldServer
        yield* server.hold
        const terminal = yield* Terminal.start("sh", args, { env: yield* environment })
        yield* terminal.shows(/Reading users .* of 1,200/)
        yield* server.letGo
        expect((yield* terminal.outcome).exitCode).toBe(0)
        expect(yield* terminal.lines).toEqual([])
      }).pipe(Effect.provide(holding(1_200))),
    timeout
  )
})
