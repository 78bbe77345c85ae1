/**
 * The lock of an organization: one job at a time works on it.
 *
 * The lock is a lease: if its worker dies, it expires. A worker that was only paused or cut off
 * may come back and believe that it still holds the lease. So everything that must not happen
 * twice is written only if the session of the lease is still the same: see `JournalSql`.
 *
 * Only the clock of the database counts, so the clocks of the workers may differ.
 */
import { newSession } from "@genesys-license/admin/change/JournalStore"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { names } from "./Database.ts"
import type { Settings } from "./Settings.ts"

/** Another worker has taken over the job. This worker must stop and record nothing. */
export class LeaseLost extends Data.TaggedError("LeaseLost")<{
  /** The organization. */
  readonly org: string
}> {
  override get message() {
    return `Another worker has taken over ${this.org}, because this one could not reach the database for too long.`
  }
}

/** A lease that this process holds. */
export interface Lease {
  /** The organization. */
  readonly org: string
  /** A new id each time the lease is taken. */
  readonly session: string
  /** The worker that holds it. */
  readonly worker: string
  /** Never succeeds; fails when the lease is lost. */
  readonly lost: Effect.Effect<never, LeaseLost>
}

/**
 * Waits for the lease of an organization, and holds it until the scope closes. The lease is
 * free if nobody holds it, or if it has expired. It is also free if an earlier attempt of the
 * same job holds it: the queue gives a job away again only if its worker counts as lost.
 */
export const hold = Effect.fnUntraced(function* (
  { job, org, worker }: { readonly org: string; readonly job: string; readonly worker: string },
  { lockExpiration, lockRefresh, poll }: Pick<Settings, "lockExpiration" | "lockRefresh" | "poll">
): Effect.fn.Return<Lease, SqlError, SqlClient.SqlClient | Scope.Scope> {
  const sql = yield* SqlClient.SqlClient
  const leases = sql(names.leases)
  const session = yield* newSession
  const expires = sql`clock_timestamp() + ${Duration.toMillis(lockExpiration)} * INTERVAL '1 millisecond'`
  const take = sql`
    INSERT INTO ${leases} AS held (org, session, job, worker, since, expires)
    VALUES (${org}, ${session}, ${job}, ${worker}, clock_timestamp(), ${expires})
    ON CONFLICT (org) DO UPDATE SET session = excluded.session, job = excluded.job, worker = excluded.worker,
      since = excluded.since, expires = excluded.expires
    WHERE held.expires < clock_timestamp() OR held.job = excluded.job
    RETURNING org`
  const renew = sql`UPDATE ${leases} SET expires = ${expires} WHERE org = ${org} AND session = ${session} RETURNING org`
  const release = sql`DELETE FROM ${leases} WHERE org = ${org} AND session = ${session}`

  yield* Effect.acquireRelease(
    Effect.repeat(take, { until: (rows) => rows.length > 0, schedule: Schedule.spaced(poll) }),
    // If the database does not answer, the lease expires.
    () => Effect.ignore(Effect.timeoutOption(release, "5 seconds")),
    { interruptible: true }
  )
  const lost = Effect.sleep(lockRefresh).pipe(
    Effect.andThen(Effect.timeoutOption(renew, lockExpiration)),
    // Without an answer, the lease may still be held. The fence in the journal decides.
    Effect.retry(Schedule.spaced("500 millis")),
    Effect.orDie,
    Effect.repeat({ while: (rows) => rows._tag === "None" || rows.value.length > 0 }),
    Effect.andThen(new LeaseLost({ org }))
  )
  return { org, session, worker, lost }
})
