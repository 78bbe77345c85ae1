import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { readFileSync, writeFileSync } from "node:fs"
import { folder, runHere, runHereWith } from "../run.ts"

const organization = Server.layer({ users: 40, seed: "golden" })

const someone = Effect.map(
  runHere("users", "--unlicensed", "--format", "ndjson"),
  ({ stdout }) => JSON.parse(stdout.split("\n")[0]!).userId as string
)

describe("- in place of a file", () => {
  it.live("is stdin, for a desired state, a plan, a journal, a snapshot and facts", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const userId = yield* someone
      const planned = yield* runHereWith(`userId,licenseId\n${userId},cloudCX2\n`, "plan", "-", "-o", at("plan.json"))
      expect(planned).toMatchObject({ exitCode: 2, stderr: "" })

      const snapshot = (yield* runHere("snapshot")).stdout
      const plan = readFileSync(at("plan.json"), "utf8")
      const applied = yield* runHereWith(plan, "apply", "-", "--yes", "--journal", at("journal.ndjson"))
      expect(applied).toMatchObject({ exitCode: 0, stderr: "" })

      const compared = yield* runHereWith(snapshot, "compare", "-", "--format", "csv")
      expect(compared.stdout).toContain(`${userId},cloudCX2,gained`)
      const undone = yield* runHereWith(readFileSync(at("journal.ndjson"), "utf8"), "undo", "-", "--format", "csv")
      expect(undone.stdout).toContain(`${userId},cloudCX2,remove`)

      const facts = yield* runHereWith(`userId,name\n${userId},Jane\n`, "users", "--facts", "-", "--format", "csv")
      expect(facts).toMatchObject({ exitCode: 0, stderr: "" })
      expect(facts.stdout).toContain(`${userId},cloudCX2,Jane`)
    }).pipe(Effect.provide(organization))
  )

  it.live("is named so in an error", () =>
    Effect.gen(function* () {
      expect(yield* runHereWith("userId,licenseId\nu\n", "plan", "-")).toEqual({
        exitCode: 1,
        stdout: "",
        stderr: "-, line 2, column licenseId: must not be empty.\n"
      })
    }).pipe(Effect.provide(organization))
  )

  it.live("is stdout: a plan is alone there, so that apply reads it, and what it is comes on stderr", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const userId = yield* someone
      writeFileSync(at("desired.csv"), `userId,licenseId\n${userId},cloudCX2\n`)
      const planned = yield* runHere("plan", at("desired.csv"), "-o", "-")
      expect(planned.exitCode).toBe(2)
      expect(planned.stderr).toMatch(/^1 change;.*The plan is on stdout/s)
      const applied = yield* runHereWith(planned.stdout, "apply", "-", "--yes", "--journal", at("journal.ndjson"))
      expect(applied).toMatchObject({ exitCode: 0, stderr: "" })

      const snapshot = yield* runHere("snapshot", "-o", "-")
      expect(snapshot).toMatchObject({ exitCode: 0, stderr: "" })
      expect(JSON.parse(snapshot.stdout)).toMatchObject({ kind: "genesys-license snapshot" })
      expect((yield* runHere("users", "-o", "-", "--format", "csv")).stdout).toMatch(/^userId,licenses,name,email,/)
    }).pipe(Effect.provide(organization))
  )
})

describe("A file in UTF-16", () => {
  it.live("is read, and said to be: a desired state, facts and a snapshot", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const userId = yield* someone
      const write = (name: string, text: string) => writeFileSync(at(name), Buffer.from(`\uFEFF${text}`, "utf16le"))
      const note = (name: string) =>
        `${at(name)} is in UTF-16. It was read as UTF-16, but UTF-8 is safer: not all programs read UTF-16.\n`

      write("desired.csv", `userId\tlicenseId\r\n${userId}\tcloudCX2\r\n`)
      const planned = yield* runHere("plan", at("desired.csv"), "--format", "csv")
      expect(planned).toMatchObject({ exitCode: 2, stderr: note("desired.csv") })
      expect(planned.stdout).toContain(`${userId},cloudCX2,add`)

      write("facts.csv", `userId;name\r\n${userId};Jürgen Müller\r\n`)
      const users = yield* runHere("users", "--facts", at("facts.csv"), "--format", "csv")
      expect(users).toMatchObject({ exitCode: 0, stderr: note("facts.csv") })
      expect(users.stdout).toContain("Jürgen Müller")

      write("before.json", (yield* runHere("snapshot")).stdout)
      expect(yield* runHere("compare", at("before.json"))).toMatchObject({ exitCode: 0, stderr: note("before.json") })
    }).pipe(Effect.provide(organization))
  )
})

describe("CSV for spreadsheets", () => {
  it.live("has the delimiter and the byte order mark that were asked for, and is read back", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const pairs = ["users", "--pairs", "--license", "cloudCX3", "-o", at("desired.csv")]
      expect(yield* runHere(...pairs, "--delimiter", "semicolon", "--bom")).toMatchObject({ exitCode: 0, stderr: "" })
      expect(readFileSync(at("desired.csv"), "utf8")).toMatch(/^\uFEFFuserId;licenseId;name;email;/)
      expect((yield* runHere("plan", at("desired.csv"))).exitCode).toBe(0)

      for (const [name, sign] of [
        ["comma", ","],
        [",", ","],
        [";", ";"],
        ["tab", "\t"]
      ] as const) {
        const { stdout } = yield* runHere("users", "--format", "csv", "--delimiter", name)
        expect(stdout.split("\r\n")[0]!.split(sign).slice(0, 3)).toEqual(["userId", "licenses", "name"])
      }
    }).pipe(Effect.provide(organization))
  )
})

describe("What users --pairs writes", () => {
  for (const extension of ["csv", "json", "ndjson"]) {
    it.live(`as ${extension} is a desired state that changes nothing, with facts too`, () =>
      Effect.gen(function* () {
        const at = yield* folder
        const rows = (yield* runHere("users", "--format", "ndjson")).stdout.trim().split("\n")
        const facts = rows.map((row) => `${JSON.parse(row).userId},a@example.com,Jane,Sales,2026-01-31,inactive`)
        writeFileSync(at("facts.csv"), ["userId,email,name,division,lastLogin,state", ...facts].join("\n"))
        for (const more of [[], ["--facts", at("facts.csv")], ["--license", "cloudCX2", "--facts", at("facts.csv")]]) {
          const file = at(`desired.${extension}`)
          expect(yield* runHere("users", "--pairs", ...more, "-o", file)).toMatchObject({ exitCode: 0, stderr: "" })
          const { exitCode, stdout } = yield* runHere("plan", file)
          expect(exitCode).toBe(0)
          expect(stdout).toMatch(/^Nothing to change: [1-9]\d* licenses are already as desired\.\n/)
        }
        expect(readFileSync(at(`desired.${extension}`), "utf8")).toContain("userState")
      }).pipe(Effect.provide(organization))
    )
  }
})
