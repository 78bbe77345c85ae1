/**
 * A user and a license, as a key of maps and sets.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"

export interface Pair {
  readonly userId: UserId
  readonly licenseId: LicenseId
}

/** Encoded as JSON: ids are open strings, so any other separator could be part of an id. */
export const key = ({ licenseId, userId }: Pair): string => JSON.stringify([userId, licenseId])
