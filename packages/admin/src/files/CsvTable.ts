/**
 * Reads CSV as people and spreadsheets write it: named columns in any order, any line ends, and
 * commas, semicolons or tabs between the columns. Skips what Excel and PowerShell write before the
 * header: a byte order mark, blank lines, `sep=;` and `#TYPE ...`.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"

export interface Row {
  /** The line of the file in which the row begins, counted from 1. */
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

export interface CsvTable<Column extends string> {
  /** The line of the file with the names of the columns, counted from 1. */
  readonly headerLine: number
  readonly rows: ReadonlyArray<Row>
  /** The known columns that the header has. */
  readonly columns: ReadonlySet<Column>
  /** The other columns of the header. A column without a name is listed as `column 4` if it has values. */
  readonly others: ReadonlyArray<string>
  /** How many rows end before the last named column. Their missing cells are read as empty. */
  readonly shortRows: number
  /** A cell, without surrounding white space. Empty if the header does not have the column. */
  readonly cell: (row: Row, column: Column) => string
}

/** The accepted names of each known column. Case, spaces, hyphens and underscores do not matter. */
export type Columns<Column extends string> = { readonly [K in Column]: ReadonlyArray<string> }

export interface Options<Column extends string> {
  readonly source: string
  readonly columns: Columns<Column>
  /** The required columns. For a list of columns, one of them is required. */
  readonly required: ReadonlyArray<NoInfer<Column> | ReadonlyArray<NoInfer<Column>>>
}

export const parse = Effect.fnUntraced(function* <Column extends string>(
  text: string,
  options: Options<Column>
): Effect.fn.Return<CsvTable<Column>, AdminError> {
  const rows: Array<Row> = []
  const table = yield* read(Stream.make(text), options, () => (row) => {
    rows.push(row)
    return undefined
  })
  return { ...table, rows }
})

/** What is known after the header has been read. */
export type Header<Column extends string> = Pick<CsvTable<Column>, "cell" | "columns" | "headerLine">

/**
 * Reads a CSV that arrives in parts, and keeps no rows. After the header, `begin` returns the
 * function that receives each row. If this function returns an error, reading ends with it.
 */
export const read = <Column extends string, E, R>(
  text: Stream.Stream<string, E, R>,
  options: Options<Column>,
  begin: (header: Header<Column>) => (row: Row) => AdminError | undefined
): Effect.Effect<Omit<CsvTable<Column>, "rows">, E | AdminError, R> =>
  Effect.gen(function* () {
    const more = yield* Stream.toPull(text)
    let start = ""
    let isComplete = false
    let preamble = withoutPreamble(start)
    while (!isComplete && !/[\r\n]/.test(preamble.table)) {
      const parts = yield* Pull.catchDone(more, () => Effect.undefined)
      isComplete = parts === undefined
      start += parts?.join("") ?? ""
      preamble = withoutPreamble(start)
    }
    const { delimiter, skipped, table } = preamble
    const reader = new Reader(options, begin)
    let next = skipped + 1
    const rest = isComplete ? Stream.empty : Stream.fromPull(Effect.succeed(more))
    yield* Stream.concat(Stream.make(table), rest).pipe(
      Stream.pipeThroughChannel(Csv.decodeString<E | AdminError>({ delimiter })),
      Stream.runForEachArray((records) =>
        Effect.suspend(() => {
          for (const cells of records) {
            const problem = reader.add({ line: next, cells })
            if (problem !== undefined) return Effect.fail(problem)
            next += 1 + linesWithin(cells)
          }
          return Effect.void
        })
      ),
      Effect.mapError((error) =>
        Csv.isCsvError(error) ? invalidIn(options)(problemOf(error), skipped + error.line, error.column) : error
      )
    )
    return yield* reader.end()
  }).pipe(Effect.scoped)

const invalidIn =
  ({ source }: { readonly source: string }) =>
  (problem: string, line?: number, column?: string | number) =>
    fail(
      new InvalidInput({
        source,
        problem,
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column })
      })
    )

/** Receives one record after another. The first record that is not blank is the header. */
class Reader<Column extends string> {
  readonly #options: Options<Column>
  readonly #begin: (header: Header<Column>) => (row: Row) => AdminError | undefined
  #onRow: ((row: Row) => AdminError | undefined) | undefined
  #header: Row = { line: 0, cells: [] }
  #width = 0
  #shortRows = 0
  readonly #positions = new Map<Column, number>()
  /** The names of unknown columns by position. The name of an unnamed column is empty until a row has a value in it. */
  readonly #others = new Map<number, string>()

