/**
 * Builds the arguments of a command for one organization.
 */
import * as Option from "effect/Option"

type Value = string | number | boolean | undefined | Option.Option<string | number>

/** `{ "--list": 5, "--people": false }` becomes `--list=5 --no-people`. Flags without a value are left out. */
export const of = (flags: { readonly [flag: `--${string}`]: Value }): ReadonlyArray<string> =>
  Object.entries(flags).flatMap(([flag, given]) => {
    const value = Option.isOption(given) ? Option.getOrUndefined(given) : given
    if (value === undefined) return []
    if (value === true) return [flag]
    if (value === false) return [flag.replace(/^--/, "--no-")]
    return [`${flag}=${value}`]
  })

/** The flags for reading the list of users. */
export const ofReading = ({
  concurrency,
  maxReadings,
  pageSize
}: {
  readonly concurrency: number
  readonly maxReadings: number
  readonly pageSize: number | undefined
}) => of({ "--concurrency": concurrency, "--readings": maxReadings, "--page-size": pageSize })
