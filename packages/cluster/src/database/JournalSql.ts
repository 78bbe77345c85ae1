/**
 * A journal in the database, with a fence.
 *
 * A line is added only if this session still holds the lease of the organization. One statement
 * checks the lease and adds the line, and locks the lease meanwhile. So a worker that lost the
 * lease can add no line, and it sends no request without a line. Only the one request that it
 * has already announced may still be on its way.
 */
import { type AdminError, fail, FileFailed, JournalInUse } from "@genesys-license/admin/AdminError"
import * as Journal from "@genesys-license/admin/change/Journal"
import {
  begin,
  type JournalSession,
  type JournalStore,
  type Options,
  type Stamp
} from "@genesys-license/admin/change/JournalStore"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { names } from "./Database.ts"
import type { Lease } from "./Lease.ts"
import type { Settings } from "./Settings.ts"

/** The journals of the plans of an organization, for the holder of its lease. */
export const make = Effect.fnUntraced(function* (
  lease: Pick<Lease, "org" | "session" | "worker">,
  { lockExpiration }: Pick<Settings, "lockExpiration">
): Effect.fn.Return<JournalStore, never, SqlClient.SqlClient> {
  const sql = yield* SqlClient.SqlClient
  const { org, session } = lease
  const leases = sql(names.leases)
  const journals = sql(names.journals)

  const load = Effect.fnUntraced(function* (plan: string): Effect.fn.Return<Journal.Journal, AdminError> {
    const rows = yield* surviving(
      plan,
      sql<{ entry: string }>`SELECT entry FROM ${journals} WHERE plan = ${plan} ORDER BY line`
    )
    return yield* Journal.parse(rows.map(({ entry }) => entry).join(""), { source: called(plan) })
  })

  /** Waits for a database that restarts, but not longer than the lease lasts: after that, another worker may hold it. */
  const surviving = <A>(plan: string, statement: Effect.Effect<A, SqlError>): Effect.Effect<A, AdminError> =>
    statement.pipe(
      Effect.retry(Schedule.spaced("500 millis")),
      Effect.timeout(lockExpiration),
      Effect.mapError(() => fail(new FileFailed({ path: called(plan), action: "write", code: "ETIMEDOUT" })))
    )

  const open = Effect.fnUntraced(function* (
    plan: string,
    { organization, owner = lease.worker }: Options
  ): Effect.fn.Return<JournalSession, AdminError, Scope.Scope> {
    const found = yield* load(plan)
    let number = 0
    const write = Effect.fnUntraced(function* (entry: (stamp: Stamp) => Journal.Entry) {
      const line = entry({ session, at: DateTime.formatIso(yield* DateTime.now) })
      number += 1
      // If the answer was lost and the statement is sent again, the line is still added only once.
      const [held] = yield* surviving(
        plan,
        sql<{ count: number }>`
          WITH held AS (SELECT org FROM ${leases} WHERE org = ${org} AND session = ${session} FOR SHARE),
          added AS (
            INSERT INTO ${journals} (plan, session, number, entry)
            SELECT ${plan}, ${session}, ${number}::int, ${Journal.line(line)} FROM held
            ON CONFLICT DO NOTHING
          )
          SELECT COUNT(*)::int AS count FROM held`
      )
      if (held?.count !== 1) return yield* inUse(plan)
      return line
    }, Effect.uninterruptible)

    const inUse = Effect.fnUntraced(function* (plan: string) {
      const [other] = yield* surviving(
        plan,
        sql<{ worker: string; since: Date }>`SELECT worker, since FROM ${leases} WHERE org = ${org}`
      )
      const since = other === undefined ? yield* DateTime.now : DateTime.makeUnsafe(other.since)
      return yield* fail(
        new JournalInUse({
          path: called(plan),
          owner: other?.worker ?? "another worker",
          since: DateTime.formatIso(since)
        })
      )
    })

    // Only one session can hold the lease, so all earlier sessions are over, or can add nothing more.
    yield* begin(write, plan, found, { organization, owner })
    const opened = yield* load(plan)
    const reader = Journal.reader(opened)
    return {
      opened,
      journal: Effect.sync(reader.journal),
      append: (entry) => Effect.map(write(entry), reader.add)
    }
  })

  return { load, ensureFree: () => Effect.void, open }
})

const called = (plan: string) => `The journal of plan ${plan.replace(/^sha256:/, "").slice(0, 12)} in the database`
