/**
 * Results: in which format, and where to. They are alone on stdout; a file is there
 * whole, or as it was before.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import * as TextFile from "@genesys-license/admin/files/TextFile"
import * as WholeFile from "@genesys-license/admin/files/WholeFile"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Csv from "effect/encoding/Csv"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Predicate from "effect/Predicate"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { NobodyReads } from "./Ending.ts"
import * as Fit from "./Fit.ts"
import * as Paths from "./Paths.ts"
import * as Row from "./Row.ts"
import * as Table from "./Table.ts"

export const formats = ["table", "csv", "json", "ndjson"] as const
export type Format = (typeof formats)[number] | "html"

/** One result in every format. */
export interface Result<E = never, R = never> {
  readonly columns: ReadonlyArray<string>
  readonly rows: Stream.Stream<Row.Row, E, R>
  /** What people read, on a terminal of so many columns. Default: a table of the rows. */
  readonly text?: (width: number) => string
  /** What JSON holds. Default: a list of the rows. */
  readonly document?: () => unknown
  /** Only where the command has such a format. */
  readonly html?: () => Effect.Effect<string>
}

export interface Target<F extends Format = Format> {
  readonly format: Option.Option<F>
  readonly output: Option.Option<string>
}

/** The format of a result. */
export const format = <const F extends ReadonlyArray<Format>>(choices: F) =>
  Flag.Literals("format", choices).pipe(
    Flag.withAlias("f"),
    Flag.withDescription("Output format (default: from the extension of --output, else table)"),
    Flag.optional
  )

/** The file of a result. */
export const output = Paths.flag("output").pipe(
  Flag.withAlias("o"),
  Flag.withDescription("Write to FILE, replacing it if it exists"),
  Flag.optional
)

/** Both. */
export const flags = <const F extends ReadonlyArray<Format>>(choices: F) => ({ format: format(choices), output })

const endings: { readonly [ending: string]: Format } = {
  csv: "csv",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
  html: "html",
  htm: "html"
}

/** The format that was asked for, one way or the other. */
export const formatOf = ({ format, output }: Target): Format =>
  Option.getOrElse(
    format,
    () => endings[/\.(\w+)$/.exec(Option.getOrElse(output, () => ""))?.[1]?.toLowerCase() ?? ""] ?? "table"
  )

/** Writes a result. */
export const write = Effect.fnUntraced(function* <E, R>(target: Target, result: Result<E, R>) {
  const width = Option.isNone(target.output) ? yield* Fit.stdout : Infinity
  yield* writeText(target.output, render(formatOf(target), result, width))
})

/** Writes a text that is the result as it is. */
export const writeText = <E, R>(
  output: Target["output"],
  text: Stream.Stream<string, E, R>
): Effect.Effect<void, E | AdminError | NobodyReads, R | FileSystem.FileSystem | Stdio.Stdio> =>
  Option.isNone(output) ? toStdout(text) : toFile(output.value, text)

const render = <E, R>(format: Format, result: Result<E, R>, width: number): Stream.Stream<string, E, R> => {
  switch (format) {
    case "csv":
      return csv(result)
    case "ndjson":
      return Stream.mapArray(result.rows, (rows) => [rows.map((row) => `${JSON.stringify(row)}\n`).join("")])
    case "json":
      return result.document === undefined ? list(result.rows) : Stream.make(`${JSON.stringify(result.document())}\n`)
    case "html":
      if (result.html !== undefined) return Stream.fromEffect(result.html())
      break
    case "table":
  }
  return result.text === undefined
    ? Table.ofRows(result.rows, result.columns, width)
    : Stream.make(`${Fit.wrap(result.text(width), width)}\n`)
}

/** A cell that a spreadsheet would take for a formula is made a text. */
const neutral = (cell: string) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)

/** As RFC 4180 has it. */
const csv = <E, R>({ columns, rows }: Result<E, R>): Stream.Stream<string, E, R> =>
  rows.pipe(
    Stream.map((row) => Object.fromEntries(columns.map((column) => [column, neutral(Row.text(row[column]))]))),
    Stream.pipeThroughChannel(Csv.encodeString<E>({ columns, headers: true }))
  )

/** A list with one row on a line. */
const list = <E, R>(rows: Stream.Stream<Row.Row, E, R>): Stream.Stream<string, E, R> => {
  let before = "[\n"
  const body = Stream.mapArray(rows, (some) => {
    const text = before + some.map((row) => JSON.stringify(row)).join(",\n")
    before = ",\n"
    return [text]
  })
  return Stream.concat(
    body,
    Stream.suspend(() => Stream.make(before === "[\n" ? "[]\n" : "\n]\n"))
  )
}

const isBrokenPipe = ({ reason: { cause } }: PlatformError) =>
  Predicate.hasProperty(cause, "code") && cause.code === "EPIPE"

const toStdout = Effect.fnUntraced(function* <E, R>(text: Stream.Stream<string, E, R>) {
  const stdio = yield* Stdio.Stdio
  // What fails in the making stays apart from what fails in the writing.
  yield* Stream.runForEachArray(text, (parts) =>
    Stream.run(Stream.make(parts.join("")), stdio.stdout()).pipe(
      Effect.mapError((error) =>
        isBrokenPipe(error) ? new NobodyReads() : TextFile.failed("The output", "write")(error)
      )
    )
  )
})

const toFile = Effect.fnUntraced(function* <E, R>(path: string, text: Stream.Stream<string, E, R>) {
  yield* WholeFile.writeStream(path, text)
})
