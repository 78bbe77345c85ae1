/**
 * The `genesys-license-cluster` command.
 */
import { AdminError } from "@genesys-license/admin/AdminError"
import { GenesysError } from "@genesys-license/client/GenesysError"
import * as CliCommand from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as ClusterError from "../ClusterError.ts"
import { Ended } from "./Ended.ts"
import * as PurgeCommand from "./PurgeCommand.ts"
import * as ResultsCommand from "./ResultsCommand.ts"
import * as RetryCommand from "./RetryCommand.ts"
import * as StatusCommand from "./StatusCommand.ts"
import * as SubmitCommand from "./SubmitCommand.ts"
import * as WorkerCommand from "./WorkerCommand.ts"

const root = CliCommand.make("genesys-license-cluster").pipe(
  CliCommand.withDescription(
    `Does the jobs of \`genesys-license fleet\` on several machines, through a queue in Postgres. If a machine is lost, the others go on with its jobs.

GENESYSLICENSE_DATABASE_URL names the database. If one machine is enough, use \`genesys-license fleet\`: it needs no database.

Exit codes: 0 done; 1 failed, or wrong usage; 2 only a part is done; 128 + signal if stopped.`
  ),
  CliCommand.withSubcommands([
    WorkerCommand.command,
    SubmitCommand.command,
    StatusCommand.command,
    ResultsCommand.command,
    RetryCommand.command,
    PurgeCommand.command
  ])
)

/** Runs the command with its arguments. Prints errors to stderr as sentences. */
export const run = (args: ReadonlyArray<string>, version: string) =>
  CliCommand.runWith(root, { version })(args).pipe(
    Effect.catchIf(isExplained, (error) =>
      Effect.andThen(Console.error(error.message), Effect.fail(new Ended({ exitCode: 1 })))
    )
  )

const isExplained = (error: unknown): error is AdminError | ClusterError.ClusterError | GenesysError =>
  error instanceof AdminError ||
  error instanceof GenesysError ||
  error instanceof ClusterError.DatabaseFailed ||
  error instanceof ClusterError.DatabaseNotNamed ||
  error instanceof ClusterError.Misused ||
  error instanceof ClusterError.RunTaken ||
  error instanceof ClusterError.UnknownRun
