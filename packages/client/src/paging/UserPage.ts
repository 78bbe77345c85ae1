/**
 * A page of users as it is asked for, as it comes, and as it is delivered.
 */
import type { UserLicenses, UserLicensesEntityListing } from "@genesys-license/schema/license/User"
import type { Drift } from "../errors/Drift.ts"
import type { PagePosition } from "../errors/PagePosition.ts"

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

/** What a page tells of the whole list. A list that has users and counts none does not count. */
export const countsOf = ({ entities, pageCount, total }: UserLicensesEntityListing) => {
  const least = entities.length === 0 ? 0 : 1
  const count = (told: number | undefined) =>
    told !== undefined && Number.isInteger(told) && told >= least ? told : undefined
  return { total: count(total), pageCount: count(pageCount) }
}

/** Of how many users the pages are that the answer is one of: by its own word, where its users bear that out. */
export const servedSize = ({ pageNumber, pageSize }: PageQuery, page: UserLicensesEntityListing): number => {
  const told = page.pageSize
  const users = page.entities.length
  if (told === undefined || told < 1 || users > told || (told > pageSize && users <= pageSize)) return pageSize
  const { pageCount, total } = countsOf(page)
  // The last page may only tell its own length.
  const last = pageNumber === pageCount || (pageNumber - 1) * pageSize + users === total
  return last && pageNumber > 1 ? pageSize : told
}
