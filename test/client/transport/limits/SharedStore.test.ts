/** Processes that share a token and the store of its budget, beside the window of the server. */
import { describe, expect, it } from "@effect/vitest"
import { GenesysCloud, layerWith, LicenseService } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Random from "effect/Random"
import { serviceOf } from "../../clients.ts"
import { elapse } from "../../virtualTime.ts"

const limit = 300
const windowMillis = 20_000

const sometimes = (from: number, to: number) => Effect.flatMap(Random.nextIntBetween(from, to), Effect.sleep)

/** Requests and answers overtake each other. */
const far = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(HttpClient.HttpClient, (http) =>
    HttpClient.transform(http, (send) =>
      sometimes(5, 150).pipe(
        Effect.andThen(send),
        Effect.tap(() => sometimes(5, 50))
      )
    )
  )
)

/** The store takes its time, too. */
const layerStore = Layer.effect(
  RateLimiter.RateLimiter,
  Effect.map(RateLimiter.RateLimiter, (limiter) => ({
    ...limiter,
    consume: (options) => Effect.andThen(sometimes(1, 5), limiter.consume(options))
  }))
).pipe(Layer.provide(RateLimiter.layer), Layer.provide(RateLimiter.layerStoreMemory))

type Process = LicenseService["Service"]

const times = (process: Process, requests: number, concurrency = 8) =>
  Effect.forEach(Array.from({ length: requests }), () => process.inferFromRoles([]), { concurrency, discard: true })

/** What four processes have asked for by the time that `program` is over. */
const fourProcesses = (
  program: (processes: readonly [Process, Process, Process, Process]) => Effect.Effect<void, unknown>
) =>
  Effect.gen(function* () {
    const { journal, oauth } = yield* Emulator
    const accessToken = yield* oauth.issue()
    const one = serviceOf(
      LicenseService,
      Layer.fresh(layerWith({ callTimeout: "1 hour" })).pipe(
        Layer.provide(GenesysCloud.layer({ region: "us-east-1", credentials: { _tag: "AccessToken", accessToken } }))
      )
    )
    yield* program([yield* one, yield* one, yield* one, yield* one])
    const seen = yield* journal.requests
    return {
      refused: seen.filter(({ status }) => status === 429).length,
      times: seen
        .filter(({ status }) => status === 200)
        .map(({ at }) => at)
        .toSorted((a, b) => a - b)
    }
  }).pipe(
    Effect.scoped,
    Effect.provide([layerStore, far]),
    Effect.provide(Emulator.layerTest({ users: 1, rateLimit: { requests: limit, window: `${windowMillis} millis` } })),
    elapse,
    Random.withSeed("genesys-license")
  )

/** When the windows of the server opened. */
const windowsOf = (times: ReadonlyArray<number>) => {
  const opened: Array<number> = []
  for (const at of times) if (opened.length === 0 || at >= opened.at(-1)! + windowMillis) opened.push(at)
  return opened
}

describe("processes that share a store", () => {
  it.effect.each([
    ["at the same time", [0, 0, 0, 0]],
    ["one after the other", [0, 1_500, 4_200, 9_000]]
  ] as const)("use the window of the server in full, and meet no 429, if they begin %s", ([, starts]) =>
    Effect.gen(function* () {
      const { refused, times: all } = yield* fourProcesses((processes) =>
        Effect.forEach(processes, (process, n) => Effect.delay(times(process, limit), starts[n]!), {
          concurrency: "unbounded",
          discard: true
        })
      )
      const opened = windowsOf(all)
      expect(refused).toBe(0)
      expect(opened).toHaveLength(4)
      expect((3 * windowMillis) / (opened[3]! - opened[0]!)).toBeGreaterThanOrEqual(0.995)
    })
  )

  it.effect("do so, too, when one of them has begun slowly, and meet hardly a 429", () =>
    Effect.gen(function* () {
      const { refused, times: all } = yield* fourProcesses((processes) =>
        Effect.gen(function* () {
          // The store forgets each before the next; the server counts all in one window.
          for (let n = 0; n < 40; n++) yield* Effect.delay(times(processes[0], 1), 250)
          yield* Effect.forEach(processes, (process) => times(process, limit), {
            concurrency: "unbounded",
            discard: true
          })
        })
      )
      // Those on their way when the window fills up. It was 40 when the store was not corrected.
      expect(refused).toBeLessThanOrEqual(10)
      const opened = windowsOf(all)
      expect(opened).toHaveLength(5)
      expect(all.filter((at) => at < opened[1]!)).toHaveLength(limit)
      expect((4 * windowMillis) / (opened[4]! - opened[0]!)).toBeGreaterThanOrEqual(0.985)
    })
  )
})