  constructor(options: Options<Column>, begin: (header: Header<Column>) => (row: Row) => AdminError | undefined) {
    this.#options = options
    this.#begin = begin
  }

  add(row: Row): AdminError | undefined {
    if (isBlank(row.cells)) return undefined
    if (this.#onRow === undefined) return this.#addHeader(row)
    const columns = this.#header.cells.length
    if (!isBlank(row.cells.slice(columns))) {
      return invalidIn(this.#options)(`the row has ${row.cells.length} cells, but the header has ${columns}`, row.line)
    }
    if (row.cells.length < this.#width) this.#shortRows += 1
    for (const [position, name] of this.#others) {
      if (name === "" && (row.cells[position] ?? "").trim() !== "") {
        this.#others.set(position, `column ${position + 1}`)
      }
    }
    return this.#onRow(row)
  }

  #addHeader(header: Row): AdminError | undefined {
    const { columns, required } = this.#options
    const invalid = invalidIn(this.#options)
    const known = new Map<string, Column>()
    for (const column of Object.keys(columns) as Array<Column>) {
      for (const name of columns[column]) known.set(normalized(name), column)
    }
    for (const [position, cell] of header.cells.entries()) {
      const name = cell.trim()
      const column = known.get(normalized(name))
      if (column === undefined) this.#others.set(position, name)
      else if (this.#positions.has(column)) {
        return invalid(`duplicate column ${column}`, header.line, position + 1)
      } else this.#positions.set(column, position)
    }
    for (const one of required) {
      const anyOf: ReadonlyArray<Column> = typeof one === "string" ? [one] : one
      if (anyOf.some((column) => this.#positions.has(column))) continue
      const found = header.cells.map((cell) => quote(cell.trim())).join(", ")
      return invalid(`missing column ${anyOf.join(" or ")}; found: ${found}`, header.line)
    }
    this.#header = header
    this.#width = header.cells.findLastIndex((cell) => cell.trim() !== "") + 1
    this.#onRow = this.#begin(this.#known())
    return undefined
  }

  #known(): Header<Column> {
    const positions = this.#positions
    return {
      headerLine: this.#header.line,
      columns: new Set(positions.keys()),
      cell: ({ cells }, column) => {
        const position = positions.get(column)
        return position === undefined ? "" : (cells[position] ?? "").trim()
      }
    }
  }

  end(): Effect.Effect<Omit<CsvTable<Column>, "rows">, AdminError> {
    if (this.#onRow === undefined) {
      return Effect.fail(invalidIn(this.#options)("must not be empty; the first line must name the columns"))
    }
    const others = [...this.#others.values()].filter((name) => name !== "")
    return Effect.succeed({ ...this.#known(), others, shortRows: this.#shortRows })
  }
}

const normalized = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, "")

const isBlank = (cells: ReadonlyArray<string>) => cells.every((cell) => cell.trim() === "")

/** Skips the lines before the header. Returns the rest, the number of skipped lines, and the delimiter. */
const withoutPreamble = (text: string) => {
  let table = text.replace(/^\uFEFF/, "")
  let skipped = 0
  let delimiter: string | undefined
  for (;;) {
    const [whole, line] = /^([^\r\n]*)(?:\r\n|\r|\n)/.exec(table) ?? []
    if (whole === undefined || line === undefined) break
    const [, declared] = /^"?sep=([^"])"?\s*$/i.exec(line) ?? []
    if (declared === undefined && !/^"?#TYPE\b|^[\s,;]*$/i.test(line)) break
    delimiter = declared ?? delimiter
    table = table.slice(whole.length)
    skipped += 1
  }
  return { delimiter: delimiter ?? delimiterOf(table), skipped, table }
}

/** Guesses the delimiter: the most frequent of comma, semicolon and tab in the header. */
const delimiterOf = (table: string) => {
  const header = (/^.*/.exec(table)?.[0] ?? "").replace(/"[^"]*"?/g, "")
  const count = (delimiter: string) => header.split(delimiter).length
  return [";", "\t"].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ",")
}

/** How many lines a record has after its first line: a quoted cell may contain line ends. */
const linesWithin = (cells: ReadonlyArray<string>): number => {
  let lines = 0
  for (const cell of cells) lines += cell.match(/\r\n|\r|\n/g)?.length ?? 0
  return lines
}

const problemOf = ({ kind, message }: Csv.CsvError) =>
  kind === "RecordSize"
    ? "the row is longer than 1 MiB; check for a quote that is never closed"
    : message.startsWith("Unterminated")
      ? "a quote in this row is never closed"
      : message.charAt(0).toLowerCase() + message.slice(1)
