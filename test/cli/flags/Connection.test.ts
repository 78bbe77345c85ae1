import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { existsSync, writeFileSync } from "node:fs"
import { environment, folder, run, runHere } from "../run.ts"

const nowhere =
  "No organization is configured. Set GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or pass --emulated to try an emulated organization.\n"

/** A snapshot, a plan, and a journal of it. */
const documents = Effect.gen(function* () {
  const at = yield* folder
  const [line = ""] = (yield* runHere("users", "--license", "cloudCX2", "--format", "ndjson")).stdout.split("\n")
  writeFileSync(at("desired.csv"), `userId,licenseId\n${JSON.parse(line).userId},cloudCX3\n`)
  yield* runHere("snapshot", "--output", at("snapshot.json"))
  yield* runHere("plan", at("desired.csv"), "--output", at("plan.json"))
  yield* runHere("apply", at("plan.json"), "--yes", "--journal", at("journal.ndjson"))
  return at
})

describe("where no organization is named", () => {
  it.live("what writes anything down or changes anything is refused, and says what to set", () =>
    Effect.gen(function* () {
      const at = yield* documents
      for (const args of [
        ["snapshot"],
        ["plan", at("desired.csv")],
        ["apply", at("plan.json"), "--yes"],
        ["undo", at("journal.ndjson")],
        ["compare", at("snapshot.json")]
      ]) {
        const outcome = yield* run([...args, "--output", at("out.json")])
        expect([args[0], outcome]).toEqual([args[0], { exitCode: 1, stdout: "", stderr: nowhere }])
        expect(existsSync(at("out.json"))).toBe(false)
      }
    }).pipe(Effect.provide(Server.layer({ users: 40, seed: "golden" })))
  )

  it.live("two files are compared all the same", () =>
    Effect.gen(function* () {
      const at = yield* documents
      const { exitCode } = yield* run(["compare", at("snapshot.json"), at("snapshot.json")])
      expect(exitCode).toBe(0)
    }).pipe(Effect.provide(Server.layer({ users: 40, seed: "golden" })))
  )

  it.live("what only looks shows an emulated one, and says so", () =>
    Effect.gen(function* () {
      for (const command of ["audit", "users", "definitions"]) {
        const { exitCode, stderr } = yield* run([command, "--format", "json"])
        expect({ exitCode, stderr }).toEqual({
          exitCode: 0,
          stderr: "No GENESYSCLOUD_* is set. This is an emulated organization of 2,000 users.\n"
        })
      }
    })
  )

  it.live("--emulated gives any command an emulated one", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const { exitCode, stderr } = yield* run(["snapshot", "--emulated", "--output", at("s.json")])
      expect(exitCode).toBe(0)
      expect(stderr).toMatch(/^This is an emulated organization of 2,000 users\.\n/)
      expect((yield* run(["compare", at("s.json"), "--emulated"])).exitCode).toBe(0)
    })
  )
})

describe("a variable that is set but empty", () => {
  it.live.each([
    [{ GENESYSCLOUD_REGION: "" }, "GENESYSCLOUD_REGION"],
    [{ GENESYSCLOUD_ACCESS_TOKEN: "" }, "GENESYSCLOUD_ACCESS_TOKEN"],
    [
      {
        GENESYSCLOUD_REGION: "us-east-1",
        GENESYSCLOUD_OAUTHCLIENT_ID: "id",
        GENESYSCLOUD_OAUTHCLIENT_SECRET: ""
      },
      "GENESYSCLOUD_OAUTHCLIENT_SECRET"
    ]
  ] as ReadonlyArray<readonly [Record<string, string>, string]>)(
    "is never taken for one that is not set: %j",
    ([env, name]) =>
      Effect.gen(function* () {
        for (const command of ["audit", "snapshot"]) {
          expect(yield* run([command], env)).toEqual({
            exitCode: 1,
            stdout: "",
            stderr: `configure: ${name} is set but empty; give it a value, or unset it.\n`
          })
        }
      })
  )
})

describe("a flag that names a place", () => {
  it.live("stands for every variable that does, be it empty", () =>
    Effect.gen(function* () {
      const { GENESYSCLOUD_OAUTHCLIENT_ID, GENESYSCLOUD_OAUTHCLIENT_SECRET } = yield* environment
      const { url } = yield* Server
      const env = { GENESYSCLOUD_REGION: "", GENESYSCLOUD_OAUTHCLIENT_ID, GENESYSCLOUD_OAUTHCLIENT_SECRET }
      expect((yield* run(["definitions", "--gateway", url], env)).exitCode).toBe(0)
      const mars = yield* run(["definitions", "--region", "mars"], { ...env, GENESYSCLOUD_GATEWAY_HOST: "" })
      expect(mars.stderr).toMatch(/^configure: --region is neither a known region nor a host/)
    }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live("is given alone", () =>
    Effect.gen(function* () {
      for (const flags of [
        ["--region", "us-east-1", "--gateway", "https://x"],
        ["--region", "us-east-1", "--emulated"],
        ["--gateway", "https://x", "--emulated"]
      ]) {
        expect(yield* run(["audit", ...flags])).toEqual({
          exitCode: 1,
          stdout: "",
          stderr: "--region, --gateway and --emulated exclude each other. Pass only one of them.\n"
        })
      }
    })
  )
})
