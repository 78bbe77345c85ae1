/**
 * What `fleet audit` costs beside a plain loop over the same organizations, and its peak
 * memory. The fleet also keeps organizations apart, records what is done and sums it up.
 *
 * The ratios are of processes that load the same sources. The peak with many organizations is
 * that of the command as it is published.
 */
import { defaultClientSecret as secret } from "@genesys-license/emulator/oauth/OAuthClient"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build, run } from "./command.ts"
import type { Cost, Task } from "./contendFleet.ts"
import { converse } from "./processes.ts"
import { type Measure, median, round } from "./report.ts"

const users = 500

export const measure: Measure = async ({ quick }) => {
  const [some, many] = quick ? [20, 50] : [200, 500]
  const rounds = quick ? 1 : 9
  const server = converse("fleetServer.ts", String(users), String(many))
  const port = await server.next<number>()
  const home = mkdtempSync(join(tmpdir(), "genesys-license-"))
  try {
    const task = (organizations: number) => {
      const folder = mkdtempSync(join(home, "out-"))
      const list = join(folder, "orgs.json")
      writeFileSync(list, JSON.stringify({ organizations: listed(organizations, port) }))
      const out = join(folder, "files")
      mkdirSync(out)
      return { port, organizations, secret, list, folder: out }
    }
    const contend = async (contender: Task["contender"]) => {
      const process = converse("contendFleet.ts")
      try {
        const cost = await process.ask<Cost>({ contender, ...task(some) } satisfies Task)
        if (cost.users !== users * some) throw new Error(`${contender} found ${cost.users} users`)
        return cost
      } finally {
        await process.close()
      }
    }
    globalThis.process.env["BENCH_SECRET"] = secret
    await build()
    // The server warms up.
    await contend("loop")
    const costs = { loop: new Array<Cost>(), fleet: new Array<Cost>() }
    for (let n = 0; n < rounds; n++) {
      for (const contender of ["loop", "fleet"] as const) costs[contender].push(await contend(contender))
    }
    const { folder, list } = task(many)
    const args = ["fleet", "audit", list, "--output-dir", folder, "--output", join(folder, "fleet.json")]
    const large = await run(args, { BENCH_SECRET: secret })
    const of = (contender: keyof typeof costs, figure: (cost: Cost) => number) => median(costs[contender].map(figure))
    const row = (what: string, { cpu, peak, wall }: { wall?: number; cpu: number; peak: number }) => ({
      [`${users} users each`]: what,
      "wall, s": wall === undefined ? "" : round(wall / 1000),
      "CPU, s": round(cpu / 1000),
      "peak RSS MB": round(peak / 1e6)
    })
    const wall = ({ wallMillis }: Cost) => wallMillis
    const cpu = ({ cpuMillis }: Cost) => cpuMillis
    const peak = ({ peakRssBytes }: Cost) => peakRssBytes
    /** Of each round, whose two processes met the same machine. */
    const ratios = (figure: (cost: Cost) => number) =>
      costs.fleet.map((cost, n) => figure(cost) / figure(costs.loop[n]!))
    const spread = (some: ReadonlyArray<number>) => `${round(Math.min(...some))} to ${round(Math.max(...some))}`
    return {
      title: `Auditing many organizations, people included; medians of ${rounds}, each in a new process`,
      rows: [
        ...(["loop", "fleet"] as const).map((contender) =>
          row(`${some} organizations, ${contender}`, {
            wall: of(contender, wall),
            cpu: of(contender, cpu),
            peak: of(contender, peak)
          })
        ),
        row(`${many} organizations, the published command; once, its start included`, {
          cpu: large.cpuSeconds * 1000,
          peak: large.peakRssBytes
        })
      ],
      targets: [
        {
          what: `× the time of the loop, median of ${spread(ratios(wall))}`,
          figure: median(ratios(wall)),
          bound: { atMost: 1.2 }
        },
        {
          what: `× the processor time of the loop, median of ${spread(ratios(cpu))}`,
          figure: median(ratios(cpu)),
          bound: { atMost: 1.2 }
        },
        {
          what: `MB at most with ${many} organizations, as published`,
          figure: large.peakRssBytes / 1e6,
          bound: { atMost: 300 }
        }
      ],
      notMeasured: "the rate limit, which is each organization's own, a network, and the start of Node."
    }
  } finally {
    await server.close()
    rmSync(home, { recursive: true, force: true })
  }
}

const listed = (organizations: number, port: number) =>
  Array.from({ length: organizations }, (_, n) => ({
    id: `org-${n}`,
    gateway: `http://127.0.0.1:${port}`,
    clientId: `client-${n}`,
    secret: "BENCH_SECRET"
  }))
