/**
 * What is asked for and not there: a calm answer would be taken for a true one.
 */
import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { folder, runHere, withoutChance } from "./run.ts"

const organization = Server.layer({ users: 40, seed: "golden" })

const everybody = Effect.map(runHere("users", "--format", "ndjson"), ({ stdout }) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly userId: string; readonly licenses: ReadonlyArray<string> })
)

describe("facts", () => {
  it.live("that fit nobody end with 1, and leave a file as it was", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("people.csv"), "User,Last Login\r\nAnn Example,2020-01-01\r\nBob Example,2020-01-01\r\n")
      writeFileSync(at("out.csv"), "what was there before")
      const none =
        '<folder>/people.csv: none of 2 rows matches a user of the organization. Expected user ids such as 8f6a0c1e-2f5b-4c0e-9d7b-0b8f6f0f2a11, or e-mail addresses. The first row has "Ann Example": these look like names.\n'
      for (const args of [
        ["users"],
        ["users", "--inactive-days", "60"],
        ["audit"],
        ["audit", "--inactive-days", "60"]
      ]) {
        const { exitCode, stderr } = yield* runHere(...args, "--facts", at("people.csv"), "--output", at("out.csv"))
        expect({ exitCode, stderr: withoutChance(stderr) }).toEqual({ exitCode: 1, stderr: none })
        expect(readFileSync(at("out.csv"), "utf8")).toBe("what was there before")
      }
      expect((yield* runHere("audit", "--facts", at("people.csv"))).stdout).toBe("")
    }).pipe(Effect.provide(organization))
  )

  it.live("by e-mail address, or without a row, end with 1 and say so", () =>
    Effect.gen(function* () {
      const at = yield* folder
      writeFileSync(at("mails.csv"), "user\nann@example.com\n")
      writeFileSync(at("empty.csv"), "userId,name\n")
      const said = (name: string) =>
        Effect.map(runHere("users", "--facts", at(name)), ({ exitCode, stderr }) => ({ exitCode, stderr }))
      expect(yield* said("mails.csv")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('"ann@example.com": these look like e-mail addresses')
      })
      expect(yield* said("empty.csv")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("there are no rows below the header")
      })
    }).pipe(Effect.provide(organization))
  )

  it.live("that fit some are used, and the others counted", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const [one] = yield* everybody
      writeFileSync(
        at("people.csv"),
        `userId,name,state\nleft-1\nleft-2,Bob,inactive\n${one!.userId.toUpperCase()},Ann\n`
      )
      for (const command of ["users", "audit"]) {
        const { exitCode, stderr } = yield* runHere(command, "--facts", at("people.csv"), "--format", "json")
        expect({ exitCode, stderr: withoutChance(stderr) }).toEqual({
          exitCode: 0,
          stderr:
            "<folder>/people.csv: 2 rows ended early. The missing cells count as empty.\n" +
            "<folder>/people.csv: 2 of 3 rows match no user of the organization.\n"
        })
      }
    }).pipe(Effect.provide(organization))
  )

  it.live("do not tell when some logged in: those are left out of the inactive ones, and counted", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const users = yield* everybody
      const [one, two] = users
      writeFileSync(at("people.csv"), `userId,lastLogin\n${one!.userId},2001-02-03\n${two!.userId},2001-02-03\n`)
      const inactive = [
        "users",
        "--no-people",
        "--facts",
        at("people.csv"),
        "--inactive-days",
        "60",
        "--format",
        "ndjson"
      ]
      const all = yield* runHere(...inactive)
      expect(all.stdout.trim().split("\n")).toHaveLength(2)
      expect(withoutChance(all.stderr)).toBe(
        "Left out 38 users whose last login is not known. They may have logged in.\n"
      )
      // Whoever would not be listed anyway is not missed.
      const holders = users.filter(({ licenses }) => licenses.includes("cloudCX3"))
      const known = holders.filter(({ userId }) => userId === one!.userId || userId === two!.userId)
      expect((yield* runHere(...inactive, "--license", "cloudCX3")).stderr).toMatch(
        new RegExp(`^Left out ${holders.length - known.length} users whose last login is not known\\.`)
      )
    }).pipe(Effect.provide(organization))
  )
})

describe("a license that nobody can hold", () => {
  it.live("is an error, not a list of nobody, and leaves a file as it was", () =>
    Effect.gen(function* () {
      const at = yield* folder
      for (const [license, hint] of [
        ["cloudcx3", "The organization has no license cloudcx3. Did you mean cloudCX3? It has "],
        ["cloudCX9", "The organization has no license cloudCX9. It has "]
      ] as const) {
        for (const more of [[], ["--license", "cloudCX2"], ["--pairs"]]) {
          const { exitCode, stderr } = yield* runHere("users", "--license", license, ...more, "--output", at("out.csv"))
          expect(exitCode).toBe(1)
          expect(stderr.startsWith(hint)).toBe(true)
          expect(existsSync(at("out.csv"))).toBe(false)
        }
      }
    }).pipe(Effect.provide(organization))
  )

  it.live("is listed while somebody still holds it", () =>
    Effect.gen(function* () {
      const { exitCode, stderr, stdout } = yield* runHere(
        "users",
        "--license",
        "retired",
        "--no-people",
        "--format",
        "csv"
      )
      expect({ exitCode, stderr, stdout }).toEqual({
        exitCode: 0,
        stderr: "",
        stdout: "userId,licenses\r\nu1,retired\r\n"
      })
    }).pipe(Effect.provide(Server.layer({ users: [{ id: "u1", licenses: ["retired"] }] })))
  )

  it.live("may be one that nobody happens to hold", () =>
    Effect.gen(function* () {
      const outcome = yield* runHere("users", "--license", "cloudCX3", "--no-people", "--format", "csv")
      expect(outcome).toEqual({ exitCode: 0, stderr: "", stdout: "userId,licenses\r\n" })
    }).pipe(Effect.provide(Server.layer({ users: [{ id: "u1", licenses: [] }] })))
  )
})

describe("infer", () => {
  it.live("cannot tell an unknown id of a role from one that costs nothing", () =>
    Effect.gen(function* () {
      const id = "0a1b2c3d-1111-4222-8333-aaaaaaaaaaa4"
      expect(yield* runHere("infer", "--role", id, "--format", "csv")).toEqual({
        exitCode: 0,
        stdout: `roleId,licenses\r\n${id},\r\n`,
        stderr: `No license is inferred for the role ${id}: either it needs no license, or it does not exist. The License API does not say which.\n`
      })
    }).pipe(Effect.provide(organization))
  )

  it.live("knows a permission that is misspelt in its case only, and says of others that it cannot tell", () =>
    Effect.gen(function* () {
      const one = yield* runHere("infer", "--permission", "Routing:queue:view")
      expect(one).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: 'No license has the permission "Routing:queue:view". Did you mean routing:queue:view?\n'
      })
      const other = yield* runHere(
        "infer",
        "--permission",
        "routing:queue:view",
        "--permission",
        "nothing:like:this",
        "--format",
        "csv"
      )
      expect(other).toEqual({
        exitCode: 0,
        stdout: "licenseId,permissions,without\r\ncloudCX2,routing:queue:view,\r\n",
        stderr:
          "No license is inferred for the permission nothing:like:this: either it needs no license, or it does not exist. The License API does not say which.\n"
      })
    }).pipe(Effect.provide(organization))
  )
})
