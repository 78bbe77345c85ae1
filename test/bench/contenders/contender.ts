/**
 * The tasks of a contender. Each one is written as its users would write it. It reads all
 * users and counts their licenses, so that no body stays unread.
 */
import type { Organization } from "../organization.ts"

/** The result of a task. It must be the same for all contenders. */
export interface Found {
  readonly users: number
  readonly licenses: number
}

export interface Contender {
  /** Reads all users, with this number of pages at a time. */
  readonly readAll: (concurrency: number, pageSize: number) => Promise<Found>
  /** Looks up the licenses of each of these users, with one concurrent call for each user. */
  readonly lookUp: (userIds: ReadonlyArray<string>) => Promise<Found>
  readonly close: () => Promise<void>
}

export type Open = (port: number, organization: Organization) => Promise<Contender>
