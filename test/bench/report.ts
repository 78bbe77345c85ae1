/**
 * The result of a measurement, its printed form, and the description of the machine that is
 * needed to interpret it.
 */
import { readFileSync } from "node:fs"
import * as Os from "node:os"
import { join } from "node:path"
import type { Server } from "./processes.ts"

/** A figure that must be reached. */
export interface Target {
  readonly what: string
  readonly figure: number
  readonly bound: { readonly atMost: number } | { readonly atLeast: number }
}

export interface Section {
  readonly title: string
  /** The first column names the row. The names of the other columns contain the units. */
  readonly rows: ReadonlyArray<Readonly<Record<string, string | number>>>
  readonly targets: ReadonlyArray<Target>
  /** What the figures do not include, to prevent misunderstandings. */
  readonly notMeasured: string
}

/** The options of a measurement. */
export interface Run extends Pick<Server, "port" | "requests"> {
  /** Does a tenth of the work, once. Only checks that the bench runs. */
  readonly quick: boolean
}

export type Measure = (run: Run) => Promise<Section>

export const isReached = ({ bound, figure }: Target): boolean =>
  "atMost" in bound ? figure <= bound.atMost : figure >= bound.atLeast

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!
}

/** Rounds to a useful number of digits. */
export const round = (value: number): number => Number(value.toPrecision(value >= 100 ? 4 : 3))

export const print = ({ notMeasured, rows, targets, title }: Section): string =>
  [
    `\n${title}\n`,
    ...table(rows),
    "",
    ...targets.map((target) => {
      const { bound, figure, what } = target
      const limit = "atMost" in bound ? `at most ${bound.atMost}` : `at least ${bound.atLeast}`
      return `${isReached(target) ? "reached" : "MISSED "}  ${what}: ${round(figure)} (${limit})`
    }),
    `Not measured: ${notMeasured}`
  ].join("\n")

const table = (rows: Section["rows"]): ReadonlyArray<string> => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? "")))]
  const widths = columns.map((_, n) => Math.max(...lines.map((line) => line[n]!.length)))
  return lines.map((line) =>
    line
      .map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!)))
      .join("   ")
      .trimEnd()
  )
}

const root = join(import.meta.dirname, "../..")

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version

/** The machine and the versions of the measurement. */
export const surroundings = () => ({
  machine: {
    processor: Os.cpus()[0]?.model.trim() ?? "unknown",
    cores: Os.availableParallelism(),
    memoryGiB: round(Os.totalmem() / 2 ** 30),
    system: `${Os.type()} ${Os.release()} ${Os.arch()}`
  },
  versions: {
    node: process.versions.node,
    effect: versionOf("effect"),
    undici: versionOf("undici"),
    "purecloud-platform-client-v2": versionOf("purecloud-platform-client-v2")
  }
})
