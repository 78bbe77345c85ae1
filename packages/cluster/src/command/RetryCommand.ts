/**
 * `genesys-license-cluster retry`: submits the jobs again that are not done.
 */
import * as CliCommand from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Runs from "../jobs/Runs.ts"
import * as Flags from "./Flags.ts"
import * as Queue from "./Queue.ts"

/** The `retry` subcommand. */
export const command = CliCommand.make(
  "retry",
  { run: Flags.run },
  Effect.fnUntraced(function* ({ run }) {
    const jobs = yield* Runs.retry(run).pipe(Queue.provide)
    yield* Console.error(jobs === 0 ? "Nothing to retry." : `Submitted ${jobs} ${jobs === 1 ? "job" : "jobs"} again.`)
  })
).pipe(
  CliCommand.withShortDescription("Submit again the jobs of a run that are not done"),
  CliCommand.withDescription(
    "Submits again the jobs of a run that failed, timed out, were done in part, or were given up after five attempts. An apply continues where it stopped."
  ),
  CliCommand.withExamples([{ command: "genesys-license-cluster retry RUN", description: "Retry what failed" }])
)
