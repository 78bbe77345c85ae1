/**
 * How to read the list of users, and the warning if it changed during the reading.
 */
import * as Drift from "@genesys-license/client/Drift"
import type { Options } from "@genesys-license/client/UserStream"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Progress from "../terminal/Progress.ts"
import { count } from "../terminal/Table.ts"

const from = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** Whole numbers from 0. */
export const Count = from(0, Number.MAX_SAFE_INTEGER)

/** Whole numbers from 1. */
export const Positive = from(1, Number.MAX_SAFE_INTEGER)

export const flags = {
  pageSize: Flag.Int("page-size").pipe(
    Flag.withSchema(from(1, 10_000)),
    Flag.withDescription("Request N users per page (default: 500, or the maximum of the server)"),
    Flag.optional,
    Flag.map(Option.getOrUndefined)
  ),
  concurrency: Flag.Int("concurrency").pipe(
    Flag.withSchema(from(1, 100)),
    Flag.withDescription("Send up to N requests at the same time (default: 4)"),
    Flag.withDefault(4)
  ),
  maxReadings: Flag.Int("readings").pipe(
    Flag.withSchema(from(1, 100)),
    Flag.withDescription("Read the list of users up to N times, until two passes agree (default: 1)"),
    Flag.withDefault(1)
  )
}

type Work<A, E, R> = (
  onProgress: (progress: { readonly users: number; readonly total?: number | undefined }) => Effect.Effect<void>
) => Effect.Effect<A, E, R>

/** Reads and shows progress. */
export const during = <A, E, R>({ pageSize }: Options, work: Work<A, E, R>) =>
  Progress.during("Reading users", pageSize ?? 500, (onProgress) =>
    work(({ total, users }) => onProgress({ done: users, ...(total !== undefined && { total }) }))
  )

/** Reads without progress. */
export const quietly = <A, E, R>(_: Options, work: Work<A, E, R>) => work(() => Effect.void)

/** Says on stderr if the list changed during the reading. */
export const warn = (drift: Drift.Drift | undefined): Effect.Effect<void> =>
  drift === undefined || drift.confirmed || Drift.isStill(drift)
    ? Effect.void
    : Console.error(
        drift.possiblyMissed > 0
          ? `The list of users changed while it was read: up to ${count(drift.possiblyMissed, "user")} may be missing. Pass --readings 5 to read it until two passes agree.`
          : "The list of users changed while it was read. Probably nobody is missing."
      )
