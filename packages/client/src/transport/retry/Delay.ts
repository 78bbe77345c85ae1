/**
 * How long to wait before a retry, with jitter so that clients do not retry all at once.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** The longest `Retry-After` to wait for. A longer one means a daily limit or an outage: the call fails at once. */
export const longestWait = Duration.minutes(3)

/** Whether a server asks to wait longer than {@link longestWait}. */
export const isTooLong = (retryAfter: Duration.Duration | undefined): boolean =>
  retryAfter !== undefined && Duration.isGreaterThan(retryAfter, longestWait)

/** The maximum delay before retry `n`, counted from 0: 0.5 s, 1 s, 2 s … 20 s. */
export const ceiling = (n: number): Duration.Duration => Duration.millis(Math.min(20_000, 500 * 2 ** Math.min(n, 10)))

/**
 * Exponential backoff with full jitter: a random delay from 0 to the {@link ceiling}, but never
 * less than the server asks for.
 *
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoff = (n: number, retryAfter: Duration.Duration = Duration.zero): Effect.Effect<Duration.Duration> =>
  Effect.map(Random.next, (random) => Duration.max(retryAfter, Duration.times(ceiling(n), random)))

/** How far to spread the requests that waited for the gate: 10 % of the wait, at most 1 second. */
export const spread = (wait: Duration.Duration): Duration.Duration =>
  Duration.min(Duration.seconds(1), Duration.times(wait, 0.1))
