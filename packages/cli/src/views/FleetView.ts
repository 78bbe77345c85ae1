/**
 * The summary of a fleet, for people and for programs.
 */
import { called } from "@genesys-license/admin/fleet/FleetPage"
import * as FleetSummary from "@genesys-license/admin/fleet/FleetSummary"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type * as Output from "../terminal/Output.ts"
import type * as Row from "../terminal/Row.ts"
import * as Table from "../terminal/Table.ts"

export const make = (summary: FleetSummary.Summary): Output.Result => {
  const numbers = FleetSummary.numbersOf(summary)
  return {
    columns: ["organization", "state", ...numbers, "file", "detail"],
    rows: Stream.fromIterable(
      summary.organizations.map((row): Row.Row => ({
        organization: row.id,
        state: row.state,
        ...row.numbers,
        ...(row.file !== undefined && { file: row.file }),
        detail: FleetSummary.detailOf(row)
      }))
    ),
    text: (width) => text(summary, numbers, width),
    document: () => summary,
    html: () =>
      Effect.flatMap(
        Effect.promise(() => import("@genesys-license/admin/fleet/FleetPage")),
        (FleetPage) => FleetPage.page(summary)
      )
  }
}

const text = (summary: FleetSummary.Summary, numbers: ReadonlyArray<string>, width: number) => {
  const { counts, organizations } = summary
  const lines = [
    ["Organization", "State", ...numbers.map(called)],
    ...organizations.map((row) => [
      row.id,
      FleetSummary.states[row.state],
      ...numbers.map((name) => (row.numbers[name] === undefined ? "" : Table.number(row.numbers[name])))
    ])
  ]
  const done = `${Table.number(counts.done)} of ${Table.count(organizations.length, "organization")} done`
  const others = (["partly", "failed", "timedOut", "notReached"] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${Table.number(counts[state])} ${FleetSummary.states[state]}`)
  const before = organizations.filter(({ isDoneBefore }) => isDoneBefore).length
  return [
    Table.ofLines(lines, ["left", "left", ...numbers.map(() => "right" as const)], width),
    `${[done, ...others].join(", ")}${before > 0 ? ` (${Table.number(before)} by an earlier run)` : ""}`
  ].join("\n\n")
}

/** The result of one organization, as a line. */
export const line = (row: Pick<FleetSummary.Row, "error" | "id" | "notes" | "state">): string => {
  const detail = FleetSummary.detailOf(row)
  return `${row.id}: ${FleetSummary.states[row.state]}${detail === "" ? "" : `. ${detail}`}`
}
