/**
 * A worker that is killed at every point of an apply. Nothing is lost, and nothing is sent
 * twice unnoticed.
 */
import { describe, expect, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { kept } from "../support/HeldServer.ts"
import * as Postgres from "../support/postgres.ts"
import { barrier, fleet, heir, organization, planned, timeout, until } from "./cluster.ts"

const write = "postLicenseOrganization"

/** The plan has 20 changes, in requests of 5. */
const changes = 20
const batches = 4

interface Point {
  readonly title: string
  /** Where the first worker is when it is killed: a row that it writes, or a request. */
  readonly at: readonly [table: string, condition: string] | { readonly type: "hang"; readonly performed: boolean }
  /** Requests that change something, of all workers. */
  readonly requests: number
}

const line = (session: number) => ["genesys_license_journals", `NEW.number = ${session}`] as const

const points: ReadonlyArray<Point> = [
  { title: "before it opens the journal", at: line(1), requests: batches },
  { title: "before it announces its second batch", at: line(4), requests: batches },
  { title: "before the server has its second batch", at: { type: "hang", performed: false }, requests: batches + 1 },
  { title: "while the server has done its second batch", at: { type: "hang", performed: true }, requests: batches },
  { title: "before it records the answer to its second batch", at: line(5), requests: batches },
  {
    title: "before it records the result",
    at: ["genesys_license_jobs", "NEW.state = 'done'"],
    requests: batches
  },
  {
    title: "before it tells the queue",
    at: ["genesys_license_queue", "NEW.state = 'completed'"],
    requests: batches
  }
]

describe.skipIf(!Postgres.isHere)("a worker that is killed", () => {
  layer(Postgres.Shared.layer, { timeout, excludeTestServices: true })((it) => {
    it.effect.each(points)(
      "$title loses nothing: another one continues, and repeats no change that is known to be done",
      Effect.fnUntraced(function* ({ at: point, requests }) {
        const acme = yield* organization("acme")
        const { at, ended, list, rows, submit, url, worker } = yield* fleet([acme])
        const { holders } = yield* planned(acme, at("plans"), changes)
        const first = yield* worker()
        const isRow = !("type" in point)
        const held = isRow ? yield* barrier(url, point[0], point[1]) : undefined
        if (!isRow) yield* acme.faults.add({ operation: write, nth: 2, fault: point })
        const run = yield* submit("apply", list, "--plans", at("plans"), "--batch-size", "5", "--yes")
        yield* held?.reached ?? until(acme.faults.rules, ([rule]) => rule!.fired > 0)
        yield* first.signal("SIGKILL")
        yield* first.outcome
        yield* held?.abort ?? Effect.void
        yield* held?.open ?? Effect.void
        yield* worker(heir)
        const { exitCode, status } = yield* ended(run)
        expect({ exitCode, counts: status.counts }).toMatchObject({ exitCode: 0, counts: { done: 1 } })
        expect(status.organizations[0].numbers).toEqual({ given: changes, takenAway: 0, notDone: 0 })
        expect(yield* holders).toBe(changes)
        expect(yield* acme.asked(write)).toBe(requests)
        yield* until(rows("SELECT state, attempts FROM genesys_license_queue"), ([job]) => job.state === "completed")
        expect(yield* rows("SELECT attempts FROM genesys_license_queue")).toEqual([{ attempts: 2 }])
      }, Effect.scoped),
      timeout
    )

    it.effect(
      "by its job each time leaves a dead letter and the other jobs done, and a retry begins anew",
      () =>
        Effect.gen(function* () {
          const acme = yield* organization("acme", { faults: [kept({ operation: "getLicenseUsers" })] })
          const { command, ended, list, rows, submit, worker } = yield* fleet([acme, yield* organization("globex")])
          yield* acme.gate.hold
          const run = yield* submit("snapshot", list)
          const attempt = (attempts: number) =>
            until(
              rows("SELECT attempts FROM genesys_license_queue WHERE id LIKE '%/acme/%'"),
              ([job]) => job.attempts === attempts
            )
          // Of the five attempts, the first and the last two are made.
          for (const attempts of [1, 4, 5]) {
            yield* rows(`UPDATE genesys_license_queue SET attempts = ${attempts - 1} WHERE id LIKE '%/acme/%'`)
            const doomed = yield* worker(heir)
            yield* attempt(attempts)
            yield* doomed.signal("SIGKILL")
            yield* doomed.outcome
          }
          yield* worker(heir)
          const { exitCode, status } = yield* ended(run)
          expect({ exitCode, counts: status.counts }).toMatchObject({ exitCode: 2, counts: { done: 1, failed: 1 } })
          expect(status.organizations[0].error).toEqual({
            reason: "DeadLetter",
            message:
              "Tried 5 times, the snapshot never ended: the last worker that had it was killed, or lost the database. Remove the cause, then `retry` the run.",
            isRetryable: true
          })
          expect(yield* rows("SELECT state, attempts FROM genesys_license_queue WHERE id LIKE '%/acme/1'")).toEqual([
            { state: "failed", attempts: 5 }
          ])
          yield* acme.gate.letGo
          expect((yield* command(["retry", run])).stderr).toBe("Submitted 1 job again.\n")
          expect((yield* ended(run)).status.counts.done).toBe(2)
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "while it submits, or is only the command that does, has submitted all jobs or none",
      () =>
        Effect.gen(function* () {
          const organizations = yield* Effect.forEach(["acme", "globex", "initech"], (id) => organization(id))
          const { command, ended, list, rows, start, url, worker } = yield* fleet(organizations)
          yield* command(["status"])
          const held = yield* barrier(url, "genesys_license_jobs", "NEW.org = 'globex'")
          const submitting = yield* start("submit", "snapshot", list, "--run", "night")
          yield* held.reached
          yield* submitting.signal("SIGKILL")
          yield* submitting.outcome
          yield* held.abort
          yield* held.open
          const submitted = () => rows("SELECT id FROM genesys_license_queue ORDER BY id")
          expect(yield* submitted()).toEqual([])
          expect(yield* rows("SELECT run FROM genesys_license_jobs")).toEqual([])
          for (const added of ["Submitted 3 jobs.", "Submitted 0 jobs; 3 were submitted before."]) {
            expect((yield* command(["submit", "snapshot", list, "--run", "night"])).stderr).toContain(added)
            expect((yield* submitted()).map(({ id }) => id)).toEqual([
              "night/snapshot/acme/1",
              "night/snapshot/globex/1",
              "night/snapshot/initech/1"
            ])
          }
          yield* worker()
          expect((yield* ended("night")).status.counts.done).toBe(3)
        }).pipe(Effect.scoped),
      timeout
    )
  })
})
