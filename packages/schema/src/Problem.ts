/**
 * What a schema finds wrong with what somebody sent or wrote, in one line for
 * people: which field, and what was expected there. Never what it said instead.
 */
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

export interface Problem {
  /** Such as `assignments[0].licenseId`; empty for the whole document. */
  readonly field: string
  /** Such as `Missing key` or `Expected string`. */
  readonly message: string
}

/** The first problem of an issue. */
export const fromIssue = (issue: SchemaIssue.Issue): Problem => {
  const [{ message, path = [] } = { message: "it does not match" }] = format(issue).issues
  return { field: path.reduce<string>(append, ""), message }
}

/** The first problem of an error, such as `entities[3].id: Expected string`. */
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
