/**
 * The costs of the command with an organization of 10,000, 100,000 and 1,000,000 users: the
 * processor time and the peak memory of each process. The emulator does not count.
 */
import { execFile, spawn } from "node:child_process"
import { createReadStream } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import type { Readable } from "node:stream"
import { promisify } from "node:util"
import { writeFacts, writeSnapshot } from "./adminFiles.ts"
import type { Listening } from "./emulatorServer.ts"
import { converse } from "./processes.ts"
import { type Measure, round } from "./report.ts"

interface Usage {
  readonly cpuSeconds: number
  readonly peakRssBytes: number
}

const cli = join(import.meta.dirname, "../../packages/cli")

/** The command as it is published. Running the sources needs 70 MB more, to strip their types. */
const build = async () => {
  const rolldown = join(import.meta.dirname, "../../node_modules/rolldown/bin/cli.mjs")
  await promisify(execFile)(process.execPath, [rolldown, "--config", "rolldown.config.ts"], { cwd: cli })
}

/** Runs the command in a separate process. Exit code 2, for differences, is accepted. */
const run = async (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): Promise<Usage> => {
  const main = join(cli, "dist/main.js")
  const usage = join(import.meta.dirname, "usage.ts")
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "--import", usage, main, ...args], {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], ...env }
  })
  const [errors, report, [code]] = await Promise.all([
    text(child.stderr!),
    text(child.stdio[3] as Readable),
    once(child, "exit")
  ])
  if (code !== 0 && code !== 2) throw new Error(`${args.join(" ")} ended with ${code}: ${errors}`)
  return JSON.parse(report)
}

/** The first column of a CSV, without the header. */
const firstColumn = async (path: string) => {
  const ids: Array<string> = []
  for await (const line of createInterface(createReadStream(path))) ids.push(line.slice(0, line.indexOf(",")))
  return ids.slice(1)
}

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
    const names = ["users --no-people", "users", "audit --no-people", "audit", "snapshot"]
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

const megabytes = ({ peakRssBytes }: Usage) => round(peakRssBytes / 1e6)

export const measure: Measure = async ({ quick }) => {
  const sizes = quick ? [1_000, 10_000, 100_000] : [10_000, 100_000, 1_000_000]
  await build()
  const bySize: Array<Awaited<ReturnType<typeof costs>>> = []
  for (const size of sizes) bySize.push(await costs(size))
  const [, some, many] = bySize as [(typeof bySize)[number], (typeof bySize)[number], (typeof bySize)[number]]
  const label = (users: number) => users.toLocaleString("en")
  const isWhole = (command: string) => /^(?:snapshot|compare)|--facts/.test(command)
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
    targets: many.flatMap(([command, usage], n) => [
      ...(isWhole(command) ? [{ what: `MB of ${command}`, figure: megabytes(usage), bound: { atMost: 350 } }] : []),
      {
        what: `ten times as many users, × the CPU of ${command}`,
        figure: usage.cpuSeconds / some[n]![1].cpuSeconds,
        bound: { atMost: 11 }
      }
    ]),
    notMeasured:
      "the emulator, which has a process of its own; a network; the rate limit, which lets 150,000 users a minute be read. " +
      "V8 takes what the machine lets it, so that the memory is of this machine."
  }
}
