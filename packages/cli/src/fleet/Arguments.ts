/**
 * Flags as the command of one organization takes them.
 */
import * as Option from "effect/Option"

type Value = string | number | boolean | undefined | Option.Option<string | number>

/** `{ "--list": 5, "--people": false }` is `--list=5 --no-people`. What has no value is left out. */
export const of = (flags: { readonly [flag: `--${string}`]: Value }): ReadonlyArray<string> =>
  Object.entries(flags).flatMap(([flag, given]) => {
    const value = Option.isOption(given) ? Option.getOrUndefined(given) : given
    if (value === undefined) return []
    if (value === true) return [flag]
    if (value === false) return [flag.replace(/^--/, "--no-")]
    return [`${flag}=${value}`]
  })

/** How the list of users is read. */
export const ofReading = ({
  concurrency,
  maxReadings,
  pageSize
}: {
  readonly concurrency: number
  readonly maxReadings: number
  readonly pageSize: number | undefined
}) => of({ "--concurrency": concurrency, "--readings": maxReadings, "--page-size": pageSize })
