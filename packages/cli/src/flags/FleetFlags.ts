/**
 * The flags of all commands for many organizations.
 */
import * as FleetRun from "@genesys-license/admin/fleet/FleetRun"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Output from "../terminal/Output.ts"
import * as Paths from "../terminal/Paths.ts"

/** Formats of the summary. */
export const formats = [...Output.formats, "html"] as const

const ids = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("ID,ID"),
    Flag.withDescription(description),
    Flag.map((list) => list.split(",").map((id) => id.trim())),
    Flag.optional
  )

export const folder = (name: string, description: string) =>
  Paths.flag(name).pipe(Flag.withMetavar("DIR"), Flag.withDescription(description))

const summary = Output.flags(formats)

export const flags = {
  organizations: Paths.argument("organizations").pipe(
    Argument.withDescription("JSON that lists the organizations, with the names of their secrets")
  ),
  outputDir: folder("output-dir", "Folder for a file of each organization, named by its id"),
  only: ids("only", "Only these organizations"),
  except: ids("except", "All organizations but these"),
  again: Flag.Boolean("again").pipe(
    Flag.withDescription("Do again what is done already (default: only what is left)"),
    Flag.withDefault(false)
  ),
  secretsDir: folder("secrets-dir", "Folder with a file for each secret (default: environment variables)").pipe(
    Flag.optional
  ),
  parallel: Flag.Int("parallel").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
    Flag.withDescription(`Organizations at the same time (default: ${FleetRun.defaults.concurrency})`),
    Flag.withDefault(FleetRun.defaults.concurrency)
  ),
  timeout: Flag.String("timeout").pipe(
    Flag.filterMap(
      (text) =>
        Option.filter(
          Duration.fromInput(text as Duration.Input),
          (duration) => Duration.isFinite(duration) && !Duration.isZero(duration)
        ),
      (text) => `Expected a time such as "90 seconds" or "15 minutes", got ${JSON.stringify(text)}`
    ),
    Flag.withMetavar("TIME"),
    Flag.withDescription(`Longest that one organization may take (default: "${FleetRun.defaults.timeout}")`),
    Flag.withDefault(Duration.fromInputUnsafe(FleetRun.defaults.timeout))
  ),
  ...summary,
  format: summary.format.pipe(
    Flag.withDescription("Output format of the summary (default: from the extension of --output, else table)")
  ),
  output: Output.output.pipe(Flag.withDescription("Write the summary to FILE (default: stdout)"))
}

export interface Flags extends Output.Target {
  readonly organizations: string
  readonly outputDir: string
  readonly only: Option.Option<ReadonlyArray<string>>
  readonly except: Option.Option<ReadonlyArray<string>>
  readonly again: boolean
  readonly secretsDir: Option.Option<string>
  readonly parallel: number
  readonly timeout: Duration.Duration
}

/** What the files of the organizations are, where a command has the choice. */
export const fileFormat = <const F extends ReadonlyArray<string>>(formats: F) =>
  Flag.Literals("file-format", formats).pipe(
    Flag.withDescription("Format of the file of each organization (default: json)"),
    Flag.withDefault("json" as F[number])
  )
