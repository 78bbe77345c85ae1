/**
 * A person who has only a spreadsheet, at a terminal: from "who has not logged in for
 * 90 days" to a change that is reviewed, applied and undone, without seeing a UUID.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { folder } from "../cli/run.ts"
import * as OrganizationProcess from "../support/organizationProcess.ts"
import * as Processes from "../support/processes.ts"
import * as Terminal from "../support/terminal.ts"

const timeout = 180_000
const main = join(Processes.root, "packages/cli/src/main.ts")

/** As Genesys Cloud writes ids, whole or cut. */
const uuid = /[\da-f]{8}(-[\da-f]{4}){1,3}|\b[\da-f]{8}…/i

const idle = ["Ann Abe", "Bob Berg", "Cy Chen"]
const busy = ["Di Dorn", "Eve Egli"]
const idOf = (n: number) => `5f1c0de${n}-1111-4222-8333-9444555666${n}0`

/** Five people who hold a license. Some of them have not been seen for long. */
const organization = Effect.map(Clock.currentTimeMillis, (now) => {
  const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString()
  const named = [...idle, ...busy]
  return {
    organization: { id: idOf(9), name: "Acme Contact Center" },
    users: named.map((_, n) => ({ id: idOf(n), licenses: ["cloudCX2", "wallboardUser"] })),
    people: named.map((name, n) => ({
      id: idOf(n),
      name,
      email: `${name.toLowerCase().replace(" ", ".")}@acme.example`,
      dateLastLogin: daysAgo(idle.includes(name) ? 120 : 3),
      lastTokenIssued: null
    }))
  }
})

describe("with a spreadsheet alone", () => {
  it.live(
    "a person finds idle seats, takes them back, thinks again, and never sees an id",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        writeFileSync(at("org.json"), JSON.stringify(yield* organization))
        const { env, users } = yield* OrganizationProcess.start({ file: at("org.json") })
        const before = yield* users
        const screens: Array<string> = []
        /** Types a command into a shell in the person's own folder, and answers what it asks. */
        const types = Effect.fnUntraced(function* (args: ReadonlyArray<string>, question?: RegExp) {
          const terminal = yield* Terminal.start(
            "sh",
            ["-c", 'cd "$1" && shift && exec "$0" "$@"', process.execPath, at("."), main, ...args],
            { env: { ...env, NO_COLOR: "1" }, columns: 100 }
          )
          if (question !== undefined) {
            yield* terminal.shows(question)
            yield* terminal.type("y")
          }
          const { exitCode, screen } = yield* terminal.outcome
          screens.push(stripVTControlCharacters(screen))
          return { exitCode, lines: yield* terminal.lines }
        })

        const looked = ["users", "--license", "cloudCX2", "--inactive-days", "90", "--output", "idle.csv"]
        expect((yield* types(looked)).exitCode).toBe(0)
        // The spreadsheet has ids for programs, as a column among others.
        expect(readFileSync(at("idle.csv"), "utf8")).toContain(idOf(0))

        // First, only a look: what would be done is saved, and nothing is changed.
        const planned = yield* types(["take", "cloudCX2", "--from", "idle.csv", "--output", "plan.json"])
        expect(planned.exitCode).toBe(2)
        for (const name of idle) expect(planned.lines.join("\n")).toContain(name)
        expect(yield* users).toEqual(before)

        const taken = yield* types(["take", "cloudCX2", "--from", "idle.csv"], /Take away 3 licenses\?/)
        expect(taken.exitCode).toBe(0)
        const shown = taken.lines.join("\n")
        expect(shown).toMatch(/^Organization: Acme Contact Center at 127\.0\.0\.1:\d+$/m)
        for (const name of idle)
          expect(shown).toMatch(new RegExp(`^ {2}${name} <.*@acme.example> +cloudCX2 +take away$`, "m"))
        for (const name of busy) expect(shown).not.toContain(name)
        expect(shown).toMatch(/^3 of 3 changes done$/m)
        const holders = (yield* users).filter(({ licenses }) => licenses.includes("cloudCX2")).map(({ id }) => id)
        expect(holders).toEqual([idOf(3), idOf(4)])

        // The screen says what to type for the way back.
        const [, journal = ""] = /genesys-license undo (\S+) --output undo\.json/.exec(shown.replace(/\n/g, " ")) ?? []
        expect(journal).toBe("take-cloudCX2.journal.ndjson")
        const undone = yield* types(["undo", journal, "--output", "undo.json"])
        expect(undone.exitCode).toBe(2)
        for (const name of idle) expect(undone.lines.join("\n")).toContain(name)
        expect((yield* types(["apply", "undo.json"], /Give 3 licenses\?/)).exitCode).toBe(0)
        expect(yield* users).toEqual(before)

        expect(screens).toHaveLength(5)
        for (const screen of screens) expect(screen).not.toMatch(uuid)
      }),
    timeout
  )
})
