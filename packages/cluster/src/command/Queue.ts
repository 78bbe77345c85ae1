/**
 * The database and the queue, for commands other than `worker`.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as PersistedQueue from "effect/persistence/PersistedQueue"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Database from "../database/Database.ts"
import { defaults } from "../database/Settings.ts"

type Provided = PersistedQueue.PersistedQueueFactory | PersistedQueue.PersistedQueueStore | SqlClient

const layer = Layer.provideMerge(Database.layerQueue(defaults), Database.layer({ maxConnections: 2 }))

type OfDatabase = SqlError | PersistedQueue.PersistedQueueError

/** Provides both. Errors of the database become a `DatabaseFailed`. */
export const provide = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(
    Effect.provide(layer),
    Effect.mapError((error) =>
      isOfDatabase(error) ? Database.failed(error) : (error as Exclude<typeof error, OfDatabase>)
    )
  ) satisfies Effect.Effect<A, unknown, Exclude<R, Provided>>

const isOfDatabase = (error: unknown): error is OfDatabase =>
  typeof error === "object" &&
  error !== null &&
  "_tag" in error &&
  (error._tag === "SqlError" || error._tag === "PersistedQueueError")
