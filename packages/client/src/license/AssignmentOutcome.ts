/**
 * The outcome of one change: one license of one user.
 *
 * Outcomes are plain data. Encoded with their schema they are JSON, so a program can store
 * them in a journal.
 */
import { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as Schema from "effect/Schema"
import type { LicenseUpdateStatus } from "../Models.ts"
import { GenesysError } from "../errors/GenesysError.ts"

const change = {
  licenseId: LicenseId,
  userId: UserId,
  change: Schema.Literals(["add", "remove"])
}

/** One license to give to a user, or to take from a user. */
export const AssignmentChange = Schema.Struct(change).annotate({ identifier: "AssignmentChange" })
export interface AssignmentChange extends Schema.Schema.Type<typeof AssignmentChange> {}

/**
 * `result` is the server's text about the change. If the response has several texts about it,
 * they are joined with ` | `. `error` is the error of the request that contained the change, or
 * that was not sent because an earlier one failed.
 */
export const AssignmentOutcome = Schema.TaggedUnion({
  /** The server says that the change was made. With `alreadySo`, it says that nothing had to be changed. */
  Done: { ...change, result: Schema.String, alreadySo: Schema.optionalKey(Schema.Literal(true)) },
  /** The server refused the change, or the whole request, perhaps because of another change in it. */
  Refused: { ...change, result: Schema.optionalKey(Schema.String), error: Schema.optionalKey(GenesysError) },
  /** Unknown: the response was lost, does not mention this change, or has an unknown text about it. Check before you send it again. */
  Unknown: { ...change, result: Schema.optionalKey(Schema.String), error: Schema.optionalKey(GenesysError) },
  /** The change was certainly not made: it was not sent, or the server did not process it. Send it again once the error is fixed. */
  NotSent: { ...change, error: GenesysError }
}).annotate({ identifier: "AssignmentOutcome" })
export type AssignmentOutcome = (typeof AssignmentOutcome)["Type"]

const { Done, NotSent, Refused, Unknown } = AssignmentOutcome.cases

/** The outcome of a change in a request that failed. */
export const fromError = (change: AssignmentChange, error: GenesysError): AssignmentOutcome => {
  // The login failed, so the request was not sent.
  if (error.operation !== "postLicenseOrganization") return NotSent.make({ ...change, error })
  switch (error.reason._tag) {
    case "Refused":
    case "NotFound":
      return Refused.make({ ...change, error })
    case "OutcomeUnknown":
    case "ServerError":
    case "UnexpectedResponse":
    case "ResponseTooLarge":
      return Unknown.make({ ...change, error })
    default:
      return NotSent.make({ ...change, error })
  }
}

/** The outcome of a change, from the rows of the response about it. */
export const fromStatuses = (
  change: AssignmentChange,
  statuses: ReadonlyArray<LicenseUpdateStatus>
): AssignmentOutcome => {
  const texts = new Set(statuses.flatMap(({ result }) => (result === undefined ? [] : [result])))
  if (texts.size === 0) return Unknown.make(change)
  const answered = { ...change, result: [...texts].join(" | ") }
  const meanings = new Set(statuses.map(({ result }) => meaning(change.change, result)))
  if (meanings.has(undefined) || (meanings.has("refused") && meanings.size > 1)) return Unknown.make(answered)
  if (meanings.has("refused")) return Refused.make(answered)
  return Done.make(meanings.has("done") ? answered : { ...answered, alreadySo: true })
}

type Meaning = "done" | "alreadySo" | "refused"

/** What a text certainly means. The vendor documents no texts, so the meaning of every other text is unknown. */
const meaning = (change: AssignmentChange["change"], result: string | undefined): Meaning | undefined => {
  if (result === undefined) return undefined
  // `UserNotFound`, `USER_NOT_FOUND` and `user.not.found` are the same text.
  const text = result
    .replace(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase()
    .replace(/[\s_.-]+/g, " ")
    .trim()
  if (doneTexts.has(text) || doneTextsOf[change].has(text)) return "done"
  if (alreadySoTexts[change].has(text)) return "alreadySo"
  return refusedTexts.has(text) ? "refused" : undefined
}

const doneTexts: ReadonlySet<string> = new Set(["success", "successful", "succeeded", "ok", "done"])

const doneTextsOf: Readonly<Record<AssignmentChange["change"], ReadonlySet<string>>> = {
  add: new Set(["added", "assigned"]),
  remove: new Set(["removed", "unassigned"])
}

const alreadySoTexts: Readonly<Record<AssignmentChange["change"], ReadonlySet<string>>> = {
  add: new Set(["already assigned"]),
  remove: new Set(["already removed"])
}

const refusedTexts: ReadonlySet<string> = new Set([
  "failed",
  "failure",
  "refused",
  "rejected",
  "denied",
  "not allowed",
  "not found",
  "user not found",
  "no such user",
  "invalid user",
  "license not found",
  "no such license",
  "invalid license"
])
