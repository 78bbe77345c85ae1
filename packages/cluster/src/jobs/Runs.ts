/**
 * The state of runs, and what can be done with them: retry and purge.
 */
import type * as FleetSummary from "@genesys-license/admin/fleet/FleetSummary"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as PersistedQueue from "effect/persistence/PersistedQueue"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import { UnknownRun } from "../ClusterError.ts"
import { names } from "../database/Database.ts"
import { idOf, Job, type Kind, maxAttempts, queue } from "./Job.ts"
import * as Jobs from "./Jobs.ts"

/** A job that has not ended. */
export interface Open {
  /** The organization. */
  readonly org: string
  /** `running` if a worker has it. */
  readonly state: "running" | "waiting"
  /** The number of attempts so far. */
  readonly attempts: number
  /** The worker that works on it. */
  readonly worker?: string
}

/** The state of a run. */
export interface Status extends FleetSummary.Summary {
  /** Its id. */
  readonly run: string
  /** Jobs that have not ended. */
  readonly open: ReadonlyArray<Open>
}

/** A run in a list. */
export interface Listed {
  /** Its id. */
  readonly run: string
  /** The kind of its jobs. */
  readonly kind: string
  /** ISO 8601. */
  readonly submittedAt: string
  /** How many jobs it has. */
  readonly jobs: number
  /** How many jobs have ended, done or not. */
  readonly ended: number
}

/** For statements with the tables `jobs` and `queue`: the condition that joins a job with its entry in the queue. It builds the same id as `idOf`. */
const isOfJob = (sql: SqlClient.SqlClient) =>
  sql`queue.queue_name = ${queue} AND queue.id = jobs.run || '/' || jobs.kind || '/' || jobs.org || '/' || jobs.round`

const decodeJob = Schema.decodeUnknownOption(Schema.fromJsonString(Job))

const iso = (date: Date) => DateTime.formatIso(DateTime.makeUnsafe(date))

/** The latest runs, the newest first. */
export const latest = Effect.fnUntraced(function* (limit = 20) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<{ run: string; kind: string; submitted: Date; jobs: number; ended: number }>`
    SELECT run, kind, MIN(submitted_at) AS submitted, COUNT(*)::int AS jobs,
      (COUNT(*) FILTER (WHERE state <> 'waiting'))::int AS ended
    FROM ${sql(names.jobs)} WHERE job IS NOT NULL
    GROUP BY run, kind ORDER BY submitted DESC LIMIT ${limit}::int`
  return rows.map(({ ended, jobs, kind, run, submitted }): Listed => ({
    run,
    kind,
    submittedAt: iso(submitted),
    jobs,
    ended
  }))
})

interface Row {
  readonly org: string
  readonly kind: Kind
  readonly state: string
  readonly entry: string | null
  readonly ended_at: Date | null
  readonly has_body: boolean
  readonly worker: string | null
  readonly attempts: number | null
  readonly queued: string | null
  readonly last_failure: string | null
}

/** The state of a run. Only the table of the queue knows the dead letters, so it is read as well. */
export const status = Effect.fnUntraced(function* (run: string) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql<Row>`
    SELECT jobs.org, jobs.kind, jobs.state, jobs.entry, jobs.ended_at, jobs.body IS NOT NULL AS has_body,
      leases.worker, queue.attempts, queue.state AS queued, queue.last_failure
    FROM ${sql(names.jobs)} AS jobs
    LEFT JOIN ${sql(names.leases)} AS leases ON leases.org = jobs.org AND leases.job = jobs.run || '/' || jobs.kind
      AND leases.expires > clock_timestamp()
    LEFT JOIN ${sql(names.queue)} AS queue ON ${isOfJob(sql)}
    WHERE jobs.run = ${run} AND jobs.job IS NOT NULL ORDER BY jobs.org`
  const [first] = rows
  if (first === undefined) {
    return yield* new UnknownRun({ run, latest: (yield* latest(5)).map(({ run }) => run) })
  }
  const organizations = rows.map(rowOf)
  const counts = { done: 0, partly: 0, failed: 0, timedOut: 0, notReached: 0 }
  for (const { state } of organizations) counts[state] += 1
  const open = rows
    .filter(({ queued, state }) => state === "waiting" && queued !== "failed")
    .map(({ attempts, org, worker }): Open => ({
      org,
      state: worker === null ? "waiting" : "running",
      attempts: attempts ?? 0,
      ...(worker !== null && { worker })
    }))
  return { run, command: first.kind, counts, organizations, open } satisfies Status
})

