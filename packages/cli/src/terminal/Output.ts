/**
 * Results: in which format, and where to. They are alone on stdout; a file is there
 * whole, or as it was before.
 */
import { AdminError } from "@genesys-license/admin/AdminError"
import * as FileTarget from "@genesys-license/admin/files/FileTarget"
import * as TextFile from "@genesys-license/admin/files/TextFile"
import * as WholeFile from "@genesys-license/admin/files/WholeFile"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
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

/** What stands for stdin or stdout where a file is asked for. */
export const standard = "-"

/** Whether a result goes to stdout. */
export const isStdout = ({ output }: Pick<Target, "output">): boolean =>
  Option.isNone(output) || output.value === standard

/** The format of a result. */
const format = <const F extends ReadonlyArray<Render.Format>>(choices: F) =>
  Flag.Literals("format", choices).pipe(
    Flag.withAlias("f"),
    Flag.withDescription("Output format (default: from the extension of --output, else table)"),
    Flag.optional
  )

/** The file of a result. */
export const output = Paths.flag("output").pipe(
  Flag.withAlias("o"),
  Flag.withDescription("Write to FILE, replacing it if it exists; - is stdout (default)"),
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

/** For a command that also saves a document: the format of what it shows. */
export const view = {
  format: Flag.Literals("format", Render.formats).pipe(
    Flag.withAlias("f"),
    Flag.withDescription("Output format of what is shown (default: table)"),
    Flag.optional
  ),
  delimiter: Flag.String("delimiter").pipe(
    Flag.filterMap(
      (name) => Option.fromUndefinedOr(delimiters[name]),
      (name) => `Expected comma, semicolon or tab, got ${JSON.stringify(name)}`
    ),
    Flag.withMetavar("NAME"),
    Flag.withDescription(
      "CSV only: comma, semicolon (for Excel where commas are decimal points) or tab (default: comma)"
    ),
    Flag.optional
  ),
  bom: Flag.Boolean("bom").pipe(
    Flag.withDescription("CSV only: begin with a byte order mark, so that Excel shows umlauts (default: no)"),
    Flag.withDefault(false)
  )
}

/** For a command whose result is all that it writes. */
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

/** How the name of a file ends, in lower case and without the dot; empty where it does not. */
export const extensionOf = (path: string): string => /[^/\\]\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""

/** The format that the name of a file stands for: undefined where its extension is not known. */
export const formatOfName = (path: string): Render.Format | undefined => {
  const extension = extensionOf(path)
  return extension === "" ? "table" : extensions[extension]
}

/** The format that was asked for, one way or the other. */
export const formatOf = ({ format, output }: Pick<Target, "format" | "output">): Render.Format =>
  Option.getOrElse(format, () => (Option.isSome(output) ? (formatOfName(output.value) ?? "table") : "table"))

/** Writes a result. */
export const write = Effect.fnUntraced(function* <E, R>(target: Target, result: Render.Result<E, R>) {
  yield* writeText(target.output, render(target, result, isStdout(target) ? yield* Fit.stdout : Infinity))
})

/** Shows a result beside a document: on stdout, or on stderr where stdout has the document. */
export const show = Effect.fnUntraced(function* <E, R>(target: Target, result: Render.Result<E, R>) {
  const stdio = yield* Stdio.Stdio
  const isBeside = Option.contains(target.output, standard)
  yield* toSink(
    isBeside ? stdio.stderr() : stdio.stdout(),
    render({ ...target, output: Option.none() }, result, isBeside ? yield* Fit.stderr : yield* Fit.stdout)
  )
})

const render = <E, R>(target: Target, result: Render.Result<E, R>, width: number) =>
  Render.render(
    formatOf(target),
    { delimiter: Option.getOrElse(target.delimiter, () => ","), bom: target.bom, width },
    result
  )

/** Writes a text that is the result as it is. */
export const writeText = <E, R>(
  output: Target["output"],
  text: Stream.Stream<string, E, R>
): Effect.Effect<void, E | AdminError | NobodyReads, R | FileSystem.FileSystem | Stdio.Stdio> =>
  Effect.gen(function* () {
    const stdio = yield* Stdio.Stdio
    const path = Option.getOrElse(output, () => standard)
    switch (path === standard ? 1 : yield* descriptorOf(path)) {
      case 1:
        return yield* toSink(stdio.stdout(), text)
      case 2:
        return yield* toSink(stdio.stderr(), text)
      default:
        return yield* toFile(path, text)
    }
  })

/** Which open file of this process a path leads to, if it does. Opened anew, it would be written to from its beginning. */
const descriptorOf = (path: string) =>
  FileTarget.follow(path).pipe(
    Effect.map((target) => (target._tag === "Stream" ? target.descriptor : undefined)),
    Effect.orElseSucceed(() => undefined)
  )

const toSink = <E, R>(
  sink: Sink.Sink<void, string | Uint8Array, never, PlatformError>,
  text: Stream.Stream<string, E, R>
) =>
  // What fails in the making stays apart from what fails in the writing.
  Stream.runForEachArray(text, (parts) =>
    Stream.run(Stream.make(parts.join("")), sink).pipe(
      Effect.mapError((error) => unlessRead(TextFile.failed("The output", "write")(error)))
    )
  )

const toFile = <E, R>(path: string, text: Stream.Stream<string, E, R>) =>
  WholeFile.writeStream(path, text).pipe(
    Effect.mapError((error) => (error instanceof AdminError ? unlessRead(error) : error)),
    Effect.tap((written) =>
      written === "inPlace"
        ? Console.error(
            `${path} was overwritten in place, because nothing can be put in its place: it is mounted, or its directory or owner do not allow it.`
          )
        : Effect.void
    )
  )

const unlessRead = (error: AdminError) =>
  error.reason._tag === "FileFailed" && error.reason.code === "EPIPE" ? new NobodyReads() : error
