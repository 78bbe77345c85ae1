/**
 * The rate window as an answer tells it.
 *
 * `inin-ratelimit-allowed` is the size of the window in requests, `-count` how many
 * of them are used (not how many remain), `-reset` the seconds left (not a time of
 * day), in whole seconds, rounded in a way that nobody documents.
 *
 * @see https://developer.genesys.cloud/platform/api/rate-limits
 */
import * as Duration from "effect/Duration"
import type * as Headers from "effect/http/Headers"
import { longestWait } from "../retry/Delay.ts"

/** What one answer says about the window. */
export interface Reading {
  readonly allowed: number
  readonly count: number
  readonly resetMillis: number
}

const whole = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,9}$/.test(value.trim()) ? Number(value) : undefined

/**
 * What the headers say, or nothing when one is missing, not a number or nonsensical.
 * "Seconds left" of more than we ever wait are a time of day in disguise, or a limit
 * that the server should say no for itself.
 */
export const parse = (headers: Headers.Headers): Reading | undefined => {
  const allowed = whole(headers["inin-ratelimit-allowed"])
  const count = whole(headers["inin-ratelimit-count"])
  const reset = whole(headers["inin-ratelimit-reset"])
  if (allowed === undefined || count === undefined || reset === undefined) return undefined
  if (allowed === 0 || reset > Duration.toSeconds(longestWait)) return undefined
  return { allowed, count, resetMillis: reset * 1000 }
}
