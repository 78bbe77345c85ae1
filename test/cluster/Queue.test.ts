/**
 * The queue as processes: a submission, workers, and what they leave behind.
 */
import { describe, expect, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readdirSync } from "node:fs"
import * as Postgres from "../support/postgres.ts"
import * as Processes from "../support/processes.ts"
import { fleet, organization, timeout } from "./cluster.ts"

describe.skipIf(!Postgres.isHere)("the queue", () => {
  layer(Postgres.Shared.layer, { timeout, excludeTestServices: true })((it) => {
    it.effect(
      "does what was submitted, and gives the results as files that the other commands read",
      () =>
        Effect.gen(function* () {
          const organizations = yield* Effect.forEach(["acme", "globex", "initech"], (id) => organization(id))
          const { at, command, ended, list, submit, worker } = yield* fleet(organizations)
          const run = yield* submit("snapshot", list, "--run", "first")
          expect(run).toBe("first")
          yield* worker()
          const { exitCode, status } = yield* ended(run)
          expect({ exitCode, counts: status.counts }).toEqual({
            exitCode: 0,
            counts: { done: 3, partly: 0, failed: 0, timedOut: 0, notReached: 0 }
          })
          expect(status.organizations.map(({ id, numbers }: any) => [id, numbers.users])).toEqual([
            ["acme", 30],
            ["globex", 30],
            ["initech", 30]
          ])
          expect(yield* command(["results", run, "--output-dir", at("snapshots")])).toMatchObject({ exitCode: 0 })
          expect(readdirSync(at("snapshots")).sort()).toEqual(["acme.json", "globex.json", "initech.json"])
          const show = yield* Processes.runFile("packages/cli/src/main.ts", [
            "show",
            at("snapshots/acme.json"),
            "--format",
            "csv"
          ])
          expect(show).toMatchObject({ exitCode: 0 })
          expect(show.stdout.trim().split("\n").length).toBeGreaterThan(20)
        }).pipe(Effect.scoped),
      timeout
    )
  })
})