/** What `PersistedQueue` records if the worker of the last attempt disappeared. */
const lockExpired = "Lock expired after final attempt"

const rowOf = ({
  attempts,
  ended_at,
  entry,
  has_body,
  kind,
  last_failure,
  org,
  queued,
  state
}: Row): FleetSummary.Row => {
  const common = { id: org, numbers: {}, notes: [], isDoneBefore: false }
  const outcome = Option.getOrUndefined(Jobs.decodeOutcome(entry))
  if (outcome !== undefined && ended_at !== null) {
    const { worker: _, ...rest } = outcome
    return { ...common, ...rest, at: iso(ended_at), ...(has_body && { file: `${org}.json` }) }
  }
  if (state !== "waiting" || queued !== "failed") return { ...common, state: "notReached" }
  const why =
    last_failure === lockExpired
      ? "the last worker that had it was killed, or lost the database"
      : (last_failure?.split("\n")[0]?.slice(0, 300) ?? "no worker could read it")
  const tried =
    (attempts ?? 0) >= maxAttempts ? `Tried ${maxAttempts} times, the ${kind} never ended` : "The job was given up"
  const message = `${tried}: ${why}. Remove the cause, then \`retry\` the run.`
  return { ...common, state: "failed", error: { reason: "DeadLetter", message, isRetryable: true } }
}

/** Submits the jobs of a run again that are not done. Returns how many. */
export const retry = Effect.fnUntraced(function* (run: string) {
  const sql = yield* SqlClient.SqlClient
  const { offer } = yield* Jobs.queued()
  yield* status(run)
  return yield* Effect.gen(function* () {
    const rows = yield* sql<{ job: string; round: number }>`
      UPDATE ${sql(names.jobs)} AS jobs
      SET state = 'waiting', round = round + 1, entry = NULL, body = NULL, ended_at = NULL
      WHERE run = ${run} AND job IS NOT NULL AND (
        state IN ('failed', 'partly', 'timedOut')
        OR EXISTS (
          SELECT 1 FROM ${sql(names.queue)} AS queue WHERE queue.state = 'failed' AND ${isOfJob(sql)}
        ) AND state = 'waiting'
      )
      RETURNING job, round`
    for (const { job: text, round } of rows) {
      const job = Option.getOrUndefined(decodeJob(text))
      if (job !== undefined) yield* offer({ ...job, round }, { id: idOf({ ...job, round }) })
    }
    return rows.length
  }).pipe(sql.withTransaction)
})

/**
 * Removes jobs that ended longer ago than `age`, with their results, plans, journals and entries
 * in the queue. Keeps jobs that wait or run, and the last snapshot of each organization. Returns
 * the number of removed jobs.
 */
export const purge = Effect.fnUntraced(function* (age: Duration.Duration) {
  const sql = yield* SqlClient.SqlClient
  const store = yield* PersistedQueue.PersistedQueueStore
  const [jobs, plans, journals] = [sql(names.jobs), sql(names.plans), sql(names.journals)]
  const before = sql`clock_timestamp() - ${Duration.toMillis(age)} * INTERVAL '1 millisecond'`
  const removed = yield* Effect.gen(function* () {
    const ended = yield* sql`
      DELETE FROM ${jobs} AS jobs WHERE state <> 'waiting' AND ended_at < ${before}
        AND NOT (kind = 'snapshot' AND NOT EXISTS (
          SELECT 1 FROM ${jobs} AS later
          WHERE later.org = jobs.org AND later.kind = 'snapshot' AND later.ended_at > jobs.ended_at
        ))
      RETURNING run`
    const dead = yield* sql`
      DELETE FROM ${jobs} AS jobs USING ${sql(names.queue)} AS queue
      WHERE jobs.state = 'waiting' AND queue.state = 'failed' AND queue.updated_at < ${before} AND ${isOfJob(sql)}
      RETURNING jobs.run`
    yield* sql`
      DELETE FROM ${plans} AS plans WHERE submitted_at < ${before}
        AND NOT EXISTS (SELECT 1 FROM ${jobs} AS jobs WHERE jobs.job::json ->> 'plan' = plans.plan)`
    yield* sql`
      DELETE FROM ${journals} AS journals
      WHERE NOT EXISTS (SELECT 1 FROM ${plans} AS plans WHERE plans.plan = journals.plan)`
    yield* sql`DELETE FROM ${sql(names.leases)} WHERE expires < ${before}`
    return ended.length + dead.length
  }).pipe(sql.withTransaction)
  yield* store.cleanup({ timeToLive: age, failedTimeToLive: age })
  return removed
})
