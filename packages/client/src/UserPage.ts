/**
 * A page of users as it is asked for, and as it comes.
 */
import type { UserLicenses } from "@genesys-license/schema/User"
import type { Drift } from "./Drift.ts"
import type { PagePosition } from "./PagePosition.ts"

/** What can be asked for. */
export interface PageQuery {
  readonly pageNumber: number
  readonly pageSize: number
}

/** One page, as it was read. */
export interface UserPage {
  /** The users of the page, without those that were delivered before. May be empty. */
  readonly users: ReadonlyArray<UserLicenses>
  readonly pageNumber: number
  /** Users per page, as the server counts them. */
  readonly pageSize: number
  /** Counted from 1, and more than that only with `maxReadings`. */
  readonly reading: number
  /** What has been seen to move in this reading, up to and with this page. */
  readonly drift: Drift
  /** Where to go on after this page. Absent in a further reading, which cannot be resumed. */
  readonly resumeFrom?: PagePosition
}
