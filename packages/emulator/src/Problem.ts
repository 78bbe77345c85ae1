/**
 * What a schema finds wrong with what somebody sent or wrote, in one line for
 * people: which field, and what was expected there. Never what it said instead.
 */
import * as SchemaIssue from "effect/SchemaIssue"

export interface Problem {
  /** Such as `assignments[0].licenseId`; empty for the whole document. */
  readonly field: string
  /** Such as `Missing key` or `Expected string`. */
  readonly message: string
}

/** The first problem of an issue. */
export const fromIssue = (issue: SchemaIssue.Issue): Problem => {
  const [{ message, path = [] } = { message: "Unreadable" }] = format(issue).issues
  return { field: path.reduce<string>(append, ""), message }
}

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const append = (field: string, segment: PropertyKey | { readonly key: PropertyKey }): string => {
  const key = typeof segment === "object" ? segment.key : segment
  return typeof key === "number" ? `${field}[${key}]` : `${field}${field === "" ? "" : "."}${String(key)}`
}
