/**
 * What became of one change of one license of one user.
 *
 * Outcomes are plain data: encoded with their schema they are JSON, which a journal
 * can keep.
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

/** A license that a user is to get or to lose. */
export const AssignmentChange = Schema.Struct(change).annotate({ identifier: "AssignmentChange" })
export interface AssignmentChange extends Schema.Schema.Type<typeof AssignmentChange> {}

/**
 * `result` is the server's text; where it answered more than once about the same
 * change, its texts with ` | ` in between. `error` is the failure of the request
 * that the change was in, or would have been in.
 */
export const AssignmentOutcome = Schema.TaggedUnion({
  /** The server says that it did it; with `alreadySo`, that there was nothing to do: it was so before the request. */
  Done: { ...change, result: Schema.String, alreadySo: Schema.optionalKey(Schema.Literal(true)) },
  /** The server will not do it: it says so of this change, or has refused the whole request, maybe for another one in it. */
  Refused: { ...change, result: Schema.optionalKey(Schema.String), error: Schema.optionalKey(GenesysError) },
  /** Nobody knows: the answer was lost, says nothing of this change, or says it with an unknown text. Read it back. */
  Unknown: { ...change, result: Schema.optionalKey(Schema.String), error: Schema.optionalKey(GenesysError) },
  /** Not done, and not decided: it was not sent, or turned away unread. It can be sent again when the error is out of the way. */
  NotSent: { ...change, error: GenesysError }
}).annotate({ identifier: "AssignmentOutcome" })
export type AssignmentOutcome = (typeof AssignmentOutcome)["Type"]

const { Done, NotSent, Refused, Unknown } = AssignmentOutcome.cases

/** The outcome of a change whose request failed. */
export const fromError = (change: AssignmentChange, error: GenesysError): AssignmentOutcome => {
  // An error of the login, which comes first.
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

/** The outcome of a change whose request was answered, from what the answer says about it. */
export const fromStatuses = (
  change: AssignmentChange,
  statuses: ReadonlyArray<LicenseUpdateStatus>
): AssignmentOutcome => {
  const texts = new Set(statuses.flatMap(({ result }) => (result === undefined ? [] : [result])))
  if (texts.size === 0) return Unknown.make(change)
  const said = { ...change, result: [...texts].join(" | ") }
  const meanings = new Set(statuses.map(({ result }) => meaning(change.change, result)))
  if (meanings.has(undefined) || (meanings.has("refused") && meanings.size > 1)) return Unknown.make(said)
  if (meanings.has("refused")) return Refused.make(said)
  return Done.make(meanings.has("done") ? said : { ...said, alreadySo: true })
}

type Meaning = "done" | "alreadySo" | "refused"

/** What a text plainly means. The vendor documents none, so that every other text means nothing to us. */
const meaning = (change: AssignmentChange["change"], result: string | undefined): Meaning | undefined => {
  if (result === undefined) return undefined
  // `UserNotFound`, `USER_NOT_FOUND` and `user.not.found` are one text.
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
