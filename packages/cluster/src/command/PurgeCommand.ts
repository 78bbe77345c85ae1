/**
 * `genesys-license-cluster purge`: removes old runs.
 */
import * as CliCommand from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Misused } from "../ClusterError.ts"
import { defaults } from "../database/Settings.ts"
import * as Runs from "../jobs/Runs.ts"
import * as Flags from "./Flags.ts"
import * as Queue from "./Queue.ts"

/** The `purge` subcommand. */
export const command = CliCommand.make(
  "purge",
  { olderThan: Flags.time("older-than", "Remove jobs that ended more than TIME ago", defaults.keep) },
  Effect.fnUntraced(function* ({ olderThan }) {
    // A late worker may submit last night again. It must find the run, or the night would be done twice.
    if (Duration.isLessThan(olderThan, Duration.days(1))) {
      return yield* new Misused({ message: "--older-than must be at least 1 day." })
    }
    const removed = yield* Runs.purge(olderThan).pipe(Queue.provide)
    yield* Console.error(`Removed ${removed} ${removed === 1 ? "job" : "jobs"}.`)
  })
).pipe(
  CliCommand.withShortDescription("Remove old runs"),
  CliCommand.withDescription(
    "Removes jobs that ended long ago, with their results, plans and journals. Keeps jobs that wait or run, and the last snapshot of each organization. Workers do the same every hour, for jobs older than their --keep."
  ),
  CliCommand.withExamples([
    { command: 'genesys-license-cluster purge --older-than "7 days"', description: "Remove what is older than a week" }
  ])
)
