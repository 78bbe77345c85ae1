/**
 * Measures the speed that this project promises, prints the figures, and writes
 * those of a full run to `bench/latest.json`.
 *
 *     pnpm bench                   runs all benches, in about fifteen minutes
 *     pnpm bench pages memory      runs these benches
 *     pnpm bench --quick           only checks that the benches run: a tenth of the work, once
 *
 * Absolute figures depend on the machine and its load. Compare only the ratios within
 * one run between machines. Contenders take turns, so that other load affects all of
 * them.
 */
import { mkdir, writeFile } from "node:fs/promises"
import { loadavg } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import * as Admin from "./admin.ts"
import * as Cluster from "./cluster.ts"
import * as Emulator from "./emulator.ts"
import * as Fleet from "./fleet.ts"
import * as Latency from "./latency.ts"
import * as LookUps from "./lookUps.ts"
import * as Memory from "./memory.ts"
import * as Packages from "./packages.ts"
import * as Pages from "./pages.ts"
import * as PageSize from "./pageSize.ts"
import * as Pieces from "./pieces.ts"
import { serve } from "./processes.ts"
import * as RateLimit from "./rateLimit.ts"
import { isReached, type Measure, print, round, type Section, surroundings } from "./report.ts"
import * as SharedStore from "./sharedStore.ts"
import * as Start from "./start.ts"

const measurements: Readonly<Record<string, Measure>> = {
  pages: Pages.measure,
  pieces: Pieces.measure,
  latency: Latency.measure,
  memory: Memory.measure,
  lookups: LookUps.measure,
  "rate-limit": RateLimit.measure,
  "shared-store": SharedStore.measure,
  "page-size": PageSize.measure,
  start: Start.measure,
  packages: Packages.measure,
  emulator: Emulator.measure,
  fleet: Fleet.measure,
  cluster: Cluster.measure,
  admin: Admin.measure
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false } }
})
const names = Object.keys(measurements)
const unknown = positionals.filter((name) => !names.includes(name))
if (unknown.length > 0) {
  console.error(`There is no measurement called ${unknown.join(", ")}; there are ${names.join(", ")}.`)
  process.exit(1)
}

const where = surroundings()
/** The load average of the last minute. A machine with more load than cores is busy. */
const load = () => round(loadavg()[0]!)
const loadBefore = load()
console.log(`${where.machine.processor}, ${where.machine.cores} cores, load ${loadBefore}, Node ${where.versions.node}`)

const sections: Record<string, Section> = {}
{
  await using server = await serve()
  for (const name of positionals.length > 0 ? positionals : names) {
    const section = await measurements[name]!({ ...server, quick: values.quick })
    sections[name] = section
    // The targets apply only to a full run.
    console.log(print(values.quick ? { ...section, targets: [] } : section))
  }
}

if (positionals.length > 0 || values.quick) {
  console.log("\nbench/latest.json was not changed, because this was not a full run.")
} else {
  const report = {
    date: new Date().toISOString(),
    ...where,
    load: { before: loadBefore, after: load() },
    measurements: Object.fromEntries(
      Object.entries(sections).map(([name, section]) => [
        name,
        {
          ...section,
          targets: section.targets.map((target) => ({
            ...target,
            figure: round(target.figure),
            reached: isReached(target)
          }))
        }
      ])
    )
  }
  const folder = join(import.meta.dirname, "../../bench")
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, "latest.json"), `${JSON.stringify(report, undefined, 2)}\n`)
  console.log("\nWritten to bench/latest.json.")
}
