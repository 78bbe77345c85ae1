/**
 * The server's rate window as seen from here: plain arithmetic over its headers.
 *
 * `inin-ratelimit-allowed` is the size of the window in requests, `-count` how many
 * of them are used (not how many remain), `-reset` the seconds left (not a time of
 * day), in whole seconds, rounded in a way that nobody documents.
 *
 * @see https://developer.genesys.cloud/platform/api/rate-limits
 */
import type * as Headers from "effect/http/Headers"

/** What one answer says about the window. */
export interface Reading {
  readonly allowed: number
  readonly count: number
  readonly resetMillis: number
}

/** A day: a longer "seconds left" is a time of day in disguise. */
const longestReset = 86_400

const whole = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,9}$/.test(value.trim()) ? Number(value) : undefined

/** What the headers say, or nothing when one is missing, not a number or nonsensical. */
export const parse = (headers: Headers.Headers): Reading | undefined => {
  const allowed = whole(headers["inin-ratelimit-allowed"])
  const count = whole(headers["inin-ratelimit-count"])
  const reset = whole(headers["inin-ratelimit-reset"])
  if (allowed === undefined || count === undefined || reset === undefined) return undefined
  if (allowed === 0 || reset > longestReset) return undefined
  return { allowed, count, resetMillis: reset * 1000 }
}

/** What is known of the current window, and of windows in general. */
export interface RateWindow {
  /** Requests per window: as told, until then as configured. */
  readonly limit: number
  /** The length of a window: as told, until then as configured. */
  readonly lengthMillis: number
  /** Counts a request that is let through, and numbers it. */
  readonly admit: () => number
  /** Learns from an answer to the request numbered `admission`. */
  readonly observe: (headers: Headers.Headers, admission: number, nowMillis: number) => void
  /** How long until the window has room, in milliseconds; 0 when it has. */
  readonly waitMillis: (nowMillis: number) => number
}

/** A window of which nothing is known yet but what was configured. */
export const make = (configured: { readonly limit: number; readonly lengthMillis: number }): RateWindow => {
  let { lengthMillis, limit } = configured
  let admitted = 0
  // The latest reading: which request it answered, what it left, and when its window ends.
  let observed = 0
  let remaining = Number.POSITIVE_INFINITY
  let count = 0
  let endsAt = Number.NEGATIVE_INFINITY

  return {
    get limit() {
      return limit
    },
    get lengthMillis() {
      return lengthMillis
    },
    admit: () => ++admitted,
    observe: (headers, admission, nowMillis) => {
      const reading = parse(headers)
      // Answers overtake each other; an older one carries an older count.
      if (reading === undefined || admission <= observed) return
      limit = reading.allowed
      const ends = nowMillis + reading.resetMillis
      const rolled = nowMillis >= endsAt || reading.count < count
      if (rolled) {
        endsAt = ends
        if (reading.resetMillis > 0) lengthMillis = reading.resetMillis
      } else {
        // Whole seconds are too long by up to one; the shortest of many is close to the truth.
        endsAt = Math.min(endsAt, ends)
      }
      observed = admission
      count = reading.count
      remaining = reading.allowed - reading.count
    },
    waitMillis: (nowMillis) => {
      if (nowMillis >= endsAt) return 0
      // Requests let through since the reading are not in its count.
      return remaining - (admitted - observed) > 0 ? 0 : endsAt - nowMillis
    }
  }
}
