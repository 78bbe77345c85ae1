/**
 * The flags that all `fleet` commands share.
 */
import * as FleetRun from "@genesys-license/admin/fleet/FleetRun"
import * as FleetArguments from "@genesys-license/admin/fleet/FleetArguments"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Output from "../terminal/Output.ts"
import * as Paths from "../terminal/Paths.ts"

/** The formats of the summary. */
export const formats = [...Output.formats, "html"] as const

const ids = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("ID,ID"),
    Flag.withDescription(description),
    Flag.map(FleetArguments.ids),
    Flag.optional
  )

export const folder = (name: string, description: string) =>
  Paths.flag(name).pipe(Flag.withMetavar("DIR"), Flag.withDescription(description))

const summary = Output.flags(formats)

export const flags = {
  organizations: Paths.argument("organizations").pipe(
    Argument.withDescription("JSON file that lists the organizations and the names of their secrets")
  ),
  outputDir: folder("output-dir", "Write a file for each organization to this folder, named after its id"),
  only: ids("only", "Process only these organizations (default: all)"),
  except: ids("except", "Skip these organizations (default: none)"),
  again: Flag.Boolean("again").pipe(
    Flag.withDescription("Process finished organizations again (default: only those that are not done)"),
    Flag.withDefault(false)
  ),
  secretsDir: folder(
    "secrets-dir",
    "Read each secret from a file in this folder (default: from environment variables)"
  ).pipe(Flag.optional),
  parallel: Flag.Int("parallel").pipe(
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
    Flag.withDescription(`Process up to N organizations at the same time (default: ${FleetRun.defaults.concurrency})`),
    Flag.withDefault(FleetRun.defaults.concurrency)
  ),
  timeout: Flag.String("timeout").pipe(
    Flag.filterMap(FleetArguments.time, FleetArguments.notTime),
    Flag.withMetavar("TIME"),
    Flag.withDescription(`Stop an organization that takes longer than TIME (default: "${FleetRun.defaults.timeout}")`),
    Flag.withDefault(Duration.fromInputUnsafe(FleetRun.defaults.timeout))
  ),
  ...summary,
  format: summary.format.pipe(
    Flag.withDescription("Write the summary in this format (default: from the extension of --output, else table)")
  ),
  output: Output.output.pipe(
    Flag.withDescription("Write the summary to FILE, replacing it if it exists (default: stdout)")
  )
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

/** For commands that can write the file of an organization in several formats. */
export const fileFormat = <const F extends ReadonlyArray<string>>(formats: F) =>
  Flag.Literals("file-format", formats).pipe(
    Flag.withDescription("Write the file of each organization in this format (default: json)"),
    Flag.withDefault("json" as F[number])
  )
