/**
 * The costs of reading an organization: processor time per page, with all policies, compared to
 * the official SDK and to undici.
 */
import type { Contender, Cost } from "./contend.ts"
import type { Organization } from "./organization.ts"
import { contend } from "./processes.ts"
import { type Measure, median, round } from "./report.ts"

const contestants: ReadonlyArray<{
  readonly contender: Contender
  readonly concurrency: number
  readonly pageSize?: number
}> = [
  { contender: "official SDK", concurrency: 1 },
  { contender: "LicenseService", concurrency: 1 },
  { contender: "LicenseService", concurrency: 1, pageSize: 500 },
  { contender: "LicenseService on layerUndici", concurrency: 1 },
  { contender: "LicenseService on fetch", concurrency: 1 },
  { contender: "undici + JSON.parse", concurrency: 1 },
  { contender: "LicenseService", concurrency: 4 },
  { contender: "LicenseService on layerUndici", concurrency: 4 },
  { contender: "undici + JSON.parse", concurrency: 4 }
]

export const measure: Measure = async ({ port, quick, requests }) => {
  const pages = quick ? 1_000 : 10_000
  const rounds = quick ? 1 : 3
  const organization: Organization = { users: pages * 100, latencyMillis: 0 }
  const entries = contestants.map(({ pageSize = 100, ...contestant }) => ({
    ...contestant,
    pageSize,
    costs: [] as Array<Cost>,
    requests: [] as Array<number>
  }))
  for (let n = 0; n < rounds; n++) {
    for (const { concurrency, contender, costs, pageSize, requests: counted } of entries) {
      const cost = await contend({ contender, port, organization, work: { _tag: "ReadAll", concurrency, pageSize } })
      costs.push(cost)
      counted.push(await requests(organization))
    }
  }
  const licenses = new Set(entries.flatMap(({ costs }) => costs.map(({ found }) => found.licenses)))
  if (licenses.size !== 1) throw new Error(`The contenders counted different licenses: ${[...licenses].join(", ")}`)
  const perPage = ({ costs, pageSize }: (typeof entries)[number]) =>
    costs.map(({ cpuMillis }) => cpuMillis / (organization.users / pageSize))
  const cpu = (entry: (typeof entries)[number]) => median(perPage(entry))
  const of = (contender: Contender, concurrency: number, pageSize = 100) =>
    cpu(
      entries.find(
        (entry) => entry.contender === contender && entry.concurrency === concurrency && entry.pageSize === pageSize
      )!
    )
  const memory = (contender: Contender) =>
    median(entries.find((entry) => entry.contender === contender)!.costs.map(({ peakRssBytes }) => peakRssBytes))
  const sdk = of("official SDK", 1)
  return {
    title: `Reading ${organization.users.toLocaleString("en")} users; medians of ${rounds}, each in a new process`,
    rows: entries.map((entry) => ({
      contender: entry.contender,
      "at a time": entry.concurrency,
      "users/page": entry.pageSize,
      "CPU ms/page": round(cpu(entry)),
      lowest: round(Math.min(...perPage(entry))),
      highest: round(Math.max(...perPage(entry))),
      ...(entry.pageSize === 100 && {
        "× SDK": round(cpu(entry) / sdk),
        "× undici": round(cpu(entry) / of("undici + JSON.parse", entry.concurrency))
      }),
      "wall s": round(median(entry.costs.map(({ wallMillis }) => wallMillis / 1000))),
      "peak RSS MB": round(median(entry.costs.map(({ peakRssBytes }) => peakRssBytes / 1e6))),
      requests: median(entry.requests)
    })),
    targets: [
      {
        what: "CPU per page at 1 at a time, × the official SDK",
        figure: of("LicenseService", 1) / sdk,
        bound: { atMost: 0.5 }
      },
      {
        what: "CPU per page at 4 at a time, × undici + JSON.parse",
        figure: of("LicenseService", 4) / of("undici + JSON.parse", 4),
        bound: { atMost: 2 }
      },
      {
        what: "CPU per page over @genesys-license/undici, × fetch",
        figure: of("LicenseService", 1) / of("LicenseService on fetch", 1),
        bound: { atMost: 0.7 }
      },
      {
        what: "peak RSS over @genesys-license/undici, × fetch",
        figure: memory("LicenseService") / memory("LicenseService on fetch"),
        bound: { atMost: 0.85 }
      },
      {
        what: "CPU of a page of 500 users, × a page of 100",
        figure: of("LicenseService", 1, 500) / of("LicenseService", 1),
        bound: { atMost: 3 }
      }
    ],
    notMeasured:
      "a network, TLS, compression, the login, and the rate limit, which in earnest allows 5 requests a second and " +
      "makes all of them equally fast. Processor time is that of the reading process, 500 pages of warm-up left out; " +
      "the server has its own."
  }
}
