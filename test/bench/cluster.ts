/**
 * What a queue costs beside a plain loop, and what becomes of 800 requests that change
 * something when a worker or the database is lost in the middle of them.
 */
import type { Job } from "@genesys-license/cluster/jobs/Job"
import { defaultClientSecret as secret } from "@genesys-license/emulator/oauth/OAuthClient"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Postgres from "../support/postgres.ts"
import { applied, batches, changes, type Fault, lease } from "./clusterFaults.ts"
import { listed, queue, usageOf, workers } from "./clusterQueue.ts"
import type { Cost, Task } from "./contendFleet.ts"
import { converse } from "./processes.ts"
import { type Measure, median, round } from "./report.ts"

const users = 500
/** The audit of all organizations by three workers: what they cost from the moment that they are ready. */
const audits = Effect.fnUntraced(function* (list: string, organizations: number) {
  const { url } = yield* Postgres.database
  const { ended, rows, running, submit } = yield* queue(list, url, [])
  const before = running.map(({ pid }) => usageOf(pid))
  const began = performance.now()
  yield* submit(
    Array.from({ length: organizations }, (_, n): Job => ({ run: "bench", org: `org-${n}`, kind: "audit", round: 1 }))
  )
  yield* ended(organizations)
  const wallMillis = performance.now() - began
  const after = running.map(({ pid }) => usageOf(pid))
  const done = yield* rows("SELECT entry FROM genesys_license_jobs WHERE state = 'done'")
  const found = done.reduce((sum, { entry }) => sum + JSON.parse(entry).numbers.users, 0)
  if (found !== users * organizations) throw new Error(`The workers found ${found} users.`)
  const sum = (costs: ReadonlyArray<{ readonly cpuMillis: number }>) =>
    costs.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0)
  return {
    wallMillis,
    cpuMillis: sum(after) - sum(before),
    withStartMillis: sum(after),
    peakRssBytes: Math.max(...after.map(({ peakRssBytes }) => peakRssBytes))
  }
}, Effect.scoped)

export const measure: Measure = async ({ quick }) => {
  const organizations = quick ? 20 : 200
  const rounds = quick ? 1 : 5
  const home = mkdtempSync(join(tmpdir(), "genesys-license-"))
  const server = converse("fleetServer.ts", String(users), String(organizations))
  const port = await server.next<number>()
  globalThis.process.env["BENCH_SECRET"] = secret
  try {
    const list = join(home, "orgs.json")
    writeFileSync(list, JSON.stringify({ organizations: listed(organizations, port) }))
    const loop = async () => {
      const folder = mkdtempSync(join(home, "out-"))
      mkdirSync(folder, { recursive: true })
      const process = converse("contendFleet.ts")
      try {
        return await process.ask<Cost>({ contender: "loop", port, organizations, secret, list, folder } satisfies Task)
      } finally {
        await process.close()
      }
    }
    const once = () =>
      Effect.runPromise(Effect.scoped(Effect.provide(audits(list, organizations), Postgres.Shared.layer)))
    await loop()
    const loops: Array<Cost> = []
    const queues: Array<Awaited<ReturnType<typeof once>>> = []
    for (let n = 0; n < rounds; n++) {
      loops.push(await loop())
      queues.push(await once())
    }
    const emulator = Server.layer({
      users: organizations * changes * 2,
      rateLimit: { requests: 1_000_000_000, window: "1 day" },
      faults: [{ operation: "postLicenseOrganization", fault: { type: "latency", duration: "100 millis" } }],
      clients: Array.from({ length: organizations }, (_, n) => ({ id: `client-${n}`, secret }))
    })
    const faults: ReadonlyArray<Fault> = [
      "none",
      "kill -9",
      "pause of 14 s",
      "Postgres killed for 6 s",
      "Postgres paused for 40 s"
    ]
    const outcomes = []
    for (const fault of faults) {
      outcomes.push(
        await Effect.runPromise(
          Effect.scoped(Effect.provide(Effect.orDie(applied(fault, organizations, home)), Layer.fresh(emulator)))
        )
      )
    }
    const cpu = median(queues.map(({ cpuMillis }) => cpuMillis)) / median(loops.map(({ cpuMillis }) => cpuMillis))
    const killed = outcomes.find(({ fault }) => fault === "kill -9")!
    const writes = organizations * batches
    const row = (
      what: string,
      costs: ReadonlyArray<{ wallMillis: number; cpuMillis: number; peakRssBytes: number }>
    ) => ({
      [`${organizations} organizations`]: what,
      "wall, s": round(median(costs.map(({ wallMillis }) => wallMillis)) / 1000),
      "CPU, s": round(median(costs.map(({ cpuMillis }) => cpuMillis)) / 1000),
      "peak RSS MB": round(median(costs.map(({ peakRssBytes }) => peakRssBytes)) / 1e6)
    })
    return {
      title: `Jobs through a queue in Postgres with ${workers} workers: audits of ${users} users each, medians of ${rounds}; and ${writes} requests that change something, with a fault in the middle, once each`,
      rows: [
        row("audit, plain loop", loops),
        row("audit, queue", queues),
        {
          ...row(
            "audit, queue, with the start of its processes",
            queues.map((cost) => ({ ...cost, cpuMillis: cost.withStartMillis }))
          )
        },
        ...outcomes.map(({ attempts, done, fault, goesOnMillis, holders, requests, wallMillis }) => ({
          [`${organizations} organizations`]: `apply, fault: ${fault}`,
          "wall, s": round(wallMillis / 1000),
          "jobs done": done,
          attempts,
          requests,
          "changes in effect": holders,
          "goes on after, s": round(goesOnMillis / 1000)
        }))
      ],
      targets: [
        { what: "× the processor time of the loop", figure: cpu, bound: { atMost: 2.5 } },
        {
          what: `s after a kill until the last lost job goes on, with a lease of ${lease} s`,
          figure: killed.goesOnMillis / 1000,
          bound: { atMost: lease + 1 }
        },
        {
          what: `changes in effect of ${organizations * changes}, in the worst of all faults`,
          figure: Math.min(...outcomes.map(({ holders }) => holders)),
          bound: { atLeast: organizations * changes }
        }
      ],
      notMeasured:
        "the processor time of Postgres, a network between machines, and the rate limit, which is each organization's own."
    }
  } finally {
    await server.close()
    rmSync(home, { recursive: true, force: true })
  }
}
