/**
 * What can go wrong with the queue itself. What goes wrong in an organization stays a
 * `GenesysError` or an `AdminError`.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Data from "effect/Data"

/** The environment names no database. */
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

/** The database does not answer, or refuses. */
export class DatabaseFailed extends Data.TaggedError("DatabaseFailed")<{
  /** What the database or the network says. Never has the password. */
  readonly problem: string
}> {
  override get message() {
    return `The database failed: ${this.problem}. Check that Postgres is running and that GENESYSLICENSE_DATABASE_URL is right, then run the same command again.`
  }
}

/** No job has this run id. */
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

/** The run exists, and asks for something else. Nothing was submitted. */
export class RunTaken extends Data.TaggedError("RunTaken")<{
  /** The id of the run. */
  readonly run: string
  /** An organization for which the run asks for something else. */
  readonly org: string
}> {
  override get message() {
    return `The run ${quote(this.run)} exists, and asks something else of ${quote(this.org)}: other options or another plan. Nothing was submitted. Choose another name with --run.`
  }
}

/** The command was called in a wrong way. */
export class Misused extends Data.TaggedError("Misused")<{ readonly message: string }> {}

/** Everything that a person is told in a sentence. */
export type ClusterError = DatabaseFailed | DatabaseNotNamed | Misused | RunTaken | UnknownRun
