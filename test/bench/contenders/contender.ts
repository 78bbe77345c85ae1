/**
 * What a contender is asked to do. Each does it the way its users would write it,
 * reads every user and counts the licenses, so that no body stays unread.
 */
import type { Organization } from "../organization.ts"

/** What a reading found: the same for everybody, or it was not the same reading. */
export interface Found {
  readonly users: number
  readonly licenses: number
}

export interface Contender {
  /** Reads all users, so many pages at the same time. */
  readonly readAll: (concurrency: number, pageSize: number) => Promise<Found>
  /** The licenses of each of these users, asked for one by one and all at the same time. */
  readonly lookUp: (userIds: ReadonlyArray<string>) => Promise<Found>
  readonly close: () => Promise<void>
}

export type Open = (port: number, organization: Organization) => Promise<Contender>
