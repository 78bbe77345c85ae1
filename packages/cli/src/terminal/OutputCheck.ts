/**
 * Checks an output before anything is read, sent or written. Refuses a name with the wrong
 * extension, a file that the command also reads or writes, a path that cannot be written,
 * and flags that would have no effect.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import * as FileIdentity from "@genesys-license/admin/files/FileIdentity"
import * as FileTarget from "@genesys-license/admin/files/FileTarget"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { Misused } from "./Ending.ts"
import * as Output from "./Output.ts"

/** Paths by their role, such as "the plan". */
export interface Files {
  readonly [what: string]: string | undefined
}

export interface Others {
  readonly reads?: Files
  readonly writes?: Files
}

type Refused = Effect.Effect<void, AdminError | Misused, FileSystem.FileSystem>

/** For commands that write a result to the output. */
export const ofResult = (
  target: Output.Target,
  others: Others = {},
  formats: ReadonlyArray<string> = Output.formats
): Refused =>
  Effect.gen(function* () {
    yield* checkDialect(target, Output.formatOf(target))
    if (Option.isSome(target.output)) {
      const path = target.output.value
      yield* checkName(path, (format) => `For ${format.toUpperCase()} on stdout, pass --format ${format}`)
      const format = Output.formatOfName(path)
      if (Option.isNone(target.format) && (format === undefined || ![...formats, "txt"].includes(format))) {
        return yield* new Misused({
          message: `--output ${path}: this command does not write .${Output.extensionOf(path)} files. Use one of the extensions ${extensionsOf(formats)}, or pass --format.`
        })
      }
    }
    yield* checkPlace(target.output, others)
  })

/** For commands that save a JSON document to the output, and show a summary. */
export const ofDocument = (
  target: Pick<Output.Target, "output"> & Partial<Output.Target>,
  others: Others = {}
): Refused =>
  Effect.gen(function* () {
    const { bom = false, delimiter = Option.none(), format = Option.none(), output } = target
    yield* checkDialect(
      { bom, delimiter },
      Option.getOrElse(format, () => "table")
    )
    if (Option.isSome(output)) {
      yield* checkName(output.value, () => "The file is always JSON")
      if (!["", "json"].includes(Output.extensionOf(output.value))) {
        return yield* new Misused({
          message: `--output ${output.value}: the file is always JSON. Use a name that ends in .json. --format only changes what is shown.`
        })
      }
    }
    yield* checkPlace(output, others)
  })

const extensionsOf = (formats: ReadonlyArray<string>) =>
  formats.map((format) => (format === "table" ? ".txt (a table)" : `.${format}`)).join(", ")

const checkDialect = ({ bom, delimiter }: Pick<Output.Target, "bom" | "delimiter">, format: string) => {
  const flag = Option.isSome(delimiter) ? "--delimiter" : bom ? "--bom" : undefined
  return flag === undefined || format === "csv"
    ? Effect.void
    : Effect.fail(
        new Misused({ message: `${flag} only works for CSV, but the format is ${format}. Pass --format csv.` })
      )
}

/** Refuses the name of a format: in other commands, such as `kubectl get -o json`, `-o` selects one. */
const checkName = (path: string, hint: (format: string) => string) => {
  // The path parser turns an empty path into the current folder.
  if (path === "" || path === ".")
    return Effect.fail(new Misused({ message: "--output needs a file name; - is stdout." }))
  const name = path.toLowerCase()
  return [...Output.formats, "html", "yaml"].includes(name)
    ? Effect.fail(
        new Misused({
          message: `--output takes a file name, but "${path}" looks like a format. ${hint(name)}. For a file with that name, pass --output ./${path}.`
        })
      )
    : Effect.void
}

const checkPlace = Effect.fnUntraced(function* (output: Option.Option<string>, { reads = {}, writes = {} }: Others) {
  const path = Option.getOrElse(output, () => Output.standard)
  if (path !== Output.standard) yield* FileTarget.of(path)
  yield* checkApart(reads, { [Option.isSome(output) ? "--output" : "stdout"]: path, ...writes })
})

interface Known {
  readonly what: string
  readonly path: string
  readonly identity: string | undefined
}

/** A file may not be written if it is also read, or written twice. */
const checkApart = Effect.fnUntraced(function* (reads: Files, writes: Files) {
  const isGiven = (path: string | undefined) => path !== undefined
  // There is nothing to be apart from, and to tell which file a path means takes many steps.
  if (!Object.values(reads).some(isGiven) && Object.values(writes).filter(isGiven).length < 2) return
  const read = yield* identified(reads, "/dev/stdin")
  const written = yield* identified(writes, "/dev/stdout")
  const [, second] = read.filter(({ path }) => path === Output.standard)
  if (second !== undefined) {
    return yield* new Misused({
      message: `Only one file can come from stdin, but ${second.what} is a second one.`
    })
  }
  for (const [index, one] of written.entries()) {
    if (one.identity === undefined) continue
    const other = [...read, ...written.slice(index + 1)].find(({ identity }) => identity === one.identity)
    if (other !== undefined) {
      return yield* new Misused({
        message: `${one.what}${one.path === Output.standard ? "" : ` ${one.path}`} is the same file as ${other.what}, which would be lost. Nothing was written or sent. Choose another file.`
      })
    }
  }
})

const identified = (files: Files, standard: string) =>
  Effect.forEach(
    Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ([what, path]) =>
      Effect.map(FileIdentity.of(path === Output.standard ? standard : path), (identity): Known => ({
        what,
        path,
        identity
      }))
  )
