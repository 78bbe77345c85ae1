/**
 * The rate limit headers of a response.
 *
 * - `inin-ratelimit-allowed`: requests per window
 * - `inin-ratelimit-count`: requests used, not requests left
 * - `inin-ratelimit-reset`: whole seconds until the window ends, not a time of day. The vendor does
 *   not document how they are rounded.
 *
 * @see https://developer.genesys.cloud/platform/api/rate-limits
 */
import * as Duration from "effect/Duration"
import type * as Headers from "effect/http/Headers"
import { longestWait } from "../retry/Delay.ts"

/** The rate window, as one response reports it. */
export interface Reading {
  /** Requests per window. */
  readonly allowed: number
  /** Requests used. */
  readonly count: number
  /** Until the window ends. */
  readonly resetMillis: number
}

const whole = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,9}$/.test(value.trim()) ? Number(value) : undefined

/**
 * Reads the headers. Returns `undefined` if one is missing or invalid. A `reset` of more than
 * {@link longestWait} is ignored: it is a time of day, or a limit so long that the server should
 * refuse requests itself.
 */
export const parse = (headers: Headers.Headers): Reading | undefined => {
  const allowed = whole(headers["inin-ratelimit-allowed"])
  const count = whole(headers["inin-ratelimit-count"])
  const reset = whole(headers["inin-ratelimit-reset"])
  if (allowed === undefined || count === undefined || reset === undefined) return undefined
  if (allowed === 0 || reset > Duration.toSeconds(longestWait)) return undefined
  return { allowed, count, resetMillis: reset * 1000 }
}
