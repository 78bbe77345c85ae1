/**
 * A store for Effect's `RateLimiter` in Postgres. With it, programs that use the same OAuth
 * client share its rate limit: see `GenesysTransport.layerWith`.
 *
 * It only counts fixed windows, which is what `layerWith` needs. Only the clock of the database
 * counts, so the clocks of the programs may differ. The table is `UNLOGGED`, which is faster:
 * after a crash of the database, counting starts at 0, and the answers of the server correct it.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { names } from "./Database.ts"

const failed = (message: string, cause: unknown) =>
  new RateLimiter.RateLimiterError({ reason: new RateLimiter.RateLimitStoreError({ message, cause }) })

/** An error, because a fallback would count for this process alone, and nobody would notice. */
const unsupported = Effect.fail(failed("The store in Postgres only counts fixed windows", undefined))

/** Makes the table if it does not exist. The lock lets programs that start together make it one after the other. */
const createTable = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`SELECT pg_advisory_xact_lock(hashtext(${names.limits}))`
  yield* sql`CREATE UNLOGGED TABLE IF NOT EXISTS ${sql(names.limits)} (
    key TEXT PRIMARY KEY,
    asked DOUBLE PRECISION NOT NULL,
    count DOUBLE PRECISION NOT NULL,
    expires TIMESTAMPTZ NOT NULL
  )`
  yield* sql`DELETE FROM ${sql(names.limits)} WHERE expires < clock_timestamp() - INTERVAL '1 day'`
})

/** The store, in the database in the context. */
export const layer: Layer.Layer<RateLimiter.RateLimiterStore, SqlError, SqlClient.SqlClient> = Layer.effect(
  RateLimiter.RateLimiterStore,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql.withTransaction(createTable)
    return {
      fixedWindow: ({ key, limit = Number.POSITIVE_INFINITY, refillRate, tokens }) => {
        const added = Duration.toMillis(refillRate) * tokens
        // `ON CONFLICT` locks the row before it reads the old values.
        return sql<{ count: number; ttl: number }>`
          INSERT INTO ${sql(names.limits)} AS old (key, asked, count, expires)
          SELECT ${key}, asked, CASE WHEN asked > bound THEN 0 ELSE asked END,
            clock_timestamp() + CASE WHEN asked > bound THEN 0 ELSE added END * INTERVAL '1 millisecond'
          FROM (SELECT ${tokens}::float8 AS asked, ${limit}::float8 AS bound, ${added}::float8 AS added) AS given
          ON CONFLICT (key) DO UPDATE SET
            asked = CASE WHEN old.expires <= clock_timestamp() THEN 0 ELSE old.count END + ${tokens}::float8,
            count = CASE
              WHEN old.expires <= clock_timestamp() THEN excluded.count
              WHEN old.count + ${tokens}::float8 > ${limit}::float8 THEN old.count
              ELSE old.count + ${tokens}::float8 END,
            expires = CASE
              WHEN old.expires <= clock_timestamp() THEN excluded.expires
              WHEN old.count + ${tokens}::float8 > ${limit}::float8 THEN old.expires
              ELSE old.expires + ${added}::float8 * INTERVAL '1 millisecond' END
          RETURNING asked AS count, EXTRACT(EPOCH FROM expires - clock_timestamp())::float8 * 1000 AS ttl`.pipe(
          Effect.map(([row]) => [row!.count, Math.max(0, row!.ttl)] as const),
          Effect.mapError((cause) => failed("The store in Postgres failed", cause))
        )
      },
      tokenBucket: () => unsupported,
      adaptiveConsume: () => unsupported,
      adaptiveFeedback: () => unsupported
    }
  })
)

/** A `RateLimiter` that counts in the database in the context. */
export const layerRateLimiter: Layer.Layer<RateLimiter.RateLimiter, SqlError, SqlClient.SqlClient> =
  RateLimiter.layer.pipe(Layer.provide(layer))
