/**
 * Numbered pages of a list. A page after the last one is empty, and not an error.
 */

export interface PageQuery {
  /** From 1. */
  readonly pageNumber: number
  readonly pageSize: number
  /** The page size that the answer reports. Default: `pageSize`. */
  readonly reportedSize?: number
}

/** The entities of a page. */
export const slice = <A>(list: ReadonlyArray<A>, { pageNumber, pageSize }: PageQuery): ReadonlyArray<A> =>
  list.slice((pageNumber - 1) * pageSize, pageNumber * pageSize)

/** The counts that accompany the entities of a page. */
export const counts = (total: number, { pageNumber, pageSize, reportedSize = pageSize }: PageQuery) => ({
  pageSize: reportedSize,
  pageNumber,
  total,
  pageCount: Math.ceil(total / reportedSize)
})

/** The entities and the counts of a page. */
export const make = <A, B>(list: ReadonlyArray<A>, query: PageQuery, show: (entity: A) => B) => ({
  entities: slice(list, query).map(show),
  ...counts(list.length, query)
})
