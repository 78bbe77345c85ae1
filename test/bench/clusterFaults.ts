/** What becomes of requests that change something when a worker or the database is lost in the middle of them. */
import { Plan, Planning } from "@genesys-license/admin"
import { GenesysTransport, LicenseService, OrganizationService } from "@genesys-license/client"
import type { Job } from "@genesys-license/cluster/jobs/Job"
import { Emulator } from "@genesys-license/emulator"
import { defaultClientSecret as secret } from "@genesys-license/emulator/oauth/OAuthClient"
import { Server } from "@genesys-license/emulator/Server"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Postgres from "../support/postgres.ts"
import { listed, queue } from "./clusterQueue.ts"

/** Changes of a plan, and requests that they take. */
export const changes = 20
export const batches = 4
/** Seconds. */
export const lease = 10

export type Fault = "none" | "kill -9" | "pause of 14 s" | "Postgres killed for 6 s" | "Postgres paused for 40 s"

const given = "examplePremiumAppUserLicense"

/** Plans for users of their own, one for each organization of the list, which all are one emulator. */
const plansOf = Effect.fnUntraced(function* (organizations: number) {
  const { organization } = yield* Emulator
  const { host, port } = yield* Server
  const transport = GenesysTransport.layer({
    gateway: { protocol: "http", host, port },
    credentials: { _tag: "ClientCredentials", clientId: "client-0", clientSecret: Redacted.make(secret) },
    rateLimit: { limit: 1_000_000, window: "1 minute" }
  }).pipe(Layer.provide(UndiciHttpClient.layer))
  const all = (yield* organization.users).filter(({ licenses }) => !licenses.includes(given))
  return yield* Effect.gen(function* () {
    const { id } = yield* OrganizationService.use(({ me }) => me)
    return yield* Effect.forEach(Array.from({ length: organizations }), (_, n) => {
      const some = all.slice(n * changes, (n + 1) * changes)
      const assignments = some.map(({ id }) => ({ userId: id, licenseId: given, state: "present" as const }))
      return Planning.make({ assignments, exactly: [] }, { organization: { id, host: `${host}:${port}` } })
    })
  }).pipe(
    Effect.provide(
      Layer.mergeAll(LicenseService.layerTransport, OrganizationService.layerTransport).pipe(Layer.provide(transport))
    )
  )
})

/** Applies all plans with a fault in the middle. */
export const applied = Effect.fnUntraced(function* (fault: Fault, organizations: number, home: string) {
  const postgres = yield* Postgres.make
  const { port } = yield* Server
  const { journal, organization } = yield* Emulator
  const list = join(home, "apply.json")
  writeFileSync(list, JSON.stringify({ organizations: listed(organizations, port) }))
  const plans = yield* plansOf(organizations)
  const texts = new Map<string, string>()
  const jobs: Array<Job> = []
  for (const [n, plan] of plans.entries()) {
    const checksum = yield* Plan.checksum(plan)
    texts.set(checksum, yield* Plan.encode(plan))
    jobs.push({ run: "bench", org: `org-${n}`, kind: "apply", round: 1, plan: checksum, batchSize: changes / batches })
  }
  const times =
    fault === "Postgres paused for 40 s" ? [] : ["--lock-expiration", `${lease} seconds`, "--lock-refresh", "3 seconds"]
  const { ended, rows, running, submit } = yield* queue(list, postgres.url, ["--slots", "2", ...times])
  yield* journal.clear
  const began = performance.now()
  yield* submit(jobs, texts)
  yield* ended(Math.ceil(organizations / 10))
  const at = Date.now()
  const [first] = running
  switch (fault) {
    case "none":
      break
    case "kill -9":
      yield* first!.signal("SIGKILL")
      break
    case "pause of 14 s":
      yield* first!.signal("SIGSTOP")
      yield* Effect.sleep("14 seconds")
      yield* first!.signal("SIGCONT")
      break
    case "Postgres killed for 6 s":
      yield* postgres.kill
      yield* Effect.sleep("6 seconds")
      yield* postgres.start
      break
    case "Postgres paused for 40 s":
      yield* postgres.signal("SIGSTOP")
      yield* Effect.sleep("40 seconds")
      yield* postgres.signal("SIGCONT")
  }
  yield* ended(organizations)
  const wallMillis = performance.now() - began
  const [totals] = yield* rows(
    `SELECT (SELECT COUNT(*)::int FROM genesys_license_jobs WHERE state = 'done') AS done,
      (SELECT SUM(attempts)::int FROM genesys_license_queue) AS attempts`
  )
  // Of jobs that were begun before the fault, when another worker opened their journals.
  const opened = yield* rows(
    `SELECT plan, entry::json ->> 'at' AS at FROM genesys_license_journals WHERE entry::json ->> '_tag' = 'Opened'`
  )
  const again = [...Map.groupBy(opened, ({ plan }) => plan).values()]
    .filter((sessions) => sessions.length > 1)
    .map((sessions) => Math.max(...sessions.map(({ at }) => Date.parse(at))))
  const requests = (yield* journal.requests).filter(({ operation }) => operation === "postLicenseOrganization").length
  const holders = (yield* organization.users).filter(({ licenses }) => licenses.includes(given)).length
  return {
    fault,
    wallMillis,
    done: totals.done as number,
    attempts: totals.attempts as number,
    requests,
    holders,
    goesOnMillis: again.length === 0 ? 0 : Math.max(...again) - at
  }
}, Effect.scoped)
