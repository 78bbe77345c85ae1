/**
 * `genesys-license-cluster status`: shows how far a run is.
 */
import * as FleetPage from "@genesys-license/admin/fleet/FleetPage"
import * as WholeFile from "@genesys-license/admin/files/WholeFile"
import * as Argument from "effect/cli/Argument"
import * as CliCommand from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Runs from "../jobs/Runs.ts"
import { Ended } from "./Ended.ts"
import * as Flags from "./Flags.ts"
import * as Queue from "./Queue.ts"
import * as StatusText from "./StatusText.ts"

/** The `status` subcommand. */
export const command = CliCommand.make(
  "status",
  {
    run: Flags.run.pipe(Argument.withDescription("Id of the run (default: list the latest runs)"), Argument.optional),
    wait: Flag.Boolean("wait").pipe(
      Flag.withDescription("Wait until all jobs of the run have ended"),
      Flag.withDefault(false)
    ),
    format: Flag.Literals("format", ["table", "json", "html"]).pipe(
      Flag.withAlias("f"),
      Flag.withDescription("Output format (default: from the extension of --output, else table)"),
      Flag.optional
    ),
    output: Flag.String("output").pipe(
      Flag.withAlias("o"),
      Flag.withMetavar("FILE"),
      Flag.withDescription("Write to FILE, replacing it if it exists (default: stdout)"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* ({ output, run, wait, ...flags }) {
    if (Option.isNone(run)) return yield* Console.log(StatusText.list(yield* Queue.provide(Runs.latest())))
    const status = yield* Effect.repeat(Runs.status(run.value), {
      until: ({ open }) => !wait || open.length === 0,
      schedule: Schedule.spaced("1 second")
    }).pipe(Queue.provide)
    const path = Option.getOrUndefined(output)
    const format = Option.getOrElse(flags.format, () => /\.(json|html)$/.exec(path ?? "")?.[1] ?? "table")
    const text =
      format === "json"
        ? `${JSON.stringify({ version: 1, ...status }, undefined, 2)}\n`
        : format === "html"
          ? yield* FleetPage.page(status)
          : `${StatusText.of(status)}\n`
    if (path === undefined) yield* Console.log(text.trimEnd())
    else yield* WholeFile.write(path, text)
    if (status.counts.done < status.organizations.length) return yield* new Ended({ exitCode: 2 })
  })
).pipe(
  CliCommand.withShortDescription("Show how far a run is, or list the latest runs"),
  CliCommand.withDescription("Shows how far a run is. Exit code 0: all jobs are done; 2: some are not."),
  CliCommand.withExamples([
    { command: "genesys-license-cluster status", description: "List the latest runs" },
    {
      command: "genesys-license-cluster status RUN --wait --output night.html",
      description: "Wait for the end, then write a page"
    }
  ])
)
