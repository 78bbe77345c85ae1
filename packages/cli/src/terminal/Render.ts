/**
 * Renders a result in every format.
 */
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as Stream from "effect/Stream"
import * as Fit from "./Fit.ts"
import * as Row from "./Row.ts"
import * as Table from "./Table.ts"

export const formats = ["table", "csv", "json", "ndjson"] as const
export type Format = (typeof formats)[number] | "html"

export interface Result<E = never, R = never> {
  readonly columns: ReadonlyArray<string>
  /** The columns and rows of a table for people. Default: all columns, unchanged. */
  readonly shown?: { readonly columns: ReadonlyArray<string>; readonly row: (row: Row.Row) => Row.Row }
  readonly rows: Stream.Stream<Row.Row, E, R>
  /** The text for people, for a terminal of this width. Default: a table of the rows. */
  readonly text?: (width: number) => string
  /** The fields of the JSON object, in addition to `version`. Default: one field with all rows. */
  readonly document?: () => object
  /** The name of the field with all rows. Default: `rows`. */
  readonly list?: string
  /** The page. Absent if the command has no HTML format. */
  readonly html?: () => Effect.Effect<string, E, R>
}

export interface Style {
  /** The separator of CSV columns. */
  readonly delimiter: string
  /** Whether CSV begins with a byte order mark. */
  readonly bom: boolean
  /** The width of the terminal. Infinite for a pipe or a file. */
  readonly width: number
}

/** The version of all JSON results. Increase it when a field is renamed or removed. */
const version = 1

export const render = <E, R>(format: Format, style: Style, result: Result<E, R>): Stream.Stream<string, E, R> => {
  switch (format) {
    case "csv":
      return csv(result, style)
    case "ndjson":
      return Stream.mapArray(result.rows, (rows) => [rows.map((row) => `${JSON.stringify(row)}\n`).join("")])
    case "json":
      return result.document === undefined
        ? list(result.list ?? "rows", result.rows)
        : Stream.make(`${JSON.stringify({ version, ...result.document() })}\n`)
    case "html":
      if (result.html !== undefined) return Stream.fromEffect(result.html())
      break
    case "table":
  }
  return result.text === undefined
    ? result.shown === undefined
      ? Table.ofRows(result.rows, result.columns, style.width)
      : Table.ofRows(Stream.map(result.rows, result.shown.row), result.shown.columns, style.width)
    : Stream.make(`${Fit.wrap(result.text(style.width), style.width)}\n`)
}

/** An apostrophe keeps a spreadsheet from running a cell as a formula. */
const neutral = (cell: string) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)

/** CSV as in RFC 4180, with the chosen delimiter. */
const csv = <E, R>({ columns, rows }: Result<E, R>, { bom, delimiter }: Style): Stream.Stream<string, E, R> => {
  const body = rows.pipe(
    Stream.map((row) => Object.fromEntries(columns.map((column) => [column, neutral(Row.text(row[column]))]))),
    Stream.pipeThroughChannel(Csv.encodeString<E>({ columns, headers: true, delimiter }))
  )
  return bom ? Stream.concat(Stream.make("\uFEFF"), body) : body
}

/** A JSON object with one row per line. */
const list = <E, R>(name: string, rows: Stream.Stream<Row.Row, E, R>): Stream.Stream<string, E, R> => {
  const head = `{"version":${version},${JSON.stringify(name)}:[`
  let before = `${head}\n`
  const body = Stream.mapArray(rows, (some) => {
    const text = before + some.map((row) => JSON.stringify(row)).join(",\n")
    before = ",\n"
    return [text]
  })
  return Stream.concat(
    body,
    Stream.suspend(() => Stream.make(before === ",\n" ? "\n]}\n" : `${head}]}\n`))
  )
}
