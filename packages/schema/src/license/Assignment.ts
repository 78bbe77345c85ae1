/**
 * Changing who holds what: the only write of the API.
 */
import * as Schema from "effect/Schema"
import { LicenseId, UserId } from "../Ids.ts"
import { optional } from "../Lenient.ts"

/** The users who get and who lose one license. All fields are required; send `[]` for the unused list. */
export const LicenseAssignmentRequest = Schema.Struct({
  licenseId: LicenseId,
  userIdsAdd: Schema.UniqueArray(UserId),
  userIdsRemove: Schema.UniqueArray(UserId)
}).annotate({ identifier: "LicenseAssignmentRequest" })
export interface LicenseAssignmentRequest extends Schema.Schema.Type<typeof LicenseAssignmentRequest> {}

/** A batch of assignments. */
export const LicenseBatchAssignmentRequest = Schema.Struct({
  assignments: Schema.Array(LicenseAssignmentRequest)
}).annotate({ identifier: "LicenseBatchAssignmentRequest" })
export interface LicenseBatchAssignmentRequest extends Schema.Schema.Type<typeof LicenseBatchAssignmentRequest> {}

/** What became of one (user, license) pair. `result` is free text; its values are not documented. */
export const LicenseUpdateStatus = Schema.Struct({
  userId: optional(UserId),
  licenseId: optional(LicenseId),
  result: optional(Schema.String)
}).annotate({ identifier: "LicenseUpdateStatus" })
export interface LicenseUpdateStatus extends Schema.Schema.Type<typeof LicenseUpdateStatus> {}
