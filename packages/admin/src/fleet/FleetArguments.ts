/**
 * How the commands for many organizations read their arguments.
 */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"

/** Splits a list of ids: `acme, globex`. */
export const ids = (list: string): ReadonlyArray<string> => list.split(",").map((id) => id.trim())

/** Reads a duration, such as `90 seconds`. None unless it is finite and longer than zero. */
export const time = (text: string): Option.Option<Duration.Duration> =>
  Option.filter(
    Duration.fromInput(text as Duration.Input),
    (duration) => Duration.isFinite(duration) && !Duration.isZero(duration)
  )

/** Says what `time` expects. */
export const notTime = (text: string): string =>
  `Expected a time such as "90 seconds" or "15 minutes", got ${JSON.stringify(text)}`
