/** The time to read all users from a slow server: several pages at a time compared to one after the other. */
import type { Contender, Cost } from "./contend.ts"
import type { Organization } from "./organization.ts"
import { contend } from "./processes.ts"
import { type Measure, median, round } from "./report.ts"

const latencyMillis = 50
/** The default of `users()`. The loop with the official SDK always reads one page at a time. */
const contestants: ReadonlyArray<{ readonly contender: Contender; readonly concurrency: number }> = [
  { contender: "official SDK", concurrency: 1 },
  { contender: "LicenseService", concurrency: 4 }
]

export const measure: Measure = async ({ port, quick }) => {
  const pages = quick ? 40 : 200
  const rounds = quick ? 1 : 3
  const organization: Organization = { users: pages * 100, latencyMillis }
  const entries = contestants.map((contestant) => ({ ...contestant, costs: [] as Array<Cost> }))
  for (let n = 0; n < rounds; n++) {
    for (const { concurrency, contender, costs } of entries) {
      costs.push(await contend({ contender, port, organization, work: { _tag: "ReadAll", concurrency } }))
    }
  }
  const wall = ({ costs }: (typeof entries)[number]) => median(costs.map(({ wallMillis }) => wallMillis / 1000))
  const [sdk, ours] = entries.map(wall) as [number, number]
  return {
    title: `Reading ${pages} pages whose answers take ${latencyMillis} ms each; medians of ${rounds}`,
    rows: entries.map((entry) => ({
      contender: entry.contender,
      "at a time": entry.concurrency,
      "wall s": round(wall(entry)),
      "× as fast": round(sdk / wall(entry))
    })),
    targets: [{ what: "times as fast as the official SDK", figure: sdk / ours, bound: { atLeast: 3.5 } }],
    notMeasured:
      "the rate limit: 300 requests a minute is what ends this advantage, after the first 300 pages. The latency is a " +
      "timer of the server, without any jitter."
  }
}
