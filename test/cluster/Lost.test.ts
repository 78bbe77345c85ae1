/**
 * A worker that only seems to be lost, because it was paused or cut off, and comes back; and a
 * database that goes away for a while.
 */
import { describe, expect, layer } from "@effect/vitest"
import * as JournalSql from "@genesys-license/cluster/database/JournalSql"
import * as Database from "@genesys-license/cluster/database/Database"
import * as Lease from "@genesys-license/cluster/database/Lease"
import { defaults } from "@genesys-license/cluster/database/Settings"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Cable from "../support/cutCable.ts"
import { kept } from "../support/HeldServer.ts"
import * as Postgres from "../support/postgres.ts"
import { barrier, fleet, heir, organization, planned, timeout, until } from "./cluster.ts"

const write = "postLicenseOrganization"
const changes = 20
const batches = 4

/** An organization whose second request for changes is kept back until the test lets it go. */
const slow = Effect.gen(function* () {
  const acme = yield* organization("acme", { faults: [kept({ operation: write, nth: 2 })] })
  yield* acme.gate.hold
  return acme
})

const isKept = (rules: ReadonlyArray<{ readonly fired: number }>) => rules[0]!.fired > 0

const apply = ["--batch-size", "5", "--yes"]

describe.skipIf(!Postgres.isHere)("a worker that is taken for lost", () => {
  layer(Postgres.Shared.layer, { timeout, excludeTestServices: true })((it) => {
    it.effect(
      "because it was paused, sends nothing more when it comes back",
      () =>
        Effect.gen(function* () {
          const acme = yield* slow
          const { at, ended, list, rows, submit, worker } = yield* fleet([acme])
          const { holders } = yield* planned(acme, at("plans"), changes)
          const zombie = yield* worker()
          const run = yield* submit("apply", list, "--plans", at("plans"), ...apply)
          yield* until(acme.faults.rules, isKept)
          yield* zombie.signal("SIGSTOP")
          yield* worker(heir)
          expect((yield* ended(run)).status.organizations[0].numbers).toMatchObject({ given: changes })
          const lines = yield* rows("SELECT session, entry FROM genesys_license_journals ORDER BY line")
          // What it had sent arrives only now.
          yield* acme.gate.letGo
          yield* zombie.signal("SIGCONT")
          yield* zombie.said(/apply of acme was taken over by another worker\. This one has stopped\./)
          // The other one read back the batch that was on its way, and sent it again.
          yield* until(acme.asked(write), (count) => count === batches + 1)
          expect(yield* rows("SELECT session, entry FROM genesys_license_journals ORDER BY line")).toEqual(lines)
          expect(new Set(lines.map(({ session }) => session)).size).toBe(2)
          expect(yield* holders).toBe(changes)
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "because its way to the database was cut, gives up, and works again when the way is mended",
      () =>
        Effect.gen(function* () {
          const acme = yield* slow
          const { at, ended, list, rows, submit, url, worker } = yield* fleet([acme])
          const { holders } = yield* planned(acme, at("plans"), changes)
          const cable = yield* Cable.to(Number(new URL(url).port))
          const there = new URL(url)
          there.port = String(cable.port)
          const cutOff = yield* worker(heir, { GENESYSLICENSE_DATABASE_URL: there.href })
          const run = yield* submit("apply", list, "--plans", at("plans"), ...apply)
          yield* until(acme.faults.rules, isKept)
          yield* cable.cut
          const other = yield* worker(heir)
          expect((yield* ended(run)).status.organizations[0].numbers).toMatchObject({ given: changes })
          expect(yield* acme.asked(write)).toBe(batches)
          const lines = yield* rows("SELECT session, entry FROM genesys_license_journals ORDER BY line")
          yield* acme.gate.letGo
          yield* until(acme.asked(write), (count) => count === batches + 1)
          // It waits for the database as long as its lease would have lasted.
          yield* cutOff.said(/apply of acme failed \(attempt 1 of 5\)/)
          yield* cable.mend
          expect(yield* rows("SELECT session, entry FROM genesys_license_journals ORDER BY line")).toEqual(lines)
          expect(yield* holders).toBe(changes)
          yield* other.signal("SIGTERM")
          yield* other.outcome
          const next = yield* submit("snapshot", list)
          expect((yield* ended(next)).status.counts.done).toBe(1)
          expect(yield* acme.asked(write)).toBe(batches + 1)
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect("can add nothing to the journal, and whoever took over can", () =>
      Effect.gen(function* () {
        const { url } = yield* Postgres.database
        yield* Effect.gen(function* () {
          // A lease that is not renewed, and the next attempt of the same job.
          const of = (worker: string) => Lease.hold({ org: "acme", job: "night/apply", worker }, defaults)
          const first = yield* of("first")
          const journal = yield* (yield* JournalSql.make(first, defaults)).open("sha256:1", {})
          const second = yield* of("second")
          const sending = (stamp: { readonly session: string; readonly at: string }) =>
            ({ _tag: "Sending", changes: [], ...stamp }) as const
          const refused = yield* Effect.flip(journal.append(sending))
          expect(refused.reason).toMatchObject({ _tag: "JournalInUse", owner: "second" })
          const next = yield* (yield* JournalSql.make(second, defaults)).open("sha256:1", {})
          expect(next.opened.sessions.map(({ owner }) => owner)).toEqual(["second"])
          yield* next.append(sending)
          expect(yield* Effect.flip(journal.append(sending))).toMatchObject({ reason: { _tag: "JournalInUse" } })
        }).pipe(Effect.scoped, Effect.provide(databaseOf(url)))
        const lines = yield* Effect.orDie(
          Postgres.query(url, "SELECT entry FROM genesys_license_journals ORDER BY line")
        )
        expect(lines.map(({ entry }) => JSON.parse(entry)._tag)).toEqual(["Opened", "Opened", "Sending", "Closed"])
      }).pipe(Effect.scoped)
    )

    it.effect("is told so at the next sign of life", () =>
      Effect.gen(function* () {
        const { url } = yield* Postgres.database
        yield* Effect.gen(function* () {
          const of = (worker: string) =>
            Lease.hold({ org: "acme", job: "night/audit", worker }, { ...defaults, lockRefresh: Duration.millis(50) })
          const first = yield* of("first")
          const waiting = yield* Effect.forkChild(Effect.flip(first.lost))
          const second = yield* of("second")
          expect(yield* Fiber.join(waiting)).toMatchObject({ _tag: "LeaseLost", org: "acme" })
          expect(second.session).not.toBe(first.session)
        }).pipe(Effect.scoped, Effect.provide(databaseOf(url)))
      }).pipe(Effect.scoped)
    )

    it.effect("cannot take a lease over while a line is being added", () =>
      Effect.gen(function* () {
        const { url } = yield* Postgres.database
        yield* Effect.gen(function* () {
          const of = (worker: string) => Lease.hold({ org: "acme", job: "night/apply", worker }, defaults)
          const first = yield* of("first")
          const journal = yield* (yield* JournalSql.make(first, defaults)).open("sha256:1", {})
          const held = yield* barrier(url, "genesys_license_journals", "NEW.number = 2")
          const adding = yield* Effect.forkChild(
            Effect.exit(journal.append((stamp) => ({ _tag: "Sending", changes: [], ...stamp })))
          )
          yield* held.reached
          const taking = yield* Effect.forkChild(of("second"))
          const blocked = "SELECT pid FROM pg_locks WHERE NOT granted AND locktype <> 'advisory'"
          yield* until(Effect.orDie(Postgres.query(url, blocked)), (rows) => rows.length > 0)
          yield* held.open
          expect((yield* Fiber.join(adding))._tag).toBe("Success")
          expect((yield* Fiber.join(taking)).worker).toBe("second")
        }).pipe(Effect.scoped, Effect.provide(databaseOf(url)))
      }).pipe(Effect.scoped)
    )
  })
})

describe.skipIf(!Postgres.isOwn)("a database that goes away", () => {
  layer(Postgres.Shared.layer, { timeout, excludeTestServices: true })((it) => {
    it.effect(
      "in the middle of an apply stops no worker, and no change is sent twice",
      () =>
        Effect.gen(function* () {
          const postgres = yield* Postgres.make
          const acme = yield* slow
          const { at, ended, list, rows, submit, worker } = yield* fleet([acme], postgres)
          const { holders } = yield* planned(acme, at("plans"), changes)
          const running = yield* worker(["--slots", "1", "--lock-refresh", "1 second"])
          const run = yield* submit("apply", list, "--plans", at("plans"), ...apply)
          yield* until(acme.faults.rules, isKept)
          yield* postgres.kill
          yield* acme.gate.letGo
          yield* until(acme.asked(write), (count) => count === 2)
          yield* running.said(/The worker tries again\./)
          yield* postgres.start
          expect((yield* ended(run)).status.organizations[0].numbers).toMatchObject({ given: changes })
          expect(yield* acme.asked(write)).toBe(batches)
          expect(yield* holders).toBe(changes)
          // The job went on as if nothing had happened.
          expect(yield* rows("SELECT attempts FROM genesys_license_queue")).toEqual([{ attempts: 1 }])
        }).pipe(Effect.scoped),
      timeout
    )
  })
})

const databaseOf = (url: string) =>
  Database.layer({ maxConnections: 4 }).pipe(
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: { [Database.variable]: url } })))
  )
