/**
 * Rows of named cells. Tables, CSV and NDJSON are made of them.
 */

/** A list is one cell in CSV and tables, and an array in JSON. */
export type Cell = string | number | boolean | ReadonlyArray<string> | undefined

export interface Row {
  readonly [column: string]: Cell
}

/** A cell as text. */
export const text = (cell: Cell): string =>
  cell === undefined ? "" : typeof cell === "object" ? cell.join(" ") : String(cell)
