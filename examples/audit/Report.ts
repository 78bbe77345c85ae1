/**
 * An audit for people, and for programs.
 */
import { Duration } from "effect"
import type { Audit } from "./Audit.ts"

const number = (value: number) => value.toLocaleString("en-US")

const percent = (part: number, whole: number) => (whole === 0 ? "" : `${((part / whole) * 100).toFixed(1)} %`)

/** Columns side by side: the first to the left, numbers to the right. */
const table = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join("   ")
        .trimEnd()
    )
    .map((line) => `  ${line}`)
    .join("\n")
}

/** How many combinations a reader wants to see. */
const shown = 10

/** The report that a person reads. */
export const toText = (
  audit: Audit,
  cost: { readonly organization: string; readonly requests: number; readonly took: Duration.Duration }
): string => {
  const line = (name: string, users: number) => [name, number(users), percent(users, audit.users)]
  const hidden = audit.combinations.length - shown
  return [
    `Licenses of ${cost.organization}`,
    "",
    table([
      ["License", "Users", ""],
      ...audit.licenses.map(({ id, users }) => line(id, users)),
      line("no license", audit.unlicensed),
      ["all users", number(audit.users), ""]
    ]),
    "",
    "Most common combinations",
    "",
    table(audit.combinations.slice(0, shown).map(({ ids, users }) => line(ids.join(" + "), users))),
    ...(hidden > 0 ? [`  and ${number(hidden)} more`] : []),
    "",
    `${number(cost.requests)} requests, ${(Duration.toMillis(cost.took) / 1000).toFixed(1)} s`
  ].join("\n")
}

/** The report that a program reads: one JSON document. */
export const toJson = ({ licenses, unlicensed, users }: Audit): string =>
  JSON.stringify({ users, unlicensed, licenses })
