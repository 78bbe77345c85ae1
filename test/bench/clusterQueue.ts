/** Three workers on a queue, as the benches start them. */
import * as Database from "@genesys-license/cluster/database/Database"
import { defaults } from "@genesys-license/cluster/database/Settings"
import type { Job } from "@genesys-license/cluster/jobs/Job"
import * as Jobs from "@genesys-license/cluster/jobs/Jobs"
import { defaultClientSecret as secret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { readFileSync } from "node:fs"
import * as Postgres from "../support/postgres.ts"
import * as Processes from "../support/processes.ts"

export const workers = 3

export const listed = (organizations: number, port: number) =>
  Array.from({ length: organizations }, (_, n) => ({
    id: `org-${n}`,
    gateway: `http://127.0.0.1:${port}`,
    clientId: `client-${n}`,
    secret: "BENCH_SECRET"
  }))

/** Processor time that a process has taken, in milliseconds, and its largest memory in bytes. */
export const usageOf = (pid: number) => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number) as [number, number]
  const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))
  return { cpuMillis: (user + system) * 10, peakRssBytes: Number(peak?.[1] ?? 0) * 1024 }
}

/** Workers on a database, and a queue for them. */
export const queue = Effect.fnUntraced(function* (list: string, url: string, args: ReadonlyArray<string>) {
  const layer = Database.layerQueue(defaults).pipe(
    Layer.provideMerge(Database.layer({ maxConnections: 2 })),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: { [Database.variable]: url } })))
  )
  const submit = (jobs: ReadonlyArray<Job>, plans: ReadonlyMap<string, string> = new Map()) =>
    Effect.provide(Jobs.submit(jobs, plans), layer)
  yield* submit([])
  const running = yield* Effect.forEach(
    Array.from({ length: workers }),
    () =>
      Effect.tap(
        Processes.start(process.execPath, ["packages/cluster/src/main.ts", "worker", list, ...args], {
          env: { GENESYSLICENSE_DATABASE_URL: url, BENCH_SECRET: secret }
        }),
        (worker) => worker.said(/is ready/)
      ),
    { concurrency: workers }
  )
  const rows = (text: string) => Postgres.query(url, text)
  /** Waits until so many jobs have ended. */
  const ended = (count: number) =>
    Effect.repeat(
      Effect.orElseSucceed(
        rows("SELECT COUNT(*)::int AS ended FROM genesys_license_jobs WHERE state <> 'waiting'"),
        () => []
      ),
      { until: ([row]) => row?.ended >= count, schedule: Schedule.spaced("100 millis") }
    )
  return { ended, rows, running, submit }
})
