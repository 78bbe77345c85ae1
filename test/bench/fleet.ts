/**
 * The costs of separating, recording and summing up many organizations: the command
 * `fleet audit` compared to a plain loop over the same organizations, and its peak memory.
 */
import { defaultClientSecret as secret } from "@genesys-license/emulator/oauth/OAuthClient"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Cost, Task } from "./contendFleet.ts"
import { converse } from "./processes.ts"
import { type Measure, median, round } from "./report.ts"

const users = 500

export const measure: Measure = async ({ quick }) => {
  const [some, many] = quick ? [20, 50] : [200, 500]
  const rounds = quick ? 1 : 5
  const server = converse("fleetServer.ts", String(users), String(many))
  const port = await server.next<number>()
  const home = mkdtempSync(join(tmpdir(), "genesys-license-"))
  try {
    const contend = async (contender: Task["contender"], organizations: number) => {
      const folder = mkdtempSync(join(home, "out-"))
      const list = join(folder, "orgs.json")
      writeFileSync(list, JSON.stringify({ organizations: listed(organizations, port) }))
      const out = join(folder, "files")
      mkdirSync(out)
      const process = converse("contendFleet.ts")
      try {
        const task: Task = { contender, port, organizations, secret, list, folder: out }
        const cost = await process.ask<Cost>(task)
        if (cost.users !== users * organizations) throw new Error(`${contender} found ${cost.users} users`)
        return cost
      } finally {
        await process.close()
      }
    }
    globalThis.process.env["BENCH_SECRET"] = secret
    // Warm-up of the server.
    await contend("loop", some)
    const costs = { loop: new Array<Cost>(), fleet: new Array<Cost>() }
    for (let n = 0; n < rounds; n++) {
      for (const contender of ["loop", "fleet"] as const) costs[contender].push(await contend(contender, some))
    }
    const large = await contend("fleet", many)
    const of = (contender: keyof typeof costs, figure: (cost: Cost) => number) => median(costs[contender].map(figure))
    const row = (what: string, wall: number, cpu: number, peak: number) => ({
      [`${users} users each`]: what,
      "wall, s": round(wall / 1000),
      "CPU, s": round(cpu / 1000),
      "peak RSS MB": round(peak / 1e6)
    })
    const wall = ({ wallMillis }: Cost) => wallMillis
    const cpu = ({ cpuMillis }: Cost) => cpuMillis
    const peak = ({ peakRssBytes }: Cost) => peakRssBytes
    return {
      title: `Auditing many organizations, people included; medians of ${rounds}, each in a new process`,
      rows: [
        ...(["loop", "fleet"] as const).map((contender) =>
          row(`${some} organizations, ${contender}`, of(contender, wall), of(contender, cpu), of(contender, peak))
        ),
        row(`${many} organizations, fleet; once`, wall(large), cpu(large), peak(large))
      ],
      targets: [
        { what: "× the time of the loop", figure: of("fleet", wall) / of("loop", wall), bound: { atMost: 1.2 } },
        {
          what: "× the processor time of the loop",
          figure: of("fleet", cpu) / of("loop", cpu),
          bound: { atMost: 1.2 }
        },
        { what: `MB at most with ${many} organizations`, figure: peak(large) / 1e6, bound: { atMost: 300 } }
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
