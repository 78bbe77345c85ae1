/**
 * Shares the rate limit of one OAuth client between programs that know nothing of each other.
 * Run it several times at once. The store is Redis if REDIS_URL is set, and Postgres if
 * GENESYSLICENSE_DATABASE_URL is set. Otherwise it is the memory of this program, which shares
 * the limit with nobody.
 */
import { NodeHttpClient, NodeRedis, NodeRuntime } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { GenesysTransport, layerRateLimiter, LicenseService } from "@genesys-license/client"
import { LimitStore } from "@genesys-license/cluster"
import { Config, Console, Effect, Layer, Option, type Redacted } from "effect"
import { RateLimiter } from "effect/persistence"
import * as Organization from "./organization.ts"

const program = Effect.gen(function* () {
  const license = yield* LicenseService
  const pages = yield* Effect.forEach(
    Array.from({ length: 20 }, (_, n) => n + 1),
    (pageNumber) => license.getUsersPage({ pageNumber, pageSize: 100 }),
    { concurrency: 4 }
  )
  yield* Console.log(`${pages.length} requests`)
})

const redis = (url: string) =>
  RateLimiter.layer.pipe(
    Layer.provide(RateLimiter.layerStoreRedis()),
    // Without the queue of commands, which would stop all work while Redis is down.
    Layer.provide(NodeRedis.layer({ url, disableOfflineQueue: true })),
    Layer.orDie
  )

const postgres = (url: Redacted.Redacted) =>
  LimitStore.layerRateLimiter.pipe(Layer.provide(PgClient.layer({ url, maxConnections: 4 })), Layer.orDie)

const rateLimiter = Layer.unwrap(
  Effect.gen(function* () {
    const redisUrl = yield* Config.option(Config.String("REDIS_URL"))
    if (Option.isSome(redisUrl)) return redis(redisUrl.value)
    const url = yield* Config.option(Config.Redacted("GENESYSLICENSE_DATABASE_URL"))
    if (Option.isSome(url)) return postgres(url.value)
    return layerRateLimiter
  })
)

program.pipe(
  Effect.provide(
    LicenseService.layerTransport.pipe(
      Layer.provide(GenesysTransport.layerWith()),
      Layer.provide([Organization.layerCloud, rateLimiter, NodeHttpClient.layerUndici])
    )
  ),
  NodeRuntime.runMain
)
