/**
 * The same names of files again and again, as a script has them.
 */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { folder, runHere } from "./run.ts"

const organization = Server.layer({ users: 40, seed: "golden" })

/** Plans that the first users who do not hold a license get it. */
const planned = Effect.fnUntraced(function* (at: (name: string) => string, licenseId: string) {
  const { organization } = yield* Emulator
  const users = (yield* organization.users).filter(({ licenses }) => !licenses.includes(licenseId)).slice(0, 3)
  writeFileSync(at("desired.csv"), ["userId,licenseId", ...users.map(({ id }) => `${id},${licenseId}`)].join("\n"))
  expect((yield* runHere("plan", at("desired.csv"), "--output", at("plan.json"))).exitCode).toBe(2)
  const holding = Effect.map(
    organization.users,
    (now) =>
      now.filter(({ id, licenses }) => licenses.includes(licenseId) && users.some((user) => user.id === id)).length
  )
  return { holding }
})

const hint = /\n(\S+) records every change\. To undo it: (genesys-license undo (\S+) --output undo\.json)\n$/

describe("the same files each week", () => {
  it.live("are planned, applied and undone, with a journal for each plan that the result names", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const journals = new Set<string>()
      for (const licenseId of ["gcSTAupgrade", "gc2WEMupgrade"]) {
        const { holding } = yield* planned(at, licenseId)
        const applied = yield* runHere("apply", at("plan.json"))
        expect(applied).toMatchObject({ exitCode: 0, stderr: "" })
        expect(yield* holding).toBe(3)
        const [, journal = "", , undone = ""] = hint.exec(applied.stdout) ?? []
        expect(undone).toBe(journal)
        expect(journal).toMatch(
          journals.size === 0 ? /\bplan\.journal\.ndjson$/ : /\bplan\.[0-9a-f]{8}\.journal\.ndjson$/
        )
        expect(existsSync(journal)).toBe(true)
        journals.add(journal)

        expect((yield* runHere("undo", journal, "--output", at("undo.json"))).exitCode).toBe(2)
        expect((yield* runHere("apply", at("undo.json"), "--yes")).exitCode).toBe(0)
        expect(yield* holding).toBe(0)

        const again = yield* runHere("apply", at("plan.json"))
        expect(again.exitCode).toBe(2)
        expect(again.stdout).toMatch(/^0 of 3 changes done\n\n {2}done {13}0\n {2}reversed later {3}3\n/)
        expect(again.stdout).toContain(
          "Changes that were reversed later are not applied again. Make a new plan for them."
        )
        // Nothing of it is left to be undone.
        expect(again.stdout).toContain(`\n${journal} records every change.\n`)
      }
      expect(journals.size).toBe(2)
    }).pipe(Effect.provide(organization))
  )

  it.live("go on with the journal of the plan, and leave alone what stands under its name otherwise", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const before = at("plan.journal.ndjson")
      yield* planned(at, "gcSTAupgrade")
      const applied = yield* runHere("apply", at("plan.json"))
      const [, journal = ""] = hint.exec(applied.stdout) ?? []
      expect(journal).toBe(before)

      const again = yield* runHere("apply", at("plan.json"))
      expect(again.stdout).toContain("(3 of them by an earlier run)")
      expect(hint.exec(again.stdout)?.[1]).toBe(before)

      // The one of another plan, and what is no journal, are left alone.
      for (const text of [readFileSync(before, "utf8"), "notes\n"]) {
        writeFileSync(before, text)
        yield* planned(at, text === "notes\n" ? "gc2WEMupgrade" : "wallboardUser")
        expect((yield* runHere("apply", at("plan.json"))).exitCode).toBe(0)
        expect(readFileSync(before, "utf8")).toBe(text)
      }
    }).pipe(Effect.provide(organization))
  )

  it.live("name no journal where nothing was to be done", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("desired.csv"), "userId,licenseId\n")
      expect((yield* runHere("plan", at("desired.csv"), "--output", at("plan.json"))).exitCode).toBe(0)
      const applied = yield* runHere("apply", at("plan.json"))
      expect(applied).toEqual({ exitCode: 0, stdout: "0 of 0 changes done\n\n  done   0\n", stderr: "" })
      expect(JSON.parse((yield* runHere("apply", at("plan.json"), "--format", "json")).stdout)).toEqual({
        version: 1,
        outcomes: [],
        counts: { done: 0, alreadySo: 0, reversed: 0, refused: 0, unknown: 0, notSent: 0 },
        doneBefore: 0
      })
      expect(readdirSync(dirname(at("plan.json"))).sort()).toEqual(["desired.csv", "plan.json"])
    }).pipe(Effect.provide(organization))
  )
})
