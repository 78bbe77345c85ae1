/**
 * Pages of a list, asked for by number. Past the end there are no entities, and no error.
 */

export interface PageQuery {
  /** Counted from 1. */
  readonly pageNumber: number
  readonly pageSize: number
  /** The size that the answer says, where it is not the size of the page. */
  readonly saidSize?: number
}

/** The entities of a page. */
export const slice = <A>(list: ReadonlyArray<A>, { pageNumber, pageSize }: PageQuery): ReadonlyArray<A> =>
  list.slice((pageNumber - 1) * pageSize, pageNumber * pageSize)

/** What the server says of a page. */
export const counts = (total: number, { pageNumber, pageSize, saidSize = pageSize }: PageQuery) => ({
  pageSize: saidSize,
  pageNumber,
  total,
  pageCount: Math.ceil(total / saidSize)
})

/** A whole page. */
export const make = <A, B>(list: ReadonlyArray<A>, query: PageQuery, show: (entity: A) => B) => ({
  entities: slice(list, query).map(show),
  ...counts(list.length, query)
})
