import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { writeFileSync } from "node:fs"
import { environment, folder } from "../cli/run.ts"
import { HeldServer, kept } from "../support/HeldServer.ts"
import * as Processes from "../support/processes.ts"
import * as Terminal from "../support/terminal.ts"

const { timeout } = Processes
const main = "packages/cli/src/main.ts"

/** Its second page of users is kept back. */
const held = HeldServer.layer({ users: 1_200, faults: [kept({ operation: "getLicenseUsers", nth: 2 })] })

const onTerminal = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env: Record<string, string> = {}) {
  return yield* Terminal.start(process.execPath, [main, ...args], { env: { ...(yield* environment), ...env } })
})

/** A plan that takes a license from some users, and where it is. */
const planOf = Effect.fnUntraced(function* (removals: number) {
  const at = yield* folder
  const { organization } = yield* Emulator
  const holders = (yield* organization.users).filter(({ licenses }) => licenses.includes("cloudCX2")).slice(0, removals)
  const rows = holders.map(({ id }) => `${id},cloudCX2,absent`)
  writeFileSync(at("desired.csv"), ["userId,licenseId,state", ...rows].join("\n"))
  const args = ["plan", at("desired.csv"), "--output", at("plan.json")]
  const planned = yield* Processes.runFile(main, args, { env: yield* environment })
  expect(planned.exitCode).toBe(2)
  const left = Effect.map(
    organization.users,
    (users) =>
      users.filter(({ id, licenses }) => licenses.includes("cloudCX2") && holders.some((holder) => holder.id === id))
        .length
  )
  return { at, plan: at("plan.json"), left }
})

describe("progress on a terminal", () => {
  it.live(
    "is a bar with what is left, and gone when the result is there",
    () =>
      Effect.gen(function* () {
        const server = yield* HeldServer
        yield* server.hold
        const terminal = yield* onTerminal(["audit"])
        const seen = yield* terminal.shown(
          /Reading users {2}█+░+ {2}[\d,]+ of 1,200 {2}\d+s left {2}[\d,]+\/s {2}\d+ of 300 requests left/
        )
        expect(seen).toContain("\x1b[36m█")
        yield* server.letGo
        const { exitCode, screen } = yield* terminal.outcome
        expect(exitCode).toBe(0)
        const erased = "\r\x1b[K"
        const last = screen.slice(screen.lastIndexOf(erased) + erased.length)
        expect(last).toMatch(/^Licenses of the organization/)
        expect(last).not.toContain("Reading")
      }).pipe(Effect.provide(held)),
    timeout
  )

  it.live(
    "has no color with NO_COLOR, and is not there at all on a dumb terminal",
    () =>
      Effect.gen(function* () {
        const server = yield* HeldServer
        yield* server.hold
        const plain = yield* onTerminal(["audit"], { NO_COLOR: "1" })
        yield* plain.shown(/Reading users {2}█+░+ /)
        yield* server.letGo
        const { screen } = yield* plain.outcome
        for (const color of ["\x1b[36m", "\x1b[39m", "\x1b[0m", "\x1b[1m"]) expect(screen).not.toContain(color)

        const dumb = yield* (yield* onTerminal(["audit"], { TERM: "dumb" })).outcome
        expect(dumb.exitCode).toBe(0)
        expect(dumb.screen).toMatch(/^Licenses of/)
        expect(dumb.screen).not.toContain("\x1b")
      }).pipe(Effect.provide(held)),
    timeout
  )

  it.live(
    "does not tear rows that appear on the same terminal",
    () =>
      Effect.gen(function* () {
        const server = yield* HeldServer
        yield* server.hold
        const terminal = yield* onTerminal(["users"])
        // People are read before the first row; the line that tells of it is on the screen by then.
        yield* terminal.shown(/Reading people {2}█+░+ /)
        yield* server.letGo
        const { screen } = yield* terminal.outcome
        const erased = "\r\x1b[K"
        // Whatever is drawn begins where a line begins, and is erased before a row is written there.
        const lines = screen.split("\n").map((line) => (line.startsWith(erased) ? line.split(erased).at(-1)! : line))
        const rows = lines.join("\n")
        expect(rows).not.toMatch(/Reading/)
        expect(rows).not.toContain("\x1b")
        expect(rows).toMatch(/^name +email +licenses +lastLogin +userId\r\n/)
        expect(rows.trim().split("\r\n")).toHaveLength(1_201)
      }).pipe(Effect.provide(HeldServer.layer({ users: 1_200, faults: [kept({ operation: "getUsers", nth: 2 })] }))),
    timeout
  )

  // The window of the server ends when the test says so.
  it.effect(
    "tells that it waits for the rate limit",
    () =>
      Effect.gen(function* () {
        const terminal = yield* onTerminal(["audit", "--page-size", "100", "--no-people"])
        yield* terminal.shown(/waiting \d+s for the rate limit/)
        yield* TestClock.adjust("4 seconds")
        expect((yield* terminal.outcome).exitCode).toBe(0)
      }).pipe(Effect.provide(Server.layer({ users: 800, rateLimit: { requests: 6, window: "4 seconds" } }))),
    timeout
  )
})

