/**
 * Errors of the queue itself. Errors of an organization stay a `GenesysError` or an `AdminError`.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Data from "effect/Data"

/** The environment does not name the database. */
export class DatabaseNotNamed extends Data.TaggedError("DatabaseNotNamed")<{
  /** The variable that must be set. */
  readonly variable: string
  /** What is wrong with its value. */
  readonly problem: "is not set" | "is not a postgres:// URL"
}> {
  override get message() {
    return `${this.variable} ${this.problem}. Set it to the Postgres database that all workers share, such as postgres://user:password@host:5432/database. If one machine is enough, use \`genesys-license fleet\`: it needs no database.`
  }
}

/** The database does not answer, or refuses a statement. */
export class DatabaseFailed extends Data.TaggedError("DatabaseFailed")<{
  /** The message of the database or the network. Never contains the password. */
  readonly problem: string
}> {
  override get message() {
    return `The database failed: ${this.problem}. Check that Postgres is running and that GENESYSLICENSE_DATABASE_URL is right, then run the same command again.`
  }
}

/** There is no run with this id. */
export class UnknownRun extends Data.TaggedError("UnknownRun")<{
  /** The id that was given. */
  readonly run: string
  /** The latest runs. */
  readonly latest: ReadonlyArray<string>
}> {
  override get message() {
    const latest = this.latest.map((run) => quote(run)).join(", ")
    return `There is no run ${quote(this.run)}. ${latest === "" ? "Nothing was submitted yet." : `The latest runs are ${latest}.`}`
  }
}

/** Another run has this id. Nothing was submitted. */
export class RunTaken extends Data.TaggedError("RunTaken")<{
  /** The id of the run. */
  readonly run: string
  /** An organization whose job is a different one in that run. */
  readonly org: string
}> {
  override get message() {
    return `The run ${quote(this.run)} exists, with other options or another plan for ${quote(this.org)}. Nothing was submitted. Choose another name with --run.`
  }
}

/** Wrong usage of the command. */
export class Misused extends Data.TaggedError("Misused")<{ readonly message: string }> {}

/** All errors whose message is for people. */
export type ClusterError = DatabaseFailed | DatabaseNotNamed | Misused | RunTaken | UnknownRun
