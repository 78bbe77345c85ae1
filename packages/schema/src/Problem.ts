/**
 * Describes in one line what a schema found wrong with an input: which field, and what
 * was expected there. The actual value is never included.
 */
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

/** One problem of an input. */
export interface Problem {
  /** The path of the field, such as `assignments[0].licenseId`. Empty if the whole document is wrong. */
  readonly field: string
  /** What is wrong with it, such as `Missing key` or `Expected string`. */
  readonly message: string
}

/** The first problem of an issue. */
export const fromIssue = (issue: SchemaIssue.Issue): Problem => {
  const [{ message, path = [] } = { message: "does not match the schema" }] = format(issue).issues
  return { field: path.reduce<string>(append, ""), message }
}

/** The first problem of an error, as text such as `entities[3].id: Expected string`. */
export const describe = (error: Schema.SchemaError): string => {
  const { field, message } = fromIssue(error.issue)
  const line = message.split("\n")[0]!.slice(0, 160)
  return field === "" ? line : `${field}: ${line}`
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => (issue._tag === "UnexpectedKey" ? "Unknown field" : SchemaIssue.defaultLeafHook(issue))
})

const append = (field: string, segment: PropertyKey | { readonly key: PropertyKey }): string => {
  const key = typeof segment === "object" ? segment.key : segment
  return typeof key === "number" ? `${field}[${key}]` : `${field}${field === "" ? "" : "."}${String(key)}`
}
