/**
 * Runs as text for people.
 */
import { called } from "@genesys-license/admin/fleet/FleetPage"
import * as FleetSummary from "@genesys-license/admin/fleet/FleetSummary"
import type { Listed, Status } from "../jobs/Runs.ts"

/** A table with aligned columns. */
const table = (lines: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)))
  return lines
    .map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column]!)).join("   ")}`.trimEnd())
    .join("\n")
}

const number = (value: number) => value.toLocaleString("en-US")

/** The state of each organization of a run. */
export const of = (status: Status): string => {
  const { counts, open, organizations } = status
  const names = FleetSummary.numbersOf(status)
  const states = new Map(
    open.map(({ attempts, org, state, worker }) => {
      const again = attempts > 1 ? `, attempt ${attempts}` : ""
      return [
        org,
        state === "running" ? `running on ${worker}${again}` : attempts > 0 ? `waiting, tried ${attempts}×` : "waiting"
      ]
    })
  )
  const rows = organizations.map((row) => [
    row.id,
    states.get(row.id) ?? FleetSummary.states[row.state],
    ...names.map((name) => (row.numbers[name] === undefined ? "" : number(row.numbers[name])))
  ])
  const running = open.filter(({ state }) => state === "running").length
  const others = [
    ...(["partly", "failed", "timedOut"] as const).map((state) => [counts[state], FleetSummary.states[state]] as const),
    [running, "running"] as const,
    [open.length - running, "waiting"] as const
  ]
  const jobs = `${organizations.length} ${organizations.length === 1 ? "organization" : "organizations"}`
  const totals = [
    `${number(counts.done)} of ${jobs} done`,
    ...others.filter(([count]) => count > 0).map(([count, what]) => `${number(count)} ${what}`)
  ].join(", ")
  const details = organizations
    .map((row) => [row.id, FleetSummary.detailOf(row)] as const)
    .filter(([, detail]) => detail !== "")
    .map(([id, detail]) => `${id}: ${detail}`)
  return [table([["Organization", "State", ...names.map(called)], ...rows]), ...details, totals].join("\n\n")
}

/** A list of runs. */
export const list = (runs: ReadonlyArray<Listed>): string =>
  runs.length === 0
    ? "Nothing was submitted yet."
    : table([
        ["Run", "Kind", "Submitted", "Ended"],
        ...runs.map(({ ended, jobs, kind, run, submittedAt }) => [run, kind, submittedAt, `${ended} of ${jobs}`])
      ])
