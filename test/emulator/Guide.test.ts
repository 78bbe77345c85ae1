import { describe, expect, it } from "@effect/vitest"
import { GenesysError, LicenseService } from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Effect, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"

/** A license service on a new emulator for each test: without sockets, and in virtual time. */
const layer = (options?: EmulatorOptions) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      return LicenseService.layer({
        region: "us-east-1",
        credentials: { _tag: "ClientCredentials", ...oauth.credentials }
      })
    })
  ).pipe(Layer.provideMerge(Emulator.layerTest(options)))

/** The program to test. */
const countUsers = Effect.gen(function* () {
  const license = yield* LicenseService
  return yield* license.users().pipe(Stream.runCount)
})

describe("our count of users", () => {
  it.effect("counts everybody", () =>
    Effect.gen(function* () {
      expect(yield* countUsers).toBe(1_250)

      const { journal } = yield* Emulator
      yield* journal.verify({ operation: "getLicenseUsers", query: { pageSize: "500" }, times: 3 })
    }).pipe(Effect.provide(layer({ users: 1_250 })))
  )

  it.effect("waits for Retry-After, then counts everybody", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      yield* faults.add({
        operation: "getLicenseUsers",
        nth: 2,
        fault: { type: "status", status: 429, retryAfter: 30 }
      })

      const counting = yield* Effect.forkChild(countUsers)
      yield* TestClock.adjust("1 second").pipe(Effect.repeat({ times: 60 }))
      expect(yield* Fiber.join(counting)).toBe(1_250)
    }).pipe(Effect.provide(layer({ users: 1_250 })))
  )

  it.effect("fails when the answer is not a page of users", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(countUsers)
      expect(failed).toBeInstanceOf(GenesysError)
      expect(failed.reason._tag).toBe("UnexpectedResponse")
    }).pipe(
      Effect.provide(
        layer({ faults: [{ operation: "getLicenseUsers", fault: { type: "response", json: { entities: 1 } } }] })
      )
    )
  )
})
