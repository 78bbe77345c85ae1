/**
 * Assigns licenses to users and removes them: the only write of the License API that has
 * an effect.
 */
import * as Schema from "effect/Schema"
import { LicenseId, UserId } from "../Ids.ts"
import { optional } from "../Lenient.ts"

/** The users to give one license to, and the users to take it from. All fields are required: send `[]` for an unused list. */
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

/** The result for one user and one license. `result` is free text; the vendor documents no values. */
export const LicenseUpdateStatus = Schema.Struct({
  userId: optional(UserId),
  licenseId: optional(LicenseId),
  result: optional(Schema.String)
}).annotate({ identifier: "LicenseUpdateStatus" })
export interface LicenseUpdateStatus extends Schema.Schema.Type<typeof LicenseUpdateStatus> {}
