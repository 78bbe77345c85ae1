/**
 * What must hold in whatever order answers come in: fast-check's scheduler decides
 * when each answer arrives, and finds the shortest order that breaks a promise.
 */
import { describe, expect, it } from "@effect/vitest"
import { LicenseService } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { HttpClient } from "effect/http"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { type Answer, json, reply, StubApi, tokens } from "../support/StubApi.ts"
import { clientCredentials } from "./clients.ts"
import { settle } from "./virtualTime.ts"

/** A seed, so that a failure in one run is there in the next. */
const settings = { seed: 20_261_123, numRuns: 60 }

/** An answer that is decided on arrival, and comes when the scheduler lets it. */
const scheduled =
  (scheduler: fc.Scheduler, answer: Answer): Answer =>
  (request, sent) =>
    Effect.flatMap(answer(request, sent), (decided) =>
      Effect.promise(() => scheduler.schedule(Promise.resolve(), `${sent.method} ${sent.url.pathname}`)).pipe(
        Effect.as(decided)
      )
    )

const client = LicenseService.layer({ region: "us-east-1", credentials: clientCredentials })

const run = <A>(
  program: Effect.Effect<A, unknown, LicenseService | StubApi | HttpClient.HttpClient>,
  scripts: Parameters<typeof StubApi.layer>[0]
): Promise<A> =>
  program.pipe(
    Effect.provide(client.pipe(Layer.provideMerge(StubApi.layer(scripts)), Layer.provideMerge(TestClock.layer()))),
    Effect.runPromise
  )

/** Lets the scheduler answer until nothing waits for an answer any more. */
const answerAll = (scheduler: fc.Scheduler) =>
  Effect.gen(function* () {
    yield* settle
    while (scheduler.count() > 0) {
      yield* Effect.promise(() => scheduler.waitOne())
      yield* settle
    }
  })

describe("A token", () => {
  it("is fetched once, and once more when it is revoked, whoever asks, gives up, or hears of it late", () =>
    fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { minLength: 2, maxLength: 8 }),
        fc.nat({ max: 12 }),
        async (scheduler, leaves, revokedAfter) => {
          let arrived = 0
          await run(
            Effect.gen(function* () {
              const license = yield* LicenseService
              const server = yield* StubApi
              const calls = yield* Effect.forEach(leaves, () =>
                Effect.forkChild(license.getDefinitions, { startImmediately: true })
              )
              yield* settle
              // Some go before their answer has come.
              for (const [n, fiber] of calls.entries()) if (leaves[n]) yield* Fiber.interrupt(fiber)
              yield* answerAll(scheduler)
              const late = yield* Effect.forkChild(license.getDefinitions, { startImmediately: true })
              yield* answerAll(scheduler)

              const staying = calls.filter((_, n) => !leaves[n])
              for (const fiber of [...staying, late]) expect(Exit.isSuccess(yield* Fiber.await(fiber))).toBe(true)
              const replaced = server.api.some(({ headers }) => headers["authorization"] === "Bearer CANARY-token-2")
              expect(server.token).toHaveLength(replaced ? 2 : 1)
              // At most one replay for each call.
              expect(server.api.length).toBeLessThanOrEqual(2 * (leaves.length + 1))
            }),
            {
              // The first token dies once so many requests have come.
              api: (sent) => {
                const revoked = ++arrived > revokedAfter && sent.headers["authorization"] === "Bearer CANARY-token-1"
                return scheduled(scheduler, revoked ? reply(401, `{"code":"bad.credentials"}`) : json([]))
              },
              token: (sent, attempt) =>
                scheduled(scheduler, (tokens as Exclude<typeof tokens, ReadonlyArray<Answer>>)(sent, attempt))
            }
          )
        }
      ),
      settings
    ))
})

describe("The rate limit", () => {
  const allowed = 10
  const windowMillis = 6_000

  it("is never overrun by 50 fibers, none of which is lost, in whatever order the answers come", () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        let now = 0
        let window = { opened: Number.NEGATIVE_INFINITY, count: 0 }
        let refused = 0
        await run(
          Effect.gen(function* () {
            const license = yield* LicenseService
            // The first answer tells the limit; until then the default is assumed.
            const first = yield* Effect.forkChild(license.getDefinitions, { startImmediately: true })
            yield* answerAll(scheduler)
            yield* Fiber.join(first)
            const calls = yield* Effect.forEach(Array.from({ length: 50 }), () =>
              Effect.forkChild(license.getDefinitions, { startImmediately: true })
            )
            yield* answerAll(scheduler)
            // Time goes on only when all who were let through have their answer.
            while (calls.some((call) => call.pollUnsafe() === undefined) && now < 60_000) {
              now += 500
              yield* TestClock.adjust("500 millis")
              yield* answerAll(scheduler)
            }
            for (const call of calls) expect(call.pollUnsafe()?._tag).toBe("Success")
            expect(refused).toBe(0)
          }),
          {
            api: () => {
              if (now >= window.opened + windowMillis) window = { opened: now, count: 0 }
              const left = Math.ceil((window.opened + windowMillis - now) / 1000)
              if (window.count >= allowed) {
                refused += 1
                return scheduled(scheduler, reply(429, "", { "retry-after": String(left) }))
              }
              window.count += 1
              return scheduled(
                scheduler,
                json([], {
                  "inin-ratelimit-allowed": String(allowed),
                  "inin-ratelimit-count": String(window.count),
                  "inin-ratelimit-reset": String(left)
                })
              )
            }
          }
        )
      }),
      { ...settings, numRuns: 30 }
    ))

  it("closes for 50 fibers at one 429, and lets all of them through afterwards", () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat({ max: 49 }), async (scheduler, unlucky) => {
        const times: Array<number> = []
        let now = 0
        await run(
          Effect.gen(function* () {
            const license = yield* LicenseService
            const calls = yield* Effect.forEach(Array.from({ length: 50 }), () =>
              Effect.forkChild(license.getDefinitions, { startImmediately: true })
            )
            yield* answerAll(scheduler)
            // All but one have had their answer; who comes now waits, too.
            const late = yield* Effect.forEach(Array.from({ length: 50 }), () =>
              Effect.forkChild(license.getDefinitions, { startImmediately: true })
            )
            yield* settle
            const before = times.length
            for (const millis of [4_900, ...Array.from({ length: 12 }, () => 100)]) {
              now += millis
              yield* TestClock.adjust(millis)
              yield* answerAll(scheduler)
              if (now < 5_000) expect(times.length).toBe(before)
            }
            for (const call of [...calls, ...late]) expect(call.pollUnsafe()?._tag).toBe("Success")
            // Not as a herd: they left at several times.
            expect(new Set(times.slice(before)).size).toBeGreaterThan(2)
          }),
          {
            api: (_, attempt) => {
              times.push(now)
              return scheduled(scheduler, attempt === unlucky + 1 ? reply(429, "", { "retry-after": "5" }) : json([]))
            }
          }
        )
      }),
      { ...settings, numRuns: 30 }
    ))
})
