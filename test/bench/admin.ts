/**
 * The costs of the command with an organization of 10,000, 100,000 and 1,000,000 users: the
 * processor time and the peak memory of each process. The emulator does not count.
 */
import { createReadStream } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { writeFacts, writeSnapshot } from "./adminFiles.ts"
import { build, run, type Usage } from "./command.ts"
import type { Listening } from "./emulatorServer.ts"
import { converse } from "./processes.ts"
import { type Measure, round } from "./report.ts"

/** The first column of a CSV, without its name. */
const firstColumn = async (path: string) => {
  const ids: Array<string> = []
  for await (const line of createInterface(createReadStream(path))) ids.push(line.slice(0, line.indexOf(",")))
  return ids.slice(1)
}

/** Commands with pages of 500, and the same with small pages. */
const bySizeOfPage = ["users --no-people", "users", "audit --no-people", "audit"].map(
  (name) => [name, `${name} --page-size 100`] as const
)

const costs = async (users: number): Promise<ReadonlyArray<readonly [command: string, Usage]>> => {
  const folder = await mkdtemp(join(tmpdir(), "bench-"))
  const at = (name: string) => join(folder, name)
  const emulator = converse("emulatorServer.ts", String(users))
  try {
    const { port, token } = await emulator.next<Listening>()
    const env = {
      GENESYSCLOUD_GATEWAY_PROTOCOL: "http",
      GENESYSCLOUD_GATEWAY_HOST: "127.0.0.1",
      GENESYSCLOUD_GATEWAY_PORT: String(port),
      GENESYSCLOUD_ACCESS_TOKEN: token
    }
    const names = [...bySizeOfPage.flatMap(([name, small]) => [name, small]), "snapshot"]
    const all: Array<readonly [string, Usage]> = []
    for (const name of names) {
      all.push([
        name,
        await run([...name.split(" "), "--output", at(`${name}.${name === "snapshot" ? "json" : "csv"}`)], env)
      ])
    }
    await writeFacts(at("facts.csv"), await firstColumn(at("users --no-people.csv")))
    all.push(["audit --no-people --facts", await run(["audit", "--no-people", "--facts", at("facts.csv")], env)])
    await writeSnapshot(at("monday.json"), users, 0)
    await writeSnapshot(at("friday.json"), users, 1)
    all.push(["compare of two snapshots", await run(["compare", at("monday.json"), at("friday.json")])])
    all.push(["compare with now", await run(["compare", at("snapshot.json"), "now", "--no-people"], env)])
    return all
  } finally {
    await emulator.close()
    await rm(folder, { recursive: true })
  }
}

const usageOf = (all: Awaited<ReturnType<typeof costs>>, name: string) => all.find(([command]) => command === name)![1]

const megabytes = ({ peakRssBytes }: Usage) => round(peakRssBytes / 1e6)

export const measure: Measure = async ({ quick }) => {
  const sizes = quick ? [1_000, 10_000, 100_000] : [10_000, 100_000, 1_000_000]
  await build()
  const bySize: Array<Awaited<ReturnType<typeof costs>>> = []
  for (const size of sizes) bySize.push(await costs(size))
  const [, some, many] = bySize as [(typeof bySize)[number], (typeof bySize)[number], (typeof bySize)[number]]
  const label = (users: number) => users.toLocaleString("en")
  return {
    title: "The command in organizations of any size; as it is published; once, each in a new process",
    rows: many.map(([command], n) => ({
      command,
      ...Object.fromEntries(
        sizes.flatMap((size, at) => {
          const [, usage] = bySize[at]![n]!
          return [
            [`CPU s, ${label(size)}`, round(usage.cpuSeconds)],
            [`peak MB, ${label(size)}`, megabytes(usage)]
          ]
        })
      )
    })),
    targets: [
      ...many.flatMap(([command, usage], n) => [
        { what: `MB of ${command}`, figure: megabytes(usage), bound: { atMost: 350 } },
        {
          what: `ten times as many users, × the CPU of ${command}`,
          figure: usage.cpuSeconds / some[n]![1].cpuSeconds,
          bound: { atMost: 11 }
        }
      ]),
      ...bySizeOfPage.map(([name, small]) => ({
        what: `pages of 500, × the memory of ${small}`,
        figure: megabytes(usageOf(many, name)) / megabytes(usageOf(many, small)),
        // V8's young generation grows with what the pages on their way take.
        bound: { atMost: 1.5 }
      }))
    ],
    notMeasured:
      "the emulator, which has a process of its own; a network; the rate limit, which lets 150,000 users a minute be read. " +
      "V8 takes what the machine lets it, so that the memory is of this machine."
  }
}
