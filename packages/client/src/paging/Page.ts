/**
 * A page of a list in three forms: the request, the server's response, and the page that is
 * delivered.
 */
import type { Drift } from "../errors/Drift.ts"
import type { PagePosition } from "../errors/PagePosition.ts"

/** The request for a page. */
export interface PageQuery {
  /** Counted from 1. */
  readonly pageNumber: number
  readonly pageSize: number
}

/** The response for a page: the fields that all lists of Genesys Cloud have. A server may leave out any count. */
export interface Listing<A> {
  readonly entities: ReadonlyArray<A>
  readonly pageNumber?: number
  readonly pageSize?: number
  readonly total?: number
  readonly pageCount?: number
}

/** One delivered page. */
export interface Page<A> {
  /** The entities of the page that were not delivered before. May be empty. */
  readonly entities: ReadonlyArray<A>
  /** Counted from 1. */
  readonly pageNumber: number
  /** Entities per page, as the server counts them. */
  readonly pageSize: number
  /** In which pass over the list the page was read, counted from 1. Above 1 only with `maxReadings`. */
  readonly reading: number
  /** The changes of the list that were noticed in this pass, up to this page. */
  readonly drift: Drift
  /** Where to resume after this page. Absent from the second pass on, because such a pass cannot be resumed. */
  readonly resumeFrom?: PagePosition
}

/** The counts of the whole list that a page reports. A count of 0 is ignored if the page has entities. */
export const countsOf = ({ entities, pageCount, total }: Listing<unknown>) => {
  const least = entities.length === 0 ? 0 : 1
  const valid = (count: number | undefined) =>
    count !== undefined && Number.isInteger(count) && count >= least ? count : undefined
  return { total: valid(total), pageCount: valid(pageCount) }
}

/**
 * The page size that the server used. This is the size that it reports, if the number of
 * entities is consistent with it; otherwise the expected size. A first page that the server
 * cut short gives its own length.
 */
export const servedSize = (expected: PageQuery, page: Listing<unknown>): number => {
  const reported = reportedSize(expected, page)
  return expected.pageNumber === 1 && isCut(page, reported) ? page.entities.length : reported
}

const reportedSize = ({ pageNumber, pageSize }: PageQuery, page: Listing<unknown>): number => {
  const reported = page.pageSize
  const length = page.entities.length
  if (reported === undefined || reported < 1 || length > reported || (reported > pageSize && length <= pageSize)) {
    return pageSize
  }
  const { pageCount, total } = countsOf(page)
  // On the last page, some servers report the length of the page as its size.
  const last = pageNumber === pageCount || (pageNumber - 1) * pageSize + length === total
  return last && pageNumber > 1 ? pageSize : reported
}

/**
 * Whether the server silently cut a first page to a smaller size, although more entities
 * follow. With a total, only a multiple of 25 counts as cut, because servers cut at round
 * numbers; a page of another length may just lack a few entities. Without a total, every
 * short page counts as cut: reading on in pages of that length skips nothing.
 */
const isCut = (page: Listing<unknown>, pageSize: number): boolean => {
  const length = page.entities.length
  if (length === 0 || length >= pageSize) return false
  const { total } = countsOf(page)
  return total === undefined || (total > length && length % 25 === 0)
}
