/**
 * The server's rate window as seen from here: plain arithmetic over its headers.
 */
import type * as Headers from "effect/http/Headers"
import { parse } from "./RateLimitHeaders.ts"

/** What is known of the current window, and of windows in general. */
export interface RateWindow {
  /** Requests per window: as told, until then as configured. */
  readonly limit: number
  /** The length of a window: the longest "seconds left" told, until then as configured. */
  readonly lengthMillis: number
  /** Requests of the current window, as far as answers have told. */
  readonly count: number
  /** The first request of the current window was one of ours; no other process can say so. */
  readonly isOurs: boolean
  /** Counts a request that is let through. */
  readonly enter: () => void
  /** The request is over, whatever became of it. */
  readonly leave: () => void
  /** Learns from an answer. */
  readonly observe: (headers: Headers.Headers, nowMillis: number) => void
  /** How long until the window ends, at the latest, as far as answers have told; 0 when it is over, or unknown. */
  readonly leftMillis: (nowMillis: number) => number
  /** How long until the window has room, in whole milliseconds; 0 when it has. */
  readonly waitMillis: (nowMillis: number) => number
}

/** A window of which nothing is known yet but what was configured. */
export const make = (configured: { readonly limit: number; readonly lengthMillis: number }): RateWindow => {
  let { limit } = configured
  let longest = 0
  // Requests on their way: the server may have counted them, but no answer has said so.
  let pending = 0
  // The current window: the highest count that was told, and when it ends.
  let count = 0
  let endsAt = Number.NEGATIVE_INFINITY
  let isOurs = false

  const length = () => (longest > 0 ? longest : configured.lengthMillis)
  /** A window that would last longer than windows do is a clock that was set back. */
  const isOver = (nowMillis: number) => nowMillis >= endsAt || endsAt - nowMillis > length()
  const leftMillis = (nowMillis: number) => (isOver(nowMillis) ? 0 : Math.ceil(endsAt - nowMillis))

  return {
    get limit() {
      return limit
    },
    get lengthMillis() {
      return length()
    },
    get count() {
      return count
    },
    get isOurs() {
      return isOurs
    },
    enter: () => {
      pending += 1
    },
    leave: () => {
      pending -= 1
    },
    observe: (headers, nowMillis) => {
      const reading = parse(headers)
      if (reading === undefined) return
      limit = reading.allowed
      longest = Math.max(longest, reading.resetMillis)
      const ends = nowMillis + reading.resetMillis
      // Answers overtake each other, so a lower count alone does not tell a new window; a later end does.
      const isNew = isOver(nowMillis) || ends - endsAt > length() / 2
      count = isNew ? reading.count : Math.max(count, reading.count)
      // Whole seconds are too long by up to one; the shortest of many is close to the truth.
      endsAt = isNew ? ends : Math.min(endsAt, ends)
      isOurs = reading.count === 1 || (isOurs && !isNew)
    },
    leftMillis,
    waitMillis: (nowMillis) => (count + pending < limit ? 0 : leftMillis(nowMillis))
  }
}
