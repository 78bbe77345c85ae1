/**
 * How long to wait, and the randomness that keeps clients apart.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** A longer `Retry-After` is a daily limit or an outage: the caller should know at once. */
export const longestWait = Duration.minutes(3)

/** Whether a failure asks for more patience than the client has. */
export const isTooLong = (retryAfter: Duration.Duration | undefined): boolean =>
  retryAfter !== undefined && Duration.isGreaterThan(retryAfter, longestWait)

/** The ceiling of the delay before retry `n`, counted from 0: 0.5 s, 1 s, 2 s … 20 s. */
export const ceiling = (n: number): Duration.Duration => Duration.millis(Math.min(20_000, 500 * 2 ** Math.min(n, 10)))

/**
 * Exponential backoff with full jitter: anything from 0 to the ceiling, but never
 * less than the server asked for.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoff = (n: number, retryAfter: Duration.Duration = Duration.zero): Effect.Effect<Duration.Duration> =>
  Effect.map(Random.next, (random) => Duration.max(retryAfter, Duration.times(ceiling(n), random)))

/** Over how long a crowd leaves a gate that was closed for `wait`: a tenth of it, at most a second. */
export const spread = (wait: Duration.Duration): Duration.Duration =>
  Duration.min(Duration.seconds(1), Duration.times(wait, 0.1))
