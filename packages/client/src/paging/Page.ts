/**
 * A page of a list as it is asked for, as the server answers, and as it is delivered.
 */
import type { Drift } from "../errors/Drift.ts"
import type { PagePosition } from "../errors/PagePosition.ts"

/** What can be asked for. */
export interface PageQuery {
  /** Counted from 1. */
  readonly pageNumber: number
  readonly pageSize: number
}

/** The answer of a server, in the fields that all lists of Genesys Cloud have in common. It may leave out any count. */
export interface Listing<A> {
  readonly entities: ReadonlyArray<A>
  readonly pageNumber?: number
  readonly pageSize?: number
  readonly total?: number
  readonly pageCount?: number
}

/** One page, as it was read. */
export interface Page<A> {
  /** The entities of the page, without those that were delivered before. May be empty. */
  readonly entities: ReadonlyArray<A>
  /** Counted from 1. */
  readonly pageNumber: number
  /** Entities per page, as the server counts them. */
  readonly pageSize: number
  /** Counted from 1, and more than that only with `maxReadings`. */
  readonly reading: number
  /** What has been seen to move in this reading, up to and with this page. */
  readonly drift: Drift
  /** Where to go on after this page. Absent in a further reading, which cannot be resumed. */
  readonly resumeFrom?: PagePosition
}

/** What a page tells of the whole list. A list that has entities and counts none does not count. */
export const countsOf = ({ entities, pageCount, total }: Listing<unknown>) => {
  const least = entities.length === 0 ? 0 : 1
  const count = (told: number | undefined) =>
    told !== undefined && Number.isInteger(told) && told >= least ? told : undefined
  return { total: count(total), pageCount: count(pageCount) }
}

/**
 * The page size that the server used, where pages of `pageSize` were expected: the one
 * that it reports, if the number of entities is consistent with it.
 */
export const servedSize = (expected: PageQuery, page: Listing<unknown>): number => {
  const told = toldSize(expected, page)
  return expected.pageNumber === 1 && isCut(page, told) ? page.entities.length : told
}

const toldSize = ({ pageNumber, pageSize }: PageQuery, page: Listing<unknown>): number => {
  const told = page.pageSize
  const length = page.entities.length
  if (told === undefined || told < 1 || length > told || (told > pageSize && length <= pageSize)) return pageSize
  const { pageCount, total } = countsOf(page)
  // The last page may only tell its own length.
  const last = pageNumber === pageCount || (pageNumber - 1) * pageSize + length === total
  return last && pageNumber > 1 ? pageSize : told
}

/**
 * Whether a first page is shorter than it is said to be although more follows. Servers cut at
 * round numbers, and a page of any other length may only lack a few entities. Where no total
 * tells whether some are missing, it counts as cut: in pages as short as that, none are.
 */
const isCut = (page: Listing<unknown>, pageSize: number): boolean => {
  const length = page.entities.length
  if (length === 0 || length >= pageSize) return false
  const { total } = countsOf(page)
  return total === undefined || (total > length && length % 25 === 0)
}
