import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { folder, runHere } from "./run.ts"

describe("a snapshot that was taken while the list of users moved", () => {
  it.live("may lack users, and compare says so on stderr in every format, before and after", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const taken = yield* runHere("snapshot", "--page-size", "10", "--concurrency", "1", "--output", at("moved.json"))
      expect(taken.stderr).toContain("up to 3 users may be missing")
      expect((yield* runHere("snapshot", "--output", at("still.json"))).stderr).not.toContain("missing")

      const warning = `The list of users changed while ${at("moved.json")} was taken: up to 3 users may be missing in it, and may be shown as joined or left.\n`
      for (const format of ["table", "csv", "json", "ndjson"]) {
        for (const files of [
          [at("moved.json")],
          [at("moved.json"), at("still.json")],
          [at("still.json"), at("moved.json")]
        ]) {
          const compared = yield* runHere("compare", ...files, "--format", format)
          expect(compared).toMatchObject({ exitCode: 2, stderr: warning })
        }
      }
      expect(yield* runHere("compare", at("still.json"), "--format", "csv")).toMatchObject({ exitCode: 0, stderr: "" })
    }).pipe(
      Effect.provide(
        Server.layer({
          users: 40,
          faults: [{ operation: "getLicenseUsers", nth: 2, fault: { type: "drift", leave: 3 } }]
        })
      )
    )
  )
})
