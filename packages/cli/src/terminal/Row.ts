/**
 * Results as rows of named cells: what tables, CSV and NDJSON are made of.
 */

/** Several values are one cell, or one list where the format has lists. */
export type Cell = string | number | boolean | ReadonlyArray<string> | undefined

export interface Row {
  readonly [column: string]: Cell
}

/** A cell as one text. */
export const text = (cell: Cell): string =>
  cell === undefined ? "" : typeof cell === "object" ? cell.join(" ") : String(cell)
