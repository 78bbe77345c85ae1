/** The table of docs/emulator.md that says how users with generated ids differ. */
import { describe, expect, it } from "@effect/vitest"
import { Organization } from "@genesys-license/emulator/organization/Organization"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../../support/processes.ts"

const day = 24 * 60 * 60 * 1000
const now = Date.parse("2026-11-27T12:00:00Z")

/** What the guide says, in percent: the numbers of the row that begins so. */
const told = (() => {
  const guide = readFileSync(join(root, "docs/emulator.md"), "utf8")
  const [, table = ""] = guide.split("| What | How many of 100 |")
  return (row: string) => {
    const line = table.split("\n").find((line) => line.startsWith(`| ${row}`))
    return (line?.split("|").at(-2) ?? "").split(";").map(Number)
  }
})()

describe("an organization of users with generated ids", () => {
  it.effect("has as many of each kind as the guide says", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const organization = yield* Organization.make({ users: 20_000 })
      const { person } = organization.directory
      const people = (yield* organization.users).map(({ id }) => person(id)!)
      const percent = (isSo: (one: (typeof people)[number]) => boolean) =>
        (people.filter(isSo).length / people.length) * 100
      const states = new Map(people.map(({ id, state }) => [id, state]))
      /** The later of the two dates, as the client reads them. */
      const lastSeen = ({ dateLastLogin, lastTokenIssued }: (typeof people)[number]) => {
        const issued = typeof lastTokenIssued === "object" ? lastTokenIssued?.dateIssued : lastTokenIssued
        return Math.max(...[dateLastLogin, issued].map((date) => (date ? Date.parse(String(date)) : 0)))
      }

      const rows: ReadonlyArray<readonly [row: string, ...found: ReadonlyArray<number>]> = [
        [
          "inactive; deleted",
          percent(({ state }) => state === "inactive"),
          percent(({ state }) => state === "deleted")
        ],
        ["without `dateLastLogin`", percent(({ dateLastLogin }) => !dateLastLogin)],
        [
          "active, and not seen",
          percent((one) => one.state === "active" && lastSeen(one) > 0 && lastSeen(one) < now - 90 * day)
        ],
        [
          "without a token",
          percent(({ lastTokenIssued }) => lastTokenIssued === ""),
          percent(({ lastTokenIssued }) => lastTokenIssued === undefined)
        ],
        ["with a manager", percent(({ manager }) => manager?.id !== undefined && states.get(manager.id) === "active")]
      ]
      for (const [row, ...found] of rows) {
        const expected = told(row)
        expect(expected, row).toHaveLength(found.length)
        // The guide rounds to whole percents.
        for (const [n, share] of found.entries())
          expect(Math.abs(share - expected[n]!), `${row}: ${share}`).toBeLessThan(0.7)
      }
    })
  )
})
