/**
 * What moved while a list was read, as data. Its fields speak of users, whatever the
 * list is of.
 *
 * The list has neither cursor nor snapshot. Whoever leaves it moves all that follow
 * one place back, and one of them perhaps from a page that is still to be read to
 * one that has been read already. What can be known of that is in the totals that
 * every page tells, and in users that are met twice.
 */
import * as Schema from "effect/Schema"

/** What has been seen to move so far. Plain data. */
export const Drift = Schema.Struct({
  /** Different users met. */
  users: Schema.Int,
  /** Users in the list, as the last page that was delivered told. Absent when no page has told. */
  total: Schema.optionalKey(Schema.Finite),
  /** By how much the total rose from page to page, added up. */
  grew: Schema.Finite,
  /** By how much the total fell from page to page, added up. */
  shrank: Schema.Finite,
  /** Users met again, and not delivered again. */
  duplicates: Schema.Int,
  /**
   * How many users may be in the list and were not met on the pages read so far:
   * those that the pages should have held and did not, and one for everybody who
   * left, since whoever left may have been met before.
   *
   * One page at a time it is an upper bound, as long as nobody joins in the same
   * moment as another leaves: such a pair leaves no trace in the totals. With
   * several pages at a time, whose totals need not be of the order in which they
   * are read, it is an estimate. What rules a miss out is `confirmed`.
   */
  possiblyMissed: Schema.Finite,
  /** Users that earlier readings have delivered, and whom this one has not met (yet). */
  gone: Schema.Int,
  /**
   * This reading and the one before it met the same users, exactly as many as the
   * list had between the two. So they were, at that moment, the whole list; short
   * of somebody who left it and came back. Needs `maxReadings`.
   */
  confirmed: Schema.Boolean
}).annotate({ identifier: "Drift" })
export interface Drift extends Schema.Schema.Type<typeof Drift> {}

/** Before the first page. */
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
 * Whether a reading that has come to its end saw nothing move: no total changed,
 * nobody came twice, and there were as many users as the list counts.
 */
export const isStill = (drift: Drift): boolean =>
  drift.grew === 0 && drift.shrank === 0 && drift.duplicates === 0 && drift.users === drift.total

/** What one page adds to what is known. */
export interface Observation {
  /** Users in the list, as this page tells, if it does. */
  readonly total: number | undefined
  /** Users whom no earlier page of this reading held. */
  readonly met: number
  /** Users of this page who were met before. */
  readonly duplicates: number
  /** Users that all pages read so far should have held. */
  readonly expected: number
  /** Users whom earlier readings have delivered, and this one has not met yet. */
  readonly gone: number
}

/** What is known after one more page. */
export const observe = (drift: Drift, page: Observation): Drift => {
  const total = page.total ?? drift.total
  const change = total === undefined || drift.total === undefined ? 0 : total - drift.total
  const users = drift.users + page.met
  const shrank = drift.shrank + Math.max(0, -change)
  const moved = {
    grew: drift.grew + Math.max(0, change),
    shrank,
    duplicates: drift.duplicates + page.duplicates,
    possiblyMissed: Math.max(0, page.expected - users + shrank),
    gone: page.gone,
    confirmed: false
  }
  return total === undefined ? { users, ...moved } : { users, total, ...moved }
}