describe("before licenses are taken away", () => {
  it.live(
    "a person is asked, and no is no",
    () =>
      Effect.gen(function* () {
        const { left, plan } = yield* planOf(3)
        const terminal = yield* onTerminal(["apply", plan])
        yield* terminal.shown(/Take away 3 licenses\?/)
        yield* terminal.type("n")
        const { exitCode, screen } = yield* terminal.outcome
        expect(exitCode).toBe(1)
        expect(screen).toContain("Nothing was changed: taking away 3 licenses was not confirmed.")
        expect(yield* left).toBe(3)
      }).pipe(Effect.provide(Server.layer({ users: 50 }))),
    timeout
  )

  it.live(
    "a person is asked on stderr, so that the result can go elsewhere",
    () =>
      Effect.gen(function* () {
        const { at, left, plan } = yield* planOf(1)
        const terminal = yield* Terminal.start(
          "sh",
          [
            "-c",
            `"$0" ${main} apply "$1" --format csv > "$2"; echo ended with $?; cat "$2"`,
            process.execPath,
            plan,
            at("out")
          ],
          { env: { ...(yield* environment), NO_COLOR: "1" } }
        )
        yield* terminal.shown(/Take away 1 license\?/)
        yield* terminal.type("y")
        const { screen } = yield* terminal.outcome
        expect(screen).toMatch(
          /ended with 0\r\nuserId,licenseId,change,standing,detail,name,email\r+\n[^,]+,cloudCX2,remove,done,Success/
        )
        expect(yield* left).toBe(0)
      }).pipe(Effect.provide(Server.layer({ users: 50 }))),
    timeout
  )

  it.live(
    "Ctrl-C is no, and ends with 130",
    () =>
      Effect.gen(function* () {
        const { left, plan } = yield* planOf(2)
        const terminal = yield* onTerminal(["apply", plan])
        yield* terminal.shown(/Take away 2 licenses/)
        yield* terminal.type("\x03")
        expect((yield* terminal.outcome).exitCode).toBe(130)
        expect((yield* terminal.lines).at(-1)).toBe("Stopped. Nothing was changed.")
        expect(yield* left).toBe(2)
      }).pipe(Effect.provide(Server.layer({ users: 50 }))),
    timeout
  )
})

describe("Ctrl-C in the middle", () => {
  it.live(
    "of an apply says how to go on, and the same command goes on",
    () =>
      Effect.gen(function* () {
        const { at, left, plan } = yield* planOf(200)
        const server = yield* HeldServer
        yield* server.hold
        const apply = ["apply", plan, "--yes", "--batch-size", "20"]
        const terminal = yield* onTerminal(apply)
        yield* terminal.shown(/Changing licenses .*40 of 200/)
        yield* terminal.type("\x03")
        yield* server.letGo
        const { exitCode, screen } = yield* terminal.outcome
        expect(exitCode).toBe(130)
        expect(screen).toMatch(
          /Stopped: this run got answers for \d+ of 200 changes\. .* Run the same command again to continue\./
        )
        const open = yield* left
        expect(open).toBeGreaterThan(0)
        expect(open).toBeLessThan(200)

        const env = yield* environment
        const again = yield* Processes.runFile(main, apply, { env })
        expect(again).toMatchObject({ exitCode: 0, stderr: "" })
        expect(again.stdout).toMatch(/^200 of 200 changes done\n/)
        expect(yield* left).toBe(0)

        const [, journal = ""] = /To undo it: genesys-license undo (\S+)/.exec(again.stdout) ?? []
        const undo = ["undo", journal, "--output", at("undo.json")]
        expect((yield* Processes.runFile(main, undo, { env })).exitCode).toBe(2)
        expect((yield* Processes.runFile(main, ["apply", at("undo.json")], { env })).exitCode).toBe(0)
        expect(yield* left).toBe(200)
      }).pipe(
        Effect.provide(
          HeldServer.layer({ users: 1_200, faults: [kept({ operation: "postLicenseOrganization", nth: 3 })] })
        )
      ),
    timeout
  )
})
