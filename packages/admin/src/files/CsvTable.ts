/**
 * A CSV as people and spreadsheets write it: a header, named columns in any order,
 * a byte order mark, any line ends, semicolons where commas are decimal points.
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
  readonly rows: ReadonlyArray<Row>
  /** The known columns that are there. */
  readonly columns: ReadonlySet<Column>
  /** Other columns, as the header calls them. */
  readonly others: ReadonlyArray<string>
  /** A cell without the white space around it; empty where there is no such column. */
  readonly cell: (row: Row, column: Column) => string
}

/** The names of each known column, the first of which is its own. Case does not matter. */
export type Columns<Column extends string> = { readonly [K in Column]: ReadonlyArray<string> }

export const parse = Effect.fnUntraced(function* <Column extends string>(
  text: string,
  options: {
    readonly source: string
    readonly columns: Columns<Column>
    readonly required: ReadonlyArray<NoInfer<Column>>
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

  const records = yield* Stream.make(text).pipe(
    Stream.pipeThroughChannel(Csv.decodeString({ delimiter: delimiterOf(text) })),
    Stream.runCollect,
    Effect.mapError((error) => invalid(lowerFirst(error.message), error.line, error.column))
  )
  const [header, ...rows] = withLines(records).filter(({ cells }) => cells.some((cell) => cell.trim() !== ""))
  if (header === undefined) return yield* invalid("it is empty: the first line names the columns")

  const positions = new Map<Column, number>()
  const others: Array<string> = []
  const known = new Map<string, Column>()
  for (const column of Object.keys(options.columns) as Array<Column>) {
    for (const name of options.columns[column]) known.set(name.toLowerCase(), column)
  }
  for (const [position, cell] of header.cells.entries()) {
    const name = cell.trim()
    const column = known.get(name.toLowerCase())
    if (column === undefined) {
      others.push(name)
    } else if (positions.has(column)) {
      return yield* invalid(`the column ${column} is there twice`, header.line, position + 1)
    } else {
      positions.set(column, position)
    }
  }
  for (const column of options.required) {
    if (!positions.has(column)) {
      const found = header.cells.map((cell) => quote(cell.trim())).join(", ")
      return yield* invalid(`there is no column ${column}; the columns are ${found}`, header.line)
    }
  }
  for (const { cells, line } of rows) {
    if (cells.length !== header.cells.length) {
      return yield* invalid(`the row has ${cells.length} cells, the header ${header.cells.length}`, line)
    }
  }

  return {
    rows,
    columns: new Set(positions.keys()),
    others,
    cell: ({ cells }, column) => {
      const position = positions.get(column)
      return position === undefined ? "" : (cells[position] ?? "").trim()
    }
  }
})

/** What separates the columns of the header the most often. */
const delimiterOf = (text: string) => {
  const header = /^.*/.exec(text)?.[0] ?? ""
  const count = (delimiter: string) => header.split(delimiter).length
  return [";", "\t"].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ",")
}

/** Where each record begins: a cell in quotes may have line ends of its own. */
const withLines = (records: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<Row> => {
  let next = 1
  return records.map((cells) => {
    const line = next
    next += 1
    for (const cell of cells) next += cell.match(/\r\n|\r|\n/g)?.length ?? 0
    return { line, cells }
  })
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
