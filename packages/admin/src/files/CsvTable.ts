/**
 * A CSV as people and spreadsheets write it: named columns in any order, any line
 * ends, semicolons where commas are decimal points, and what Excel and PowerShell
 * put before the header: a byte order mark, blank lines, `sep=;`, `#TYPE ...`.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Stream from "effect/Stream"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"

export interface Row {
  /** The line of the file on which the row begins. */
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

export interface CsvTable<Column extends string> {
  /** The line of the file with the names of the columns. */
  readonly headerLine: number
  readonly rows: ReadonlyArray<Row>
  /** The known columns that are there. */
  readonly columns: ReadonlySet<Column>
  /** Other columns, as the header calls them. One without a name is `column 4`, and left out if it is empty. */
  readonly others: ReadonlyArray<string>
  /** How many rows end before the last column that has a name. What they lack is empty. */
  readonly shortRows: number
  /** A cell without the white space around it; empty where there is no such column. */
  readonly cell: (row: Row, column: Column) => string
}

/** The names of each known column. Case, spaces, hyphens and underscores do not matter: `User ID` is `userId`. */
export type Columns<Column extends string> = { readonly [K in Column]: ReadonlyArray<string> }

export const parse = Effect.fnUntraced(function* <Column extends string>(
  text: string,
  options: {
    readonly source: string
    readonly columns: Columns<Column>
    /** The columns that must be there. Of several in a list, one must be. */
    readonly required: ReadonlyArray<NoInfer<Column> | ReadonlyArray<NoInfer<Column>>>
  }
): Effect.fn.Return<CsvTable<Column>, AdminError> {
  const { source } = options
  const invalid = (problem: string, line?: number, column?: string | number) =>
    fail(
      new InvalidInput({
        source,
        problem,
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column })
      })
    )

  const { delimiter, skipped, table } = withoutPreamble(text)
  const records = yield* Stream.make(table).pipe(
    Stream.pipeThroughChannel(Csv.decodeString({ delimiter })),
    Stream.runCollect,
    Effect.mapError((error) => invalid(problemOf(error), skipped + error.line, error.column))
  )
  const [header, ...rows] = withLines(records, skipped + 1).filter(({ cells }) => !isBlank(cells))
  if (header === undefined) return yield* invalid("it is empty: the first line names the columns")

  const positions = new Map<Column, number>()
  const others: Array<string> = []
  const known = new Map<string, Column>()
  for (const column of Object.keys(options.columns) as Array<Column>) {
    for (const name of options.columns[column]) known.set(normalized(name), column)
  }
  for (const [position, cell] of header.cells.entries()) {
    const name = cell.trim()
    const column = known.get(normalized(name))
    if (column === undefined) {
      const isUsed = name !== "" || rows.some(({ cells }) => (cells[position] ?? "").trim() !== "")
      if (isUsed) others.push(name === "" ? `column ${position + 1}` : name)
    } else if (positions.has(column)) {
      return yield* invalid(`the column ${column} is there twice`, header.line, position + 1)
    } else {
      positions.set(column, position)
    }
  }
  for (const required of options.required) {
    const columns: ReadonlyArray<Column> = typeof required === "string" ? [required] : required
    if (!columns.some((column) => positions.has(column))) {
      const found = header.cells.map((cell) => quote(cell.trim())).join(", ")
      return yield* invalid(`there is no column ${columns.join(" or ")}; the columns are ${found}`, header.line)
    }
  }
  const width = header.cells.findLastIndex((cell) => cell.trim() !== "") + 1
  for (const { cells, line } of rows) {
    if (!isBlank(cells.slice(header.cells.length))) {
      return yield* invalid(`the row has ${cells.length} cells, the header ${header.cells.length}`, line)
    }
  }

  return {
    headerLine: header.line,
    rows,
    columns: new Set(positions.keys()),
    others,
    shortRows: rows.filter(({ cells }) => cells.length < width).length,
    cell: ({ cells }, column) => {
      const position = positions.get(column)
      return position === undefined ? "" : (cells[position] ?? "").trim()
    }
  }
})

const normalized = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, "")

const isBlank = (cells: ReadonlyArray<string>) => cells.every((cell) => cell.trim() === "")

/** The lines from the header on, how many there are before it, and what separates the columns. */
const withoutPreamble = (text: string) => {
  let table = text.replace(/^\uFEFF/, "")
  let skipped = 0
  let delimiter: string | undefined
  for (;;) {
    const [whole, line] = /^([^\r\n]*)(?:\r\n|\r|\n)/.exec(table) ?? []
    if (whole === undefined || line === undefined) break
    const [, told] = /^"?sep=([^"])"?\s*$/i.exec(line) ?? []
    if (told === undefined && !/^"?#TYPE\b|^[\s,;]*$/i.test(line)) break
    delimiter = told ?? delimiter
    table = table.slice(whole.length)
    skipped += 1
  }
  return { delimiter: delimiter ?? delimiterOf(table), skipped, table }
}

/** What separates the columns of the header the most often. */
const delimiterOf = (table: string) => {
  const header = (/^.*/.exec(table)?.[0] ?? "").replace(/"[^"]*"?/g, "")
  const count = (delimiter: string) => header.split(delimiter).length
  return [";", "\t"].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ",")
}

/** Where each record begins: a cell in quotes may have line ends of its own. */
const withLines = (records: ReadonlyArray<ReadonlyArray<string>>, first: number): ReadonlyArray<Row> => {
  let next = first
  return records.map((cells) => {
    const line = next
    next += 1
    for (const cell of cells) next += cell.match(/\r\n|\r|\n/g)?.length ?? 0
    return { line, cells }
  })
}

const problemOf = ({ kind, message }: Csv.CsvError) =>
  kind === "RecordSize"
    ? "the row is longer than 1 MiB: is a quote left open?"
    : message.startsWith("Unterminated")
      ? "a quote is opened in this row and never closed"
      : message.charAt(0).toLowerCase() + message.slice(1)
