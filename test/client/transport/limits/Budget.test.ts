import { describe, expect, it } from "@effect/vitest"
import { GenesysCloud, layerWith, LicenseService } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Headers from "effect/http/Headers"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import { TestClock } from "effect/testing"
import * as Budget from "../../../../packages/client/src/transport/limits/Budget.ts"
import * as Gate from "../../../../packages/client/src/transport/limits/Gate.ts"
import * as RateWindow from "../../../../packages/client/src/transport/limits/RateWindow.ts"
import * as Canary from "../../../support/Canary.ts"
import { Wire } from "../../../support/Wire.ts"
import { serviceOf } from "../../clients.ts"
import { elapse } from "../../virtualTime.ts"
import { call } from "../call.ts"

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
      expect(yield* timesOf("a", "a")).toEqual([0, 10_050])
    })
  )

  it.effect("is not shared by those of different tokens", () =>
    Effect.gen(function* () {
      expect(yield* timesOf("a", "b")).toEqual([0, 0])
    })
  )

  it.effect("gives the place of an interrupted request to the next", () =>
    Effect.gen(function* () {
      const window = RateWindow.make({ limit: 2, lengthMillis: 60_000 })
      const told = { "inin-ratelimit-allowed": "2", "inin-ratelimit-count": "1", "inin-ratelimit-reset": "60" }
      window.observe(Headers.fromInput(told), 0)
      const count = { take: () => Effect.succeed(0), waitMillis: () => 0 }
      const budget = Budget.make({ gate: Gate.make(), window, count })
      const sent: Array<string> = []
      const send = (name: string) =>
        Effect.flatMap(call, (call) =>
          budget.spend(
            Effect.andThen(
              Effect.sync(() => sent.push(name)),
              Effect.never
            ),
            call
          )
        )
      const one = yield* Effect.forkChild(send("one"))
      const other = yield* Effect.forkChild(send("other"))
      yield* TestClock.adjust("1 second")
      expect(sent).toEqual(["one"])
      yield* Fiber.interrupt(one)
      yield* TestClock.adjust("1 millis")
      expect(sent).toEqual(["one", "other"])
      yield* Fiber.interrupt(other)
    })
  )
})
