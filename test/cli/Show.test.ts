import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { readdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { folder, run, runHere } from "./run.ts"

const organization = Server.layer({ users: 40, seed: "golden" })

/** A snapshot, and a plan that takes a license from one user and gives one, with its journal. */
const documents = Effect.gen(function* () {
  const at = yield* folder
  const { organization } = yield* Emulator
  const { id = "" } = (yield* organization.users).find(({ licenses }) => licenses.includes("cloudCX2")) ?? {}
  writeFileSync(at("desired.csv"), `userId,licenseId,state\n${id},cloudCX2,absent\n${id},cloudCX3,present\n`)
  yield* runHere("snapshot", "--output", at("snapshot.json"))
  yield* runHere("plan", at("desired.csv"), "--output", at("plan.json"))
  expect((yield* runHere("apply", at("plan.json"), "--yes")).exitCode).toBe(0)
  const [journal = ""] = readdirSync(dirname(at("x"))).filter((name) => name.endsWith(".journal.ndjson"))
  return { at, id, journal: at(journal) }
})

describe("show", () => {
  it.live("prints every change of a plan, and needs no organization for it", () =>
    Effect.gen(function* () {
      const { at, id } = yield* documents
      const { exitCode, stderr, stdout } = yield* run(["show", at("plan.json")])
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" })
      expect(stdout).toMatch(/^Plan made at \d{4}-\S+ for .*: 2 changes; 0 licenses are already as desired\n/)
      expect(stdout).toMatch(new RegExp(`^ {2}name +email +licenseId +change +userId$`, "m"))
      expect(stdout).toMatch(new RegExp(`^ {2}\\S+ \\S+ {3}\\S+@\\S+ {3}cloudCX2 {4}take away {3}${id}$`, "m"))
      expect((yield* run(["show", at("plan.json"), "--format", "csv"])).stdout.split(/\r?\n/)[0]).toBe(
        "userId,licenseId,change,name,email"
      )
    }).pipe(Effect.provide(organization))
  )

  it.live("prints where every change of a journal stands", () =>
    Effect.gen(function* () {
      const { id, journal } = yield* documents
      const { stdout } = yield* run(["show", journal])
      expect(stdout).toMatch(/^Journal(?: for .*)?: 2 changes; 2 done\n/)
      expect(stdout).toMatch(new RegExp(`^ {2}${id} {3}cloudCX3 {4}give +done`, "m"))
    }).pipe(Effect.provide(organization))
  )

  it.live("counts what a snapshot holds", () =>
    Effect.gen(function* () {
      const { at } = yield* documents
      const { stdout } = yield* run(["show", at("snapshot.json")])
      expect(stdout).toMatch(/^Snapshot taken at \d{4}-\S+ for .*: 40 users\n/)
      expect(stdout).toMatch(/^ {2}cloudCX2 +\d+$/m)
    }).pipe(Effect.provide(organization))
  )

  it.live("refuses what is none of them, and what was edited", () =>
    Effect.gen(function* () {
      const { at } = yield* documents
      expect(yield* run(["show", at("desired.csv")])).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/desired\.csv is not a plan, a journal or a snapshot\./)
      })
      writeFileSync(at("edited.json"), '{"kind": "genesys-license plan", "version": 1, "checksum": "sha256:0"}')
      expect((yield* run(["show", at("edited.json")])).stderr).toMatch(/checksum does not match/)
    }).pipe(Effect.provide(organization))
  )
})

describe("whoami", () => {
  it.live("shows the client, what it may do, and what is left of the rate limit", () =>
    Effect.gen(function* () {
      const { url } = yield* Server
      const { oauth } = yield* Emulator
      const { exitCode, stdout } = yield* runHere("whoami")
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(new RegExp(`^ {2}host +${new URL(url).host}$`, "m"))
      expect(stdout).toMatch(new RegExp(`^ {2}client +${oauth.credentials.clientId}$`, "m"))
      expect(stdout).toMatch(
        /^ {2}read licenses +yes \(needs authorization:grant:add or authorization:license:view\)$/m
      )
      expect(stdout).toMatch(/^ {2}read roles +yes \(needs authorization:role:view\)$/m)
      expect(stdout).toMatch(/^ {2}change licenses +not checked \(needs authorization:grant:add\)$/m)
      expect(stdout).toMatch(/^ {2}rate limit +300 requests in a window, 29\d left$/m)
    }).pipe(Effect.provide(organization))
  )

  it.live("says what is not permitted, and is no failure for that", () =>
    Effect.gen(function* () {
      const outcome = yield* runHere("whoami", "--format", "json")
      expect(outcome.exitCode).toBe(0)
      expect(JSON.parse(outcome.stdout)).toMatchObject({
        version: 1,
        permissions: expect.arrayContaining([
          expect.objectContaining({ to: "read licenses", held: "no" }),
          expect.objectContaining({ to: "read roles", held: "no" })
        ])
      })
    }).pipe(
      Effect.provide(
        Server.layer({
          users: 3,
          faults: (["getLicenseDefinitions", "getAuthorizationRoles"] as const).map((operation) => ({
            operation,
            fault: { type: "status", status: 403 }
          }))
        })
      )
    )
  )
})

describe("exit codes", () => {
  it.live("tell of changes and differences, unless they are asked not to", () =>
    Effect.gen(function* () {
      const { at, journal } = yield* documents
      const codeOf = (...args: ReadonlyArray<string>) => Effect.map(runHere(...args), ({ exitCode }) => exitCode)
      expect(yield* codeOf("compare", at("snapshot.json"))).toBe(2)
      expect(yield* codeOf("compare", at("snapshot.json"), "--no-exit-code")).toBe(0)
      expect(yield* codeOf("undo", journal)).toBe(2)
      expect(yield* codeOf("undo", journal, "--no-detailed-exitcode")).toBe(0)
      writeFileSync(at("back.csv"), "userId,licenseId,state\n")
      expect(yield* codeOf("plan", at("back.csv"), "--detailed-exitcode")).toBe(0)
    }).pipe(Effect.provide(organization))
  )
})
