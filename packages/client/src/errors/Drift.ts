/**
 * How a list changed while it was read, as plain data. The fields say "users", but the list
 * may contain other entities.
 *
 * The list has neither a cursor nor a snapshot. When a user leaves, all later users move one
 * place forward, and one of them may move from an unread page to a page that was already
 * read. Two things reveal such changes: the total that each page reports, and users that
 * appear twice.
 */
import * as Schema from "effect/Schema"

/** The changes that were noticed so far. */
export const Drift = Schema.Struct({
  /** How many different users were read. */
  users: Schema.Int,
  /** The total of users, as the last delivered page reported it. Absent if no page reported one. */
  total: Schema.optionalKey(Schema.Finite),
  /** The sum of all increases of the total from page to page. */
  grew: Schema.Finite,
  /** The sum of all decreases of the total from page to page. */
  shrank: Schema.Finite,
  /** How many users appeared again. They are delivered only once. */
  duplicates: Schema.Int,
  /**
   * How many users may have been missed on the pages read so far: users that the pages
   * should have contained but did not, plus one for every user who left.
   *
   * With `concurrency: 1` this is an upper bound, unless one user joins at the moment
   * another leaves: such a pair does not change the total. With more concurrency, the totals
   * may arrive out of order, and it is an estimate. Only `confirmed` excludes a miss.
   */
  possiblyMissed: Schema.Finite,
  /** How many users earlier passes delivered that this pass has not read (yet). */
  gone: Schema.Int,
  /**
   * Whether this pass and the previous one read the same users, and exactly as many as the
   * list had between the two. Then these users were the whole list at that moment; the only
   * exception is a user who left and came back. Requires `maxReadings` above 1.
   */
  confirmed: Schema.Boolean
}).annotate({ identifier: "Drift" })
export interface Drift extends Schema.Schema.Type<typeof Drift> {}

/** The drift before the first page. */
export const none: Drift = {
  users: 0,
  grew: 0,
  shrank: 0,
  duplicates: 0,
  possiblyMissed: 0,
  gone: 0,
  confirmed: false
}

/**
 * Whether a pass that reached the end noticed no change: the total never changed, no user
 * appeared twice, and as many users were read as the list counts.
 */
export const isStill = (drift: Drift): boolean =>
  drift.grew === 0 && drift.shrank === 0 && drift.duplicates === 0 && drift.users === drift.total

/** What one page adds to the drift. */
export interface Observation {
  /** The total that the page reports. */
  readonly total: number | undefined
  /** How many of its users are on no earlier page of this pass. */
  readonly met: number
  /** How many of its users are on an earlier page of this pass. */
  readonly duplicates: number
  /** How many users all pages read so far should have contained. */
  readonly expected: number
  /** How many users earlier passes delivered that this pass has not read yet. */
  readonly gone: number
}

/** The drift after one more page. */
export const observe = (drift: Drift, page: Observation): Drift => {
  const total = page.total ?? drift.total
  const change = total === undefined || drift.total === undefined ? 0 : total - drift.total
  const users = drift.users + page.met
  const shrank = drift.shrank + Math.max(0, -change)
  const changes = {
    grew: drift.grew + Math.max(0, change),
    shrank,
    duplicates: drift.duplicates + page.duplicates,
    possiblyMissed: Math.max(0, page.expected - users + shrank),
    gone: page.gone,
    confirmed: false
  }
  return total === undefined ? { users, ...changes } : { users, total, ...changes }
}
