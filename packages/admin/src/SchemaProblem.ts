/**
 * What a schema did not like, in a few words.
 */
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** The first problem and where it is, such as `assignments[3].userId: Expected string`. */
export const describe = (error: Schema.SchemaError): string => {
  const issue = format(error.issue).issues[0]
  if (issue === undefined) return "it does not match"
  const path = (issue.path ?? [])
    .map((part) => (typeof part === "object" ? part.key : part))
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "")
  const message = issue.message.split("\n")[0]!.slice(0, 160)
  return path === "" ? message : `${path}: ${message}`
}
