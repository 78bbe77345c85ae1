/** The store of rate limits in Postgres, beside Effect's own in memory. */
import * as PgClient from "@effect/sql-pg/PgClient"
import { expect, layer } from "@effect/vitest"
import { names } from "@genesys-license/cluster/database/Database"
import * as LimitStore from "@genesys-license/cluster/database/LimitStore"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import { SqlClient } from "effect/sql/SqlClient"
import * as fc from "fast-check"
import { describe } from "vitest"
import * as Postgres from "../support/postgres.ts"

const timeout = 120_000

/** A program with a connection of its own to the same database. */
const store = ({ url }: { readonly url: string }) =>
  Effect.map(
    Layer.build(
      Layer.provideMerge(
        Layer.fresh(LimitStore.layer),
        Layer.fresh(PgClient.layer({ url: Redacted.make(url), maxConnections: 2 }))
      )
    ),
    (context) => ({
      ...Effect.runSync(Effect.provide(RateLimiter.RateLimiterStore, context)),
      sql: Effect.runSync(Effect.provide(SqlClient, context))
    })
  )

const hour = { refillRate: Duration.hours(1) }

describe.skipIf(!Postgres.isHere)("the store of rate limits in Postgres", () => {
  layer(Postgres.Shared.layer, { timeout, excludeTestServices: true })((it) => {
    it.effect(
      "counts as the store in memory does",
      () =>
        Effect.gen(function* () {
          const postgres = yield* store(yield* Postgres.database)
          let key = 0
          const step = fc.record({
            tokens: fc.integer({ min: -1, max: 3 }),
            limit: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined })
          })
          yield* Effect.promise(() =>
            fc.assert(
              fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) =>
                Effect.gen(function* () {
                  const memory = yield* RateLimiter.RateLimiterStore
                  key += 1
                  for (const [n, { limit, tokens }] of steps.entries()) {
                    // The first opens a window that lasts.
                    const taken = n === 0 ? 1 : tokens
                    const options = { key: `k${key}`, tokens: taken, limit: n === 0 ? undefined : limit, ...hour }
                    const [count, ttl] = yield* postgres.fixedWindow(options)
                    const [expected, left] = yield* memory.fixedWindow(options)
                    expect(count).toBe(expected)
                    // What time has passed in between counts in seconds, and a token in hours.
                    expect(Math.round(ttl / 3_600_000)).toBe(Math.max(0, Math.round(left / 3_600_000)))
                  }
                }).pipe(Effect.provide(Layer.fresh(RateLimiter.layerStoreMemory)), Effect.runPromise)
              ),
              { numRuns: 40 }
            )
          )
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "gives programs that ask at the same time no more than the limit in all",
      () =>
        Effect.gen(function* () {
          const database = yield* Postgres.database
          const programs = yield* Effect.forEach([1, 2, 3, 4], () => store(database), { concurrency: "unbounded" })
          const counts = yield* Effect.forEach(
            programs.flatMap((program) => Array.from({ length: 50 }, () => program)),
            ({ fixedWindow }) => fixedWindow({ key: "one client", tokens: 1, limit: 120, ...hour }),
            { concurrency: "unbounded" }
          )
          const given = counts.map(([count]) => count).filter((count) => count <= 120)
          expect(given.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, n) => n + 1))
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "begins again when a window is over",
      () =>
        Effect.gen(function* () {
          const { fixedWindow, sql } = yield* store(yield* Postgres.database)
          const take = Effect.map(fixedWindow({ key: "k", tokens: 1, limit: 2, ...hour }), ([count]) => count)
          expect([yield* take, yield* take, yield* take]).toEqual([1, 2, 3])
          yield* sql`UPDATE ${sql(names.limits)} SET expires = clock_timestamp()`
          expect([yield* take, yield* take, yield* take]).toEqual([1, 2, 3])
        }).pipe(Effect.scoped),
      timeout
    )

    it.effect(
      "does not count in any other way than by windows",
      () =>
        Effect.gen(function* () {
          const { tokenBucket } = yield* store(yield* Postgres.database)
          const bucket = { key: "k", tokens: 1, limit: 2, allowOverflow: false, ...hour }
          expect((yield* Effect.flip(tokenBucket(bucket))).message).toContain("fixed windows")
        }).pipe(Effect.scoped),
      timeout
    )
  })
})
