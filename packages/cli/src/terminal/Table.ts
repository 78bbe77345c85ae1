/**
 * Tables for people: text is aligned left, numbers right.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Stream from "effect/Stream"
import * as Fit from "./Fit.ts"
import * as Row from "./Row.ts"

/** `1,234` */
export const number = (value: number): string => value.toLocaleString("en-US")

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** `1 user`, `2 users`. */
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`

const separator = "   "

/** Data from a server may contain control characters that move the cursor of a terminal. */
const oneLine = (cell: string) => quote(cell, Infinity)

type Alignment = "left" | "right"

const cells = (row: Row.Row, columns: ReadonlyArray<string>) =>
  columns.map((column) => {
    const cell = row[column]
    if (typeof cell === "number") return number(cell)
    if (typeof cell === "boolean") return cell ? "yes" : "no"
    return oneLine(Row.text(cell))
  })

const widthsOf = (lines: ReadonlyArray<ReadonlyArray<string>>) =>
  (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => Fit.width(line[column]!))))

const layout = (
  line: ReadonlyArray<string>,
  widths: ReadonlyArray<number>,
  alignments: ReadonlyArray<Alignment>,
  most: number
): string =>
  line
    .map((whole, column) => {
      const cell = most === Infinity ? whole : Fit.cell(whole, widths[column]!)
      const space = " ".repeat(Math.max(0, widths[column]! - Fit.width(cell)))
      return alignments[column] === "right" ? space + cell : cell + space
    })
    .join(separator)
    .trimEnd()

/** The widths of the columns: as wide as their cells, or narrower to fit. */
const fit = (lines: ReadonlyArray<ReadonlyArray<string>>, most: number) => {
  const widths = widthsOf(lines)
  return Fit.columns(widths, lines, separator.length * (widths.length - 1), most)
}

/** A table of texts. By default the first column is aligned left, the others right. Cut to `most` columns if possible. */
export const ofLines = (
  lines: ReadonlyArray<ReadonlyArray<string>>,
  alignments: ReadonlyArray<Alignment> = (lines[0] ?? []).map((_, column) => (column === 0 ? "left" : "right")),
  most = Infinity
): string => {
  const clean = lines.map((line) => line.map(oneLine))
  const widths = fit(clean, most - 2)
  return clean.map((line) => `  ${layout(line, widths, alignments, most)}`).join("\n")
}

/** A table of a stream of rows. The first chunk decides the widths of the columns. Cut to `most` columns if possible. */
export const ofRows = <E, R>(
  rows: Stream.Stream<Row.Row, E, R>,
  columns: ReadonlyArray<string>,
  most = Infinity
): Stream.Stream<string, E, R> => {
  let widths: ReadonlyArray<number> | undefined
  let alignments: ReadonlyArray<Alignment> = columns.map(() => "left")
  const lines = (some: ReadonlyArray<Row.Row>) => {
    const body = some.map((row) => cells(row, columns))
    if (widths !== undefined) return body
    widths = fit([columns, ...body], most)
    alignments = columns.map((column) => (some.every((row) => typeof row[column] === "number") ? "right" : "left"))
    return [columns, ...body]
  }
  const page = (some: ReadonlyArray<Row.Row>) =>
    lines(some)
      .map((line) => `${layout(line, widths!, alignments, most)}\n`)
      .join("")
  return rows.pipe(
    Stream.mapArray((some) => [page(some)]),
    // A table without rows still has a header.
    Stream.concat(Stream.suspend(() => (widths === undefined ? Stream.make(page([])) : Stream.empty)))
  )
}
