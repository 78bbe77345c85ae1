/**
 * An estimate of the server's rate window, computed from the headers of its responses.
 */
import type * as Headers from "effect/http/Headers"
import { parse } from "./RateLimitHeaders.ts"

/** What is known about the current window. */
export interface RateWindow {
  /** Requests per window, as the server reports it; until then as configured. */
  readonly limit: number
  /** The length of a window: the longest reported time until its end; until then as configured. */
  readonly lengthMillis: number
  /** Requests in the current window, as reported so far. */
  readonly count: number
  /** Whether this client sent the first request of the current window. That is true for one process only. */
  readonly isOurs: boolean
  /** When the current window ends, in milliseconds of the system clock, as reported so far. `-Infinity` if unknown. */
  readonly endsAt: number
  /** Call this when a request is sent. */
  readonly enter: () => void
  /** Call this when a request has ended, successfully or not. */
  readonly leave: () => void
  /** Updates the estimate from the headers of a response. */
  readonly observe: (headers: Headers.Headers, nowMillis: number) => void
  /** How long until the window ends, at the latest. 0 if it has ended or is unknown. */
  readonly leftMillis: (nowMillis: number) => number
  /** How long to wait for room in the window, in whole milliseconds. 0 if it has room. */
  readonly waitMillis: (nowMillis: number) => number
}

/**
 * A window that is counted here is longer than the server's by this factor, because the server's
 * begins later: when the first request arrives.
 */
export const slack = 1.005

/** Makes a window. Uses the configured values until the server reports its own. */
export const make = (configured: { readonly limit: number; readonly lengthMillis: number }): RateWindow => {
  let { limit } = configured
  let longest = 0
  // Running requests. The server may have counted them, but no response has reported that yet.
  let pending = 0
  // The current window: the highest reported count, and when it ends.
  let count = 0
  let endsAt = Number.NEGATIVE_INFINITY
  let isOurs = false

  const length = () => (longest > 0 ? longest : configured.lengthMillis)
  /** If more time is left than a window lasts, the system clock was set back. */
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
    get endsAt() {
      return endsAt
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
      // Responses may arrive out of order, so a lower count does not mean a new window. A later end does.
      const isNew = isOver(nowMillis) || ends - endsAt > length() / 2
      count = isNew ? reading.count : Math.max(count, reading.count)
      // Whole seconds may be up to one second too long, so the earliest of several ends is the best estimate.
      endsAt = isNew ? ends : Math.min(endsAt, ends)
      isOurs = reading.count === 1 || (isOurs && !isNew)
    },
    leftMillis,
    waitMillis: (nowMillis) => (count + pending < limit ? 0 : leftMillis(nowMillis))
  }
}
