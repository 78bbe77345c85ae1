/**
 * The life of a queue: workers that are stopped, nights, jobs that nobody can do, and what is
 * left of it all.
 */
import { describe, expect, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { folder } from "../cli/run.ts"
import * as Canary from "../support/Canary.ts"
import { kept } from "../support/HeldServer.ts"
import * as Postgres from "../support/postgres.ts"
import * as Processes from "../support/processes.ts"
import { fleet, organization, planned, timeout, until } from "./cluster.ts"

const list = "getLicenseUsers"

/** An organization whose users are not listed before the test lets them. */
const slow = Effect.fnUntraced(function* (id: string) {
  const org = yield* organization(id, { faults: [kept({ operation: list })] })
  yield* org.gate.hold
  return { ...org, isAsked: until(org.faults.rules, ([rule]) => rule!.fired > 0) }
})

describe.skipIf(!Postgres.isHere)("a queue", () => {
  layer(Postgres.Shared.layer, { timeout, excludeTestServices: true })((it) => {
    it.effect(
      "has a worker that is stopped: it lets its job end, takes no other one, and ends with 0",
      () =>
        Effect.gen(function* () {
          const [acme, globex] = [yield* slow("acme"), yield* organization("globex")]
          const { ended, list, rows, submit, worker } = yield* fleet([acme, globex])
          const run = yield* submit("snapshot", list, "--only", "acme")
          const first = yield* worker(["--slots", "1", "--drain", "10 minutes"])
          yield* acme.isAsked
          yield* first.signal("SIGTERM")
          yield* first.said(/Stopping: 1 job may go on for 10 minutes\./)
          const next = yield* submit("snapshot", list, "--only", "globex", "--run", "next")
          yield* acme.gate.letGo
          const outcome = yield* first.outcome
          expect(outcome).toMatchObject({ exitCode: 0, signal: null })
          expect(outcome.stderr).toMatch(/Stopped\.\n$/)
          expect((yield* ended(run)).status.counts.done).toBe(1)
          expect(yield* globex.requests).toEqual([])
          expect(yield* rows(`SELECT attempts FROM genesys_license_queue WHERE id LIKE '${next}/%'`)).toEqual([
            { attempts: 0 }
          ])
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "has a worker that is stopped with a job that does not end: another one has it at once, and it ends with 2",
      () =>
        Effect.gen(function* () {
          const acme = yield* slow("acme")
          const { ended, list, rows, submit, worker } = yield* fleet([acme])
          const run = yield* submit("snapshot", list)
          const first = yield* worker(["--slots", "1", "--drain", "1 second"])
          yield* acme.isAsked
          yield* first.signal("SIGTERM")
          const outcome = yield* first.outcome
          expect(outcome).toMatchObject({ exitCode: 2, signal: null })
          expect(outcome.stderr).toMatch(/Stopped\. 1 job went back to the queue\.\n$/)
          // It was no failure of the job, and its organization is free.
          expect(yield* rows("SELECT attempts, acquired_by FROM genesys_license_queue")).toEqual([
            { attempts: 0, acquired_by: null }
          ])
          expect(yield* rows("SELECT org FROM genesys_license_leases")).toEqual([])
          yield* acme.gate.letGo
          yield* worker()
          expect((yield* ended(run)).status.counts.done).toBe(1)
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "does one job at a time of an organization, and of others meanwhile",
      () =>
        Effect.gen(function* () {
          const [acme, globex] = [yield* slow("acme"), yield* organization("globex")]
          const { command, ended, list, submit, worker } = yield* fleet([acme, globex])
          const one = yield* submit("snapshot", list, "--only", "acme", "--run", "one")
          yield* worker()
          yield* acme.isAsked
          const two = yield* submit("audit", list, "--run", "two")
          yield* until(
            command(["status", two, "--format", "json"]),
            ({ stdout }) => JSON.parse(stdout).counts.done === 1
          )
          const { open } = JSON.parse((yield* command(["status", two, "--format", "json"])).stdout)
          expect(open).toMatchObject([{ org: "acme", state: "waiting" }])
          expect(yield* acme.asked("getUsers")).toBe(0)
          yield* acme.gate.letGo
          for (const run of [one, two]) expect((yield* ended(run)).exitCode).toBe(0)
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "has each night once, whoever submits it",
      () =>
        Effect.gen(function* () {
          const organizations = yield* Effect.forEach(["acme", "globex"], (id) => organization(id))
          const { command, rows, worker } = yield* fleet(organizations)
          const nightly = ["--nightly", "compare", "--at", "*/2 * * * * *"]
          const workers = yield* Effect.forEach([1, 2, 3], () => worker(nightly), { concurrency: 3 })
          const ended = "SELECT run FROM genesys_license_jobs WHERE job IS NOT NULL AND state <> 'waiting'"
          yield* until(rows(ended), ({ length }) => length >= 6)
          for (const worker of workers) yield* worker.signal("SIGTERM")
          for (const worker of workers) yield* worker.outcome
          const jobs = yield* rows(
            "SELECT run, org, state, entry FROM genesys_license_jobs WHERE job IS NOT NULL ORDER BY run, org"
          )
          const done = jobs.filter(({ state }) => state === "done")
          expect(new Set(jobs.map(({ run }) => run)).size).toBeGreaterThanOrEqual(3)
          expect(jobs.filter(({ run }) => !/^nightly-compare-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/.test(run))).toEqual([])
          for (const { asked, id } of organizations) {
            expect(yield* asked("getOrganizationsMe")).toBe(done.filter(({ org }) => org === id).length)
          }
          // The first has nothing to be compared with; the others find that nothing changed.
          const ofAcme = done.filter(({ org }) => org === "acme").map(({ entry }) => JSON.parse(entry))
          expect(ofAcme[0].notes).toHaveLength(1)
          expect(ofAcme.slice(1).map(({ numbers }) => numbers.gained)).toEqual(ofAcme.slice(1).map(() => 0))
          expect((yield* command(["status"])).stdout).toContain("nightly-compare-")
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "keeps a job that nobody can read as a dead letter, tells of it, and does it when it is retried",
      () =>
        Effect.gen(function* () {
          const organizations = yield* Effect.forEach(["acme", "globex"], (id) => organization(id))
          const { command, ended, list, rows, submit, worker } = yield* fleet(organizations)
          const run = yield* submit("snapshot", list)
          yield* rows("UPDATE genesys_license_queue SET element = '{\"kind\":\"later\"}' WHERE id LIKE '%/acme/%'")
          yield* worker()
          const { exitCode, status } = yield* ended(run)
          expect({ exitCode, counts: status.counts }).toMatchObject({ exitCode: 2, counts: { done: 1, failed: 1 } })
          expect(status.organizations[0].error).toMatchObject({
            reason: "DeadLetter",
            message: expect.stringMatching(/^The job was given up: .+Remove the cause, then `retry` the run\.$/)
          })
          expect((yield* command(["retry", run])).stderr).toBe("Submitted 1 job again.\n")
          expect((yield* ended(run)).status.counts.done).toBe(2)
          expect((yield* command(["retry", run])).stderr).toBe("Nothing to retry.\n")
          expect(yield* organizations[1]!.asked("getOrganizationsMe")).toBe(1)
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "tries again what may pass, and gives up at once what will not",
      () =>
        Effect.gen(function* () {
          const unwell = { operation: list, times: 4, fault: { type: "status", status: 503 } } as const
          const acme = yield* organization("acme", { faults: [unwell] })
          const globex = yield* organization("globex", {
            faults: [{ operation: list, fault: { type: "status", status: 403 } }]
          })
          const { ended, list: orgs, rows, submit, worker } = yield* fleet([acme, globex])
          const run = yield* submit("snapshot", orgs)
          const running = yield* worker()
          yield* running.said(/snapshot of acme failed \(attempt 1 of 5\)/)
          const { status } = yield* ended(run)
          expect(status.counts).toMatchObject({ done: 1, failed: 1 })
          expect(status.organizations[1].error).toMatchObject({ reason: "Forbidden", isRetryable: false })
          expect(yield* rows("SELECT id, attempts FROM genesys_license_queue ORDER BY id")).toEqual([
            { id: `${run}/snapshot/acme/1`, attempts: 2 },
            { id: `${run}/snapshot/globex/1`, attempts: 1 }
          ])
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "is purged of what is over, and keeps what waits or runs, and the last snapshots",
      () =>
        Effect.gen(function* () {
          const [acme, globex] = [yield* slow("acme"), yield* organization("globex")]
          const { at, command, ended, list, rows, submit, worker } = yield* fleet([acme, globex])
          const apply = ["--plans", at("plans"), "--yes"]
          yield* planned(globex, at("plans"), 3)
          yield* submit("apply", list, ...apply, "--run", "old")
          const first = yield* worker()
          yield* ended("old")
          for (const run of ["older", "newer"]) {
            yield* submit("snapshot", list, "--only", "globex", "--run", run)
            yield* ended(run)
          }
          yield* submit("snapshot", list, "--only", "acme", "--run", "running")
          yield* acme.isAsked
          yield* first.signal("SIGSTOP")
          yield* planned(globex, at("plans"), 2)
          yield* submit("apply", list, ...apply, "--run", "waiting")
          const aged = "clock_timestamp() - INTERVAL '40 days'"
          yield* rows(
            `UPDATE genesys_license_jobs SET submitted_at = ${aged}, ended_at = ended_at - INTERVAL '40 days'`
          )
          yield* rows(`UPDATE genesys_license_plans SET submitted_at = ${aged}`)
          yield* rows(`UPDATE genesys_license_queue SET updated_at = ${aged}, created_at = ${aged}`)
          expect(yield* command(["purge", "--older-than", "2 hours"])).toMatchObject({ exitCode: 1 })
          expect((yield* command(["purge"])).stderr).toBe("Removed 2 jobs.\n")
          const names = "SELECT run FROM genesys_license_jobs ORDER BY run"
          expect((yield* rows(names)).map(({ run }) => run)).toEqual(["newer", "running", "waiting"])
          expect(yield* rows("SELECT plan FROM genesys_license_plans")).toHaveLength(1)
          expect(yield* rows("SELECT line FROM genesys_license_journals")).toEqual([])
          expect((yield* rows("SELECT id FROM genesys_license_queue ORDER BY id")).map(({ id }) => id)).toEqual([
            "running/snapshot/acme/1",
            "waiting/apply/globex/1"
          ])
          yield* acme.gate.letGo
          yield* first.signal("SIGCONT")
          for (const run of ["running", "waiting"]) expect((yield* ended(run)).exitCode).toBe(0)
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "has no secret in a table, a result, a log or an argument",
      () =>
        Effect.gen(function* () {
          const acme = yield* organization("acme")
          const refused = yield* organization("refused")
          const { at, command, ended, list, rows, submit, worker } = yield* fleet([acme, refused])
          yield* planned(acme, at("plans"), 3)
          const running = yield* worker([], { SECRET_OF_REFUSED: `${Canary.clientSecret}-wrong` })
          yield* submit("apply", list, "--plans", at("plans"), "--yes", "--run", "apply")
          yield* submit("compare", list, "--run", "compare")
          yield* submit("audit", list, "--run", "audit")
          for (const run of ["apply", "compare", "audit"]) {
            yield* ended(run)
            yield* command(["results", run, "--output-dir", at(run)])
          }
          const tables = yield* rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
          expect(tables.length).toBeGreaterThanOrEqual(7)
          for (const { tablename } of tables) {
            const found = yield* rows(`SELECT t::text AS text FROM ${tablename} AS t`)
            for (const { text } of found) expect(text).not.toContain(Canary.mark)
          }
          for (const run of ["apply", "audit"]) {
            for (const name of readdirSync(at(run))) {
              expect(readFileSync(at(`${run}/${name}`), "utf8")).not.toContain(Canary.mark)
            }
          }
          for (const pid of [running.pid]) {
            expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).not.toContain(Canary.mark)
          }
          yield* running.signal("SIGTERM")
          const { stderr, stdout } = yield* running.outcome
          expect(stderr).toContain("refused failed. ")
          expect(`${stderr}${stdout}`).not.toContain(Canary.mark)
        }).pipe(Effect.scoped),
      timeout
    )
  })
})

describe("a queue without a database", () => {
  const main = "packages/cluster/src/main.ts"
  for (const [args, problem] of [
    [["worker", "orgs.json"], undefined],
    [["submit", "audit", "orgs.json"], undefined],
    [["status"], "mysql://root@localhost/x"]
  ] as const) {
    it.live(
      `is told by \`${args[0]}\`, with what to use instead`,
      () =>
        Effect.gen(function* () {
          const env: Record<string, string> = problem === undefined ? {} : { GENESYSLICENSE_DATABASE_URL: problem }
          const { exitCode, stderr, stdout } = yield* Processes.runFile(main, args, { env })
          expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" })
          expect(stderr).toBe(
            `GENESYSLICENSE_DATABASE_URL ${problem === undefined ? "is not set" : "is not a postgres:// URL"}. Set it to the Postgres database that all workers share, such as postgres://user:password@host:5432/database. If one machine is enough, use \`genesys-license fleet\`: it needs no database.\n`
          )
        }),
      timeout
    )
  }

  it.live(
    "that does not answer is told in a sentence, without its password",
    () =>
      Effect.gen(function* () {
        const port = yield* Processes.closedPort
        const env = { GENESYSLICENSE_DATABASE_URL: `postgres://someone:${Canary.mark}-password@127.0.0.1:${port}/x` }
        const { exitCode, stderr } = yield* Processes.runFile(main, ["status"], { env })
        expect(exitCode).toBe(1)
        expect(stderr).toMatch(/^The database failed: .+ Check that Postgres is running and .+\n$/)
        expect(stderr).not.toContain(Canary.mark)
      }),
    timeout
  )
})

describe("a worker", () => {
  it.live(
    "is never ready where the proxy is no proxy, and says which variable names it",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        const acme = { id: "acme", region: "us-east-1", clientId: "someone", secret: "ACME_SECRET" }
        writeFileSync(at("orgs.json"), JSON.stringify({ organizations: [acme] }))
        const env = {
          GENESYSLICENSE_DATABASE_URL: `postgres://someone@127.0.0.1:${yield* Processes.closedPort}/x`,
          HTTPS_PROXY: "ftp://proxy.example"
        }
        const main = "packages/cluster/src/main.ts"
        expect(yield* Processes.runFile(main, ["worker", at("orgs.json")], { env })).toMatchObject({
          exitCode: 1,
          stdout: "",
          stderr: "configure: HTTPS_PROXY is not the URL of a proxy, such as http://proxy.example:8080.\n"
        })
      }).pipe(Effect.scoped),
    timeout
  )
})
