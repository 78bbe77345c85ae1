/**
 * The jobs in the database, and their results.
 *
 * One transaction writes all jobs of a submission and their entries in the queue. So a
 * submission that is cut off at any point has submitted all of its jobs, or none.
 */
import * as Entry from "@genesys-license/admin/fleet/FleetRecord"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as PersistedQueue from "effect/persistence/PersistedQueue"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { promisify } from "node:util"
import { gunzip, gzip } from "node:zlib"
import { RunTaken } from "../ClusterError.ts"
import { names } from "../database/Database.ts"
import type { Lease } from "../database/Lease.ts"
import { defaults, type Settings } from "../database/Settings.ts"
import { idOf, Job, maxAttempts, queue } from "./Job.ts"

/** The outcome of a job. */
export const Outcome = Schema.Struct({
  state: Schema.Literals(["done", "partly", "failed", "timedOut"]),
  /** The worker that did it. */
  worker: Schema.String,
  ...Entry.Entry.mapFields(({ changes, error, notes, numbers }) => ({ changes, error, notes, numbers })).fields
}).annotate({ identifier: "Outcome" })
export interface Outcome extends Schema.Schema.Type<typeof Outcome> {}

/** The files that a job produces. */
export interface Left {
  /** The result, as JSON. */
  readonly body?: string | undefined
  /** The snapshot that a `compare` took. */
  readonly snapshot?: string | undefined
}

const encodeJob = Schema.encodeSync(Schema.fromJsonString(Job))
const decodeJob = Schema.decodeUnknownOption(Schema.fromJsonString(Job))
/** Encodes an outcome as JSON, for the database. */
export const encodeOutcome = Schema.encodeSync(Schema.fromJsonString(Outcome))
/** Decodes the JSON of an outcome. None if it is not one. */
export const decodeOutcome = Schema.decodeUnknownOption(Schema.fromJsonString(Outcome))

const compress = (text: string) => Effect.promise(() => promisify(gzip)(text, { level: 4 }))
const extract = (bytes: Uint8Array) => Effect.promise(async () => (await promisify(gunzip)(bytes)).toString("utf8"))

/** The queue that all workers share. */
export const queued = ({ retry }: Pick<Settings, "retry"> = defaults) =>
  PersistedQueue.make({ name: queue, schema: Job, maxAttempts, retrySchedule: Schedule.exponential(retry) })

/**
 * Submits jobs, and their plans by checksum. A job that was submitted before stays as it is.
 * Returns the number of new jobs.
 */
export const submit = Effect.fnUntraced(function* (jobs: ReadonlyArray<Job>, plans: ReadonlyMap<string, string>) {
  const sql = yield* SqlClient.SqlClient
  const { offer } = yield* queued()
  // With the same order everywhere, workers that submit the same jobs together cannot deadlock.
  const ordered = jobs.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1))
  return yield* Effect.gen(function* () {
    for (const [plan, body] of plans) {
      yield* sql`INSERT INTO ${sql(names.plans)} (plan, body) VALUES (${plan}, ${body}) ON CONFLICT DO NOTHING`
    }
    let added = 0
    for (const job of ordered) {
      const { kind, org, run } = job
      const text = encodeJob(job)
      const inserted = yield* sql`
        INSERT INTO ${sql(names.jobs)} (run, org, kind, job) VALUES (${run}, ${org}, ${kind}, ${text})
        ON CONFLICT DO NOTHING RETURNING run`
      if (inserted.length > 0) {
        yield* offer(job, { id: idOf(job) })
        added += 1
        continue
      }
      const [there] = yield* sql<{ job: string }>`
        SELECT job FROM ${sql(names.jobs)} WHERE run = ${run} AND org = ${org} AND kind = ${kind}`
      const before = Option.getOrUndefined(decodeJob(there?.job))
      const isSame = before !== undefined && encodeJob({ ...before, round: job.round }) === text
      if (!isSame) return yield* new RunTaken({ run, org })
    }
    return added
  }).pipe(sql.withTransaction)
})

/** Whether a job is still to be done. It is not if it has ended, was purged, or was submitted again. */
export const isOpen = Effect.fnUntraced(function* ({ kind, org, round, run }: Job) {
  const sql = yield* SqlClient.SqlClient
  const rows = yield* sql`
    SELECT run FROM ${sql(names.jobs)}
    WHERE run = ${run} AND org = ${org} AND kind = ${kind} AND round = ${round} AND state = 'waiting'`
  return rows.length > 0
})

/** Records the outcome of a job, if the session still holds the lease of the organization. Returns whether it does. */
export const end = Effect.fnUntraced(function* (
  { kind, org, round, run }: Job,
  { session }: Pick<Lease, "session">,
  outcome: Outcome,
  { body, snapshot }: Left
) {
  const sql = yield* SqlClient.SqlClient
  const jobs = sql(names.jobs)
  const packed = body === undefined ? null : yield* compress(body)
  const taken = snapshot === undefined ? undefined : yield* compress(snapshot)
  return yield* Effect.gen(function* () {
    const ended = yield* sql`
      WITH held AS (SELECT org FROM ${sql(names.leases)} WHERE org = ${org} AND session = ${session} FOR SHARE)
      UPDATE ${jobs} AS jobs
      SET state = ${outcome.state}, entry = ${encodeOutcome(outcome)}, body = ${packed}, ended_at = clock_timestamp()
      FROM held
      WHERE jobs.run = ${run} AND jobs.org = held.org AND jobs.kind = ${kind} AND jobs.round = ${round}
        AND jobs.state = 'waiting'
      RETURNING jobs.run`
    if (ended.length > 0 && taken !== undefined) {
      yield* sql`
        INSERT INTO ${jobs} (run, org, kind, state, body, ended_at)
        VALUES (${run}, ${org}, 'snapshot', 'done', ${taken}, clock_timestamp())
        ON CONFLICT (run, org, kind) DO NOTHING`
    }
    return ended.length > 0
  }).pipe(sql.withTransaction)
})

/** The text of a submitted plan. */
export const planOf = Effect.fnUntraced(function* (plan: string) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ body: string }>`SELECT body FROM ${sql(names.plans)} WHERE plan = ${plan}`
  return row?.body
})

/** The last snapshot of an organization that another run took. */
export const lastSnapshot = Effect.fnUntraced(function* ({ org, run }: Job) {
  const sql = yield* SqlClient.SqlClient
  const [row] = yield* sql<{ body: Uint8Array }>`
    SELECT body FROM ${sql(names.jobs)}
    WHERE org = ${org} AND kind = 'snapshot' AND run <> ${run} AND body IS NOT NULL
    ORDER BY ended_at DESC LIMIT 1`
  return row === undefined ? undefined : yield* extract(row.body)
})

/** Calls `use` with each result of a run, one after the other. Returns the number of organizations with a result. */
export const results = Effect.fnUntraced(function* <E, R>(
  run: string,
  kind: string,
  use: (org: string, body: string) => Effect.Effect<void, E, R>
): Effect.fn.Return<number, E | SqlError, R | SqlClient.SqlClient> {
  const sql = yield* SqlClient.SqlClient
  const jobs = sql(names.jobs)
  const orgs = yield* sql<{ org: string }>`
    SELECT org FROM ${jobs} WHERE run = ${run} AND kind = ${kind} AND body IS NOT NULL ORDER BY org`
  for (const { org } of orgs) {
    const [row] = yield* sql<{ body: Uint8Array }>`
      SELECT body FROM ${jobs} WHERE run = ${run} AND kind = ${kind} AND org = ${org}`
    if (row !== undefined) yield* use(org, yield* extract(row.body))
  }
  return orgs.length
})
