/**
 * Lists of users of whom the organization does not know some, or any.
 */
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { existsSync, writeFileSync } from "node:fs"
import { folder, runHere } from "./run.ts"

const organization = Server.layer({ users: 40, seed: "golden" })

const holders = (licenseId: string) =>
  Effect.gen(function* () {
    const { organization } = yield* Emulator
    return (yield* organization.users).filter(({ licenses }) => licenses.includes(licenseId)).map(({ id }) => id)
  })

const desired = Effect.fnUntraced(function* (userIds: ReadonlyArray<string>, licenseId = "cloudCX3") {
  const at = yield* folder
  writeFileSync(at("desired.csv"), ["userId,licenseId", ...userIds.map((id) => `${id},${licenseId}`)].join("\n"))
  return { at, plan: (...args: ReadonlyArray<string>) => runHere("plan", at("desired.csv"), ...args) }
})

describe("users whom the organization does not know", () => {
  for (const format of ["table", "csv", "json", "ndjson"]) {
    it.live(`are left out of a plan as ${format}, named on stderr, and never end with 0`, () =>
      Effect.gen(function* () {
        const [holder = ""] = yield* holders("cloudCX3")
        const { plan } = yield* desired([holder, "ann@example.com", "bob@example.com", "c", "d"])
        const { exitCode, stderr } = yield* plan("--format", format)
        expect({ exitCode, stderr }).toEqual({
          exitCode: 2,
          stderr:
            "4 users not found in the organization: ann@example.com, bob@example.com, c and 1 more. They are left out of the plan. These look like e-mail addresses, but no user was found for them.\n"
        })
      }).pipe(Effect.provide(organization))
    )
  }

  it.live("are not said to be as desired", () =>
    Effect.gen(function* () {
      const { plan } = yield* desired(["nobody"])
      expect((yield* plan()).stdout).toBe("Nothing to change for the known users: 0 licenses are already as desired.\n")
    }).pipe(Effect.provide(organization))
  )

  it.live("are an error among those who shall be the only ones to hold a license, unless they are allowed", () =>
    Effect.gen(function* () {
      const all = yield* holders("cloudCX3")
      const { at, plan } = yield* desired([...all.slice(1), "Ann Smith"])
      const refused = yield* plan("--exact", "--output", at("plan.json"))
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" })
      expect(refused.stderr).toMatch(
        /^The exact list of users for cloudCX3 has an unknown user: Ann Smith\. These look like names\. .*\(--allow-unknown-users\)\n$/
      )
      expect(existsSync(at("plan.json"))).toBe(false)

      const allowed = yield* plan("--exact", "--allow-unknown-users", "--no-people", "--format", "csv")
      expect(allowed.exitCode).toBe(2)
      expect(allowed.stdout.trim().split("\r\n").slice(1)).toEqual([`${all[0]},cloudCX3,remove`])
    }).pipe(Effect.provide(organization))
  )

  it.live("are none of those who are only written in capitals", () =>
    Effect.gen(function* () {
      const all = yield* holders("cloudCX3")
      const { plan } = yield* desired(all.map((id) => `{${id.toUpperCase()}}`))
      expect(yield* plan("--exact")).toEqual({
        exitCode: 0,
        stdout: `Nothing to change: ${all.length} licenses are already as desired.\n`,
        stderr: ""
      })
    }).pipe(Effect.provide(organization))
  )
})
