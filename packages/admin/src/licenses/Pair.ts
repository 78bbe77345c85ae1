/**
 * One license of one user, as a key of maps and sets.
 */
import type { LicenseId, UserId } from "@genesys-license/schema/Ids"

export interface Pair {
  readonly userId: UserId
  readonly licenseId: LicenseId
}

/** Ids are open strings: no separator is safe, but that of JSON is. */
export const key = ({ licenseId, userId }: Pair): string => JSON.stringify([userId, licenseId])
