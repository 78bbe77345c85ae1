/**
 * Writes results in a format to stdout or a file. stdout gets nothing but the result. A file
 * is written completely, or keeps its old content.
 */
import { AdminError } from "@genesys-license/admin/AdminError"
import * as FileTarget from "@genesys-license/admin/files/FileTarget"
import * as TextFile from "@genesys-license/admin/files/TextFile"
import * as WholeFile from "@genesys-license/admin/files/WholeFile"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { NobodyReads } from "./Ending.ts"
import * as Fit from "./Fit.ts"
import * as Paths from "./Paths.ts"
import * as Render from "./Render.ts"

export { formats, type Format, type Result } from "./Render.ts"

export interface Target<F extends Render.Format = Render.Format> {
  readonly format: Option.Option<F>
  readonly output: Option.Option<string>
  readonly delimiter: Option.Option<string>
  readonly bom: boolean
}

/** The path that means stdin or stdout. */
export const standard = "-"

/** Whether the result goes to stdout. */
export const isStdout = ({ output }: Pick<Target, "output">): boolean =>
  Option.isNone(output) || output.value === standard

/** The flag `--format` of a command that only writes a result. */
const format = <const F extends ReadonlyArray<Render.Format>>(choices: F) =>
  Flag.Literals("format", choices).pipe(
    Flag.withAlias("f"),
    Flag.withDescription("Write the result in this format (default: from the extension of --output, else table)"),
    Flag.optional
  )

/** The flag `--output`. */
export const output = Paths.flag("output").pipe(
  Flag.withAlias("o"),
  Flag.withDescription("Write to FILE, replacing it if it exists; - is stdout (default: stdout)"),
  Flag.optional
)

const delimiters: { readonly [name: string]: string | undefined } = {
  comma: ",",
  semicolon: ";",
  tab: "\t",
  ",": ",",
  ";": ";",
  "\t": "\t"
}

/** For commands that save a document with `--output`: the flags for what they show beside it. */
export const view = {
  format: Flag.Literals("format", Render.formats).pipe(
    Flag.withAlias("f"),
    Flag.withDescription("Show the result in this format (default: table)"),
    Flag.optional
  ),
  delimiter: Flag.String("delimiter").pipe(
    Flag.filterMap(
      (name) => Option.fromUndefinedOr(delimiters[name]),
      (name) => `Expected comma, semicolon or tab, got ${JSON.stringify(name)}`
    ),
    Flag.withMetavar("NAME"),
    Flag.withDescription(
      "Separate CSV columns with comma, semicolon (for an Excel that uses decimal commas) or tab (default: comma)"
    ),
    Flag.optional
  ),
  bom: Flag.Boolean("bom").pipe(
    Flag.withDescription("Begin CSV with a byte order mark, so that Excel shows umlauts (default: off)"),
    Flag.withDefault(false)
  )
}

/** For commands that only write a result. */
export const flags = <const F extends ReadonlyArray<Render.Format>>(choices: F) => ({
  ...view,
  format: format(choices),
  output
})

const extensions: { readonly [extension: string]: Render.Format } = {
  csv: "csv",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
  txt: "table",
  html: "html",
  htm: "html"
}

/** The extension of a file name, in lower case and without the dot. Empty if there is none. */
export const extensionOf = (path: string): string => /[^/\\]\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""

/** The format that the extension of a file name means. Undefined if the extension is unknown. */
export const formatOfName = (path: string): Render.Format | undefined => {
  const extension = extensionOf(path)
  return extension === "" ? "table" : extensions[extension]
}

/** The format from `--format`, else from the extension of `--output`, else a table. */
export const formatOf = ({ format, output }: Pick<Target, "format" | "output">): Render.Format =>
  Option.getOrElse(format, () => (Option.isSome(output) ? (formatOfName(output.value) ?? "table") : "table"))

/** Writes a result. */
export const write = Effect.fnUntraced(function* <E, R>(target: Target, result: Render.Result<E, R>) {
  yield* writeText(target.output, render(target, result, isStdout(target) ? yield* Fit.stdout : Infinity))
})

/** Shows a result beside a saved document: on stdout, or on stderr if the document went to stdout. */
export const show = Effect.fnUntraced(function* <E, R>(target: Target, result: Render.Result<E, R>) {
  const stdio = yield* Stdio.Stdio
  const isStdoutTaken = Option.contains(target.output, standard)
  yield* toSink(
    isStdoutTaken ? stdio.stderr() : stdio.stdout(),
    render({ ...target, output: Option.none() }, result, isStdoutTaken ? yield* Fit.stderr : yield* Fit.stdout)
  )
})

const render = <E, R>(target: Target, result: Render.Result<E, R>, width: number) =>
  Render.render(
    formatOf(target),
    { delimiter: Option.getOrElse(target.delimiter, () => ","), bom: target.bom, width },
    result
  )

/** Writes a text without formatting it. */
export const writeText = <E, R>(
  output: Target["output"],
  text: Stream.Stream<string, E, R>
): Effect.Effect<void, E | AdminError | NobodyReads, R | FileSystem.FileSystem | Stdio.Stdio> =>
  Effect.gen(function* () {
    const stdio = yield* Stdio.Stdio
    const path = Option.getOrElse(output, () => standard)
    if (path === standard) return yield* toSink(stdio.stdout(), text)
    const target = yield* FileTarget.of(path)
    // Opening a path such as `/dev/stdout` again would overwrite what is there.
    switch (target._tag === "Stream" ? target.descriptor : undefined) {
      case 1:
        return yield* toSink(stdio.stdout(), text)
      case 2:
        return yield* toSink(stdio.stderr(), text)
      default:
        return yield* toFile(path, text, target)
    }
  })

const toSink = <E, R>(
  sink: Sink.Sink<void, string | Uint8Array, never, PlatformError>,
  text: Stream.Stream<string, E, R>
) =>
  // Keeps errors of the stream apart from errors of writing it.
  Stream.runForEachArray(text, (parts) =>
    Stream.run(Stream.make(parts.join("")), sink).pipe(
      Effect.mapError((error) => orNobodyReads(TextFile.failed("The output", "write")(error)))
    )
  )

/** Sees what is written to files. Default: none. */
export interface Observer {
  /** Sees each part of a text before it is written. */
  readonly part: (path: string, part: string) => void
  /** The file is written. */
  readonly written: (path: string) => void
}
export const Observer = Context.Reference<Observer | undefined>("@genesys-license/cli/Output/Observer", {
  defaultValue: () => undefined
})

const toFile = Effect.fnUntraced(function* <E, R>(
  path: string,
  text: Stream.Stream<string, E, R>,
  target: FileTarget.FileTarget
) {
  const observer = yield* Observer
  if (observer === undefined) return yield* replaceFile(path, text, target)
  const seen = Stream.tap(text, (part) => Effect.sync(() => observer.part(path, part)))
  yield* replaceFile(path, seen, target)
  observer.written(path)
})

const replaceFile = <E, R>(path: string, text: Stream.Stream<string, E, R>, target: FileTarget.FileTarget) =>
  WholeFile.writeStream(path, text, target).pipe(
    Effect.mapError((error) => (error instanceof AdminError ? orNobodyReads(error) : error)),
    Effect.tap((written) =>
      written === "inPlace"
        ? Console.error(
            `${path} was overwritten in place. It cannot be replaced, because it is mounted, or because its directory or owner does not allow it.`
          )
        : Effect.void
    )
  )

const orNobodyReads = (error: AdminError) =>
  error.reason._tag === "FileFailed" && error.reason.code === "EPIPE" ? new NobodyReads() : error
