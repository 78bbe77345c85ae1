import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Stream from "effect/Stream"
import { type Answer, error, ok } from "../../answers.ts"
import { failureOf, withAnswers } from "../../clients.ts"

/** The counters of this program, by name, and by operation. */
const counted = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    yield* effect
    const counts: Record<string, Record<string, number>> = {}
    for (const { attributes, id, state } of yield* Metric.snapshot) {
      if (!id.startsWith("genesys_cloud_") || !("count" in state)) continue
      expect(Object.keys(attributes ?? {})).toEqual(["operation"])
      ;(counts[id.slice("genesys_cloud_".length, -"_total".length)] ??= {})[attributes!["operation"]!] = Number(
        state.count
      )
    }
    return counts
  }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))

const tooMany: Answer = [{ type: "status", status: 429, retryAfter: 1 }]
/** The right answer, which does not tell of any limit. */
const untold: Answer = [
  { type: "headers", remove: ["inin-ratelimit-allowed", "inin-ratelimit-count", "inin-ratelimit-reset"] }
]

describe("Metrics", () => {
  it.effect("count requests, retries, 429s and tokens by operation", () =>
    Effect.gen(function* () {
      const counts = yield* counted(
        withAnswers({ api: [error(503), tooMany, ok] }, (license) => license.getDefinitions)
      )
      expect(counts).toEqual({
        requests: { authenticate: 1, getLicenseDefinitions: 3 },
        retries: { getLicenseDefinitions: 1 },
        rate_limited: { getLicenseDefinitions: 1 },
        token_fetches: { authenticate: 1 }
      })
    })
  )

  it.effect.each([
    ["that the server tells of", { emulator: { rateLimit: { requests: 1, window: "1 second" } } }],
    ["of its own", { api: [untold], rateLimit: { limit: 1, window: "1 second" } }]
  ] as const)("count the waits for the budget %s", ([, answers]) =>
    Effect.gen(function* () {
      const counts = yield* counted(
        withAnswers(answers, (license) => Effect.andThen(license.getDefinitions, license.getDefinitions))
      )
      expect(counts["rate_limit_waits"]).toEqual({ getLicenseDefinitions: 1 })
    })
  )

  it.effect("count the entities of pages", () =>
    Effect.gen(function* () {
      const counts = yield* counted(
        withAnswers({ emulator: { users: 2 } }, (license) => Stream.runDrain(license.users()))
      )
      expect(counts["entities"]).toEqual({ getLicenseUsers: 2 })
    })
  )

  it.effect("do not count a retry that is not made", () =>
    Effect.gen(function* () {
      const counts = yield* counted(withAnswers({}, (license) => failureOf(license.getDefinition("none"))))
      expect(counts["retries"]).toBeUndefined()
    })
  )
})
