import { describe, expect, it } from "@effect/vitest"
import { GenesysCloud, layerWith, LicenseService } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as Canary from "../../support/Canary.ts"
import { Wire } from "../../support/Wire.ts"
import { serviceOf } from "../clients.ts"
import { elapse } from "../virtualTime.ts"

/** A client that allows itself one request in ten seconds, as another process would have it. */
const clientOf = (clientId: string) =>
  serviceOf(
    LicenseService,
    Layer.fresh(layerWith({ rateLimit: { limit: 1, window: "10 seconds" } })).pipe(
      Layer.provide(
        GenesysCloud.layer({
          region: "us-east-1",
          credentials: { _tag: "ClientCredentials", clientId, clientSecret: Redacted.make(Canary.clientSecret) }
        })
      )
    )
  )

/** Both have a token of their own there, and so have two processes of one client. */
const server = Wire.layer().pipe(
  Layer.provide(
    Emulator.layerTest({
      users: [],
      definitions: [],
      clients: ["a", "b"].map((id) => ({ id, secret: Canary.clientSecret })),
      rateLimit: { requests: 1, window: "10 seconds" }
    })
  )
)
const store = RateLimiter.layer.pipe(Layer.provide(RateLimiter.layerStoreMemory))

/** When requests reach the API that both clients send at once. */
const timesOf = (one: string, other: string) =>
  Effect.gen(function* () {
    const licenses = [yield* clientOf(one), yield* clientOf(other)]
    yield* Effect.forEach(licenses, (license) => license.getDefinitions, { concurrency: "unbounded" })
    return (yield* Wire).times
  }).pipe(Effect.scoped, Effect.provide([server, store]), elapse)

describe("Budget", () => {
  it.effect("is shared by the clients of one token, over one store", () =>
    Effect.gen(function* () {
      expect(yield* timesOf("a", "a")).toEqual([0, 10_100])
    })
  )

  it.effect("is not shared by those of different tokens", () =>
    Effect.gen(function* () {
      expect(yield* timesOf("a", "b")).toEqual([0, 0])
    })
  )

  it.effect("goes without a store that is down, and warns of it", () => {
    const lines: Array<unknown> = []
    const logger = Logger.make(({ logLevel, message }) => void lines.push([logLevel, String(message)]))
    const down = new RateLimiter.RateLimiterError({
      reason: new RateLimiter.RateLimitStoreError({ message: "no connection", cause: undefined })
    })
    return Effect.gen(function* () {
      const license = yield* clientOf("a")
      expect(yield* license.getDefinitions).toEqual([])
      // One for the login, and one for the call.
      expect(lines).toEqual([1, 2].map(() => ["Warn", "The store of the rate limiter failed: no connection"]))
    }).pipe(
      Effect.scoped,
      Effect.provide([server, Layer.succeed(RateLimiter.RateLimiter, { consume: () => Effect.fail(down) } as never)]),
      Effect.provide(Logger.layer([logger])),
      elapse
    )
  })
})
