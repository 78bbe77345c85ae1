/**
 * Problems with files and other input: a bad CSV, a missing file, a full disk, a secret that
 * is not set.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Schema from "effect/Schema"

/** A CSV, a JSON file or an option is invalid. Nothing was sent or written. */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  /** The path of the file, or a name such as `desired state`. */
  source: Schema.String,
  /** The line, counted from 1. */
  line: Schema.optionalKey(Schema.Int),
  /** The name of the column, or its number, counted from 1. */
  column: Schema.optionalKey(Schema.Union([Schema.String, Schema.Int])),
  /** The problem, as the end of a sentence: `must not be empty`. */
  problem: Schema.String
}) {
  override get message() {
    const line = this.line === undefined ? "" : `, line ${this.line}`
    const column = this.column === undefined ? "" : `, column ${quote(String(this.column))}`
    return `${this.source}${line}${column}: ${this.problem}.`
  }
}

/** Explanations of the most frequent codes. */
const explanations: { readonly [Action in "read" | "write"]: { readonly [code: string]: string } } = {
  read: { ENOENT: "there is no such file", EISDIR: "it is a directory", EACCES: "permission denied" },
  write: { ENOENT: "there is no such directory", EISDIR: "it is a directory", EACCES: "permission denied" }
}

/** A file cannot be read or written. */
export class FileFailed extends Schema.TaggedError<FileFailed>()("FileFailed", {
  /** The path of the file. */
  path: Schema.String,
  /** Whether reading or writing failed. */
  action: Schema.Literals(["read", "write"]),
  /** The error code of the operating system, such as `ENOENT`. */
  code: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    const code = this.code === undefined ? "" : ` (${this.code})`
    const explanation = this.code === undefined ? undefined : explanations[this.action][this.code]
    const why = explanation === undefined ? code : `: ${explanation}`
    return `${this.path} cannot be ${this.action === "read" ? "read" : "written"}${why}.`
  }
}

/** The disk is full. A change that could not be recorded in the journal was not sent. */
export class DiskFull extends Schema.TaggedError<DiskFull>()("DiskFull", {
  /** The path of the file that could not be written. */
  path: Schema.String
}) {
  override get message() {
    return `${this.path} cannot be written: the disk is full. Free some space, then run the same command again.`
  }
}

/** The secret of an organization is missing. Nothing was sent to this organization. */
export class SecretMissing extends Schema.TaggedError<SecretMissing>()("SecretMissing", {
  /** The id of the organization. */
  organization: Schema.String,
  /** The name of the environment variable or, with `folder`, of the file. */
  name: Schema.String,
  /** The folder of the file. Absent if the secret is an environment variable. */
  folder: Schema.optionalKey(Schema.String)
}) {
  override get message() {
    const secret = `the secret of the OAuth client of ${this.organization}`
    return this.folder === undefined
      ? `${this.name} is not set. Set it to ${secret}.`
      : `${this.folder}/${this.name} is missing or empty. Put ${secret} into it.`
  }
}
