/**
 * What must hold in whatever order requests arrive and answers come in: fast-check's
 * scheduler decides when each of them does, and finds the shortest order that breaks
 * a promise. What is answered is the emulator's business.
 */
import { describe, expect, it } from "@effect/vitest"
import { LicenseService } from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { Wire } from "../support/Wire.ts"
import { clientCredentials } from "./clients.ts"
import { settle } from "./virtualTime.ts"

/** A seed, so that a failure in one run is there in the next. */
const settings = { seed: 20_261_123, numRuns: 60 }

/** What is sent arrives, and what is answered comes, when the scheduler lets it. */
const layerScheduled = (scheduler: fc.Scheduler) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      HttpClient.HttpClient,
      HttpClient.transform((send, { method, url }) => {
        const turn = (event: string) =>
          Effect.promise(() => scheduler.schedule(Promise.resolve(), `${method} ${url} ${event}`))
        return turn("arrives").pipe(
          Effect.andThen(send),
          Effect.tap(() => turn("is answered"))
        )
      })
    )
  )

const client = LicenseService.layer({ region: "us-east-1", credentials: clientCredentials })

const run = <A>(
  program: Effect.Effect<A, unknown, LicenseService | Wire | Emulator>,
  scheduler: fc.Scheduler,
  emulator: EmulatorOptions
): Promise<A> =>
  program.pipe(
    // Jitter, and not the tokens: they would be the correlation ids of another run.
    Random.withSeed("races"),
    Effect.provide(
      client.pipe(
        Layer.provideMerge(Wire.layer()),
        Layer.provide(layerScheduled(scheduler)),
        Layer.provideMerge(Emulator.layerTest({ users: [], ...emulator })),
        Layer.provideMerge(TestClock.layer())
      )
    ),
    Effect.runPromise
  )

/** Lets the scheduler go on until nothing is on its way any more. */
const deliverAll = (scheduler: fc.Scheduler) =>
  Effect.gen(function* () {
    yield* settle
    while (scheduler.count() > 0) {
      yield* Effect.promise(() => scheduler.waitOne())
      yield* settle
    }
  })

/** The same, and what is repeated a second later because its token was new. */
const deliverAllInTime = (scheduler: fc.Scheduler) =>
  Effect.gen(function* () {
    yield* deliverAll(scheduler)
    yield* TestClock.adjust("1 second")
    yield* deliverAll(scheduler)
  })

describe("A token", () => {
  it("is fetched once, and once more when it is revoked, whoever asks, gives up, or hears of it late", () =>
    fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { minLength: 2, maxLength: 8 }),
        fc.nat({ max: 12 }),
        (scheduler, leaves, revokedAfter) =>
          run(
            Effect.gen(function* () {
              const license = yield* LicenseService
              const wire = yield* Wire
              const { faults } = yield* Emulator
              const calls = yield* Effect.forEach(leaves, () =>
                Effect.forkChild(license.getDefinitions, { startImmediately: true })
              )
              yield* settle
              // Some go before their answer has come.
              for (const [n, fiber] of calls.entries()) if (leaves[n]) yield* Fiber.interrupt(fiber)
              yield* deliverAllInTime(scheduler)
              const late = yield* Effect.forkChild(license.getDefinitions, { startImmediately: true })
              yield* deliverAllInTime(scheduler)

              const staying = calls.filter((_, n) => !leaves[n])
              for (const fiber of [...staying, late]) expect(Exit.isSuccess(yield* Fiber.await(fiber))).toBe(true)
              // One that all have left was fetched for nobody.
              const abandoned = staying.length === 0 ? 1 : 0
              const [revocation] = yield* faults.rules
              expect(wire.token).toHaveLength(abandoned + 1 + revocation!.fired)
              // At most one replay for each call.
              expect(wire.api.length).toBeLessThanOrEqual(2 * (leaves.length + 1))
            }),
            scheduler,
            // The first token dies once so many requests have come.
            {
              faults: [{ operation: "getLicenseDefinitions", nth: revokedAfter + 1, fault: { type: "revoke" } }]
            }
          )
      ),
      settings
    ))
})

describe("The rate limit", () => {
  it("is never overrun by 50 fibers, none of which is lost, in whatever order the answers come", () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), (scheduler) =>
        run(
          Effect.gen(function* () {
            const license = yield* LicenseService
            const { journal } = yield* Emulator
            // The first answer tells the limit; until then the default is assumed.
            const first = yield* Effect.forkChild(license.getDefinitions, { startImmediately: true })
            yield* deliverAll(scheduler)
            yield* Fiber.join(first)
            const calls = yield* Effect.forEach(Array.from({ length: 50 }), () =>
              Effect.forkChild(license.getDefinitions, { startImmediately: true })
            )
            yield* deliverAll(scheduler)
            // Time goes on only when all who were let through have their answer.
            for (let now = 0; calls.some((call) => call.pollUnsafe() === undefined) && now < 60_000; now += 500) {
              yield* TestClock.adjust("500 millis")
              yield* deliverAll(scheduler)
            }
            for (const call of calls) expect(call.pollUnsafe()?._tag).toBe("Success")
            yield* journal.verify({ status: 429, times: 0 })
          }),
          scheduler,
          { rateLimit: { requests: 10, window: "6 seconds" } }
        )
      ),
      { ...settings, numRuns: 30 }
    ))

  it("closes for 50 fibers at one 429, and lets all of them through afterwards", () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat({ max: 49 }), (scheduler, unlucky) =>
        run(
          Effect.gen(function* () {
            const license = yield* LicenseService
            const wire = yield* Wire
            const calls = yield* Effect.forEach(Array.from({ length: 50 }), () =>
              Effect.forkChild(license.getDefinitions, { startImmediately: true })
            )
            yield* deliverAll(scheduler)
            // All but one have had their answer; who comes now waits, too.
            const late = yield* Effect.forEach(Array.from({ length: 50 }), () =>
              Effect.forkChild(license.getDefinitions, { startImmediately: true })
            )
            yield* settle
            const before = wire.times.length
            let now = 0
            for (const millis of [4_900, ...Array.from({ length: 12 }, () => 100)]) {
              now += millis
              yield* TestClock.adjust(millis)
              yield* deliverAll(scheduler)
              if (now < 5_000) expect(wire.times).toHaveLength(before)
            }
            for (const call of [...calls, ...late]) expect(call.pollUnsafe()?._tag).toBe("Success")
            // Not as a herd: they left at several times.
            expect(new Set(wire.times.slice(before)).size).toBeGreaterThan(2)
          }),
          scheduler,
          {
            faults: [
              {
                operation: "getLicenseDefinitions",
                nth: unlucky + 1,
                fault: { type: "status", status: 429, retryAfter: 5 }
              }
            ]
          }
        )
      ),
      { ...settings, numRuns: 30 }
    ))
})
