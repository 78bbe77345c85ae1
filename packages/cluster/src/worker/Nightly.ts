/**
 * The nightly run, without a leader. Every worker submits the same run at the same time, and the
 * database stores it once. The run takes place if at least one worker is running at that time.
 */
import * as Organizations from "@genesys-license/admin/fleet/Organizations"
import * as Console from "effect/Console"
import * as Cron from "effect/Cron"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { problemOf } from "../database/Database.ts"
import type { Job, Kind } from "../jobs/Job.ts"
import * as Jobs from "../jobs/Jobs.ts"

/** The jobs to submit, and when. */
export interface Options {
  /** The kind of the jobs. */
  readonly kind: Exclude<Kind, "apply">
  /** The times of the runs. */
  readonly cron: Cron.Cron
  /** The file that lists the organizations. It is read again each time. */
  readonly organizations: string
}

/** The id of the run at a time. It is the same for all workers. */
export const runOf = (kind: Kind, at: Date): string =>
  `nightly-${kind}-${at.toISOString().slice(0, 19).replaceAll(":", "-")}Z`

/** Submits a run at each time of the schedule. */
export const run = Effect.fnUntraced(function* ({ cron, kind, organizations }: Options) {
  let after = DateTime.toDate(yield* DateTime.now)
  return yield* Effect.forever(
    Effect.gen(function* () {
      const at = Cron.next(cron, after)
      yield* until(at)
      // After a suspended machine has missed several nights, only one of them is submitted late.
      after = DateTime.toDate(yield* DateTime.now)
      const run = runOf(kind, at)
      yield* Effect.gen(function* () {
        const listed = yield* Organizations.load(organizations)
        const jobs = listed.map(({ id }): Job => ({ run, org: id, kind, round: 1 }))
        // If the database is down at that moment, it may be back soon.
        const added = yield* Effect.retry(Jobs.submit(jobs, new Map()), {
          schedule: Schedule.spaced("5 seconds"),
          while: ({ _tag }) => _tag === "SqlError" || _tag === "PersistedQueueError",
          times: 720
        })
        if (added > 0) yield* Console.error(`${run}: submitted ${added === 1 ? "1 job" : `${added} jobs`}`)
      }).pipe(Effect.catch((error) => Console.error(`${run}: not submitted. ${problemOf(error)}.`)))
    })
  )
})

/** Sleeps until a time, in steps of at most a minute, because timers stand still while a machine is suspended. */
const until = (at: Date) =>
  Effect.gen(function* () {
    const left = at.getTime() - DateTime.toEpochMillis(yield* DateTime.now)
    if (left > 0) yield* Effect.sleep(Duration.millis(Math.min(left, 60_000)))
    return left <= 60_000
  }).pipe(Effect.repeat({ until: (isThere) => isThere }))
