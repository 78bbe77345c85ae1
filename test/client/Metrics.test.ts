import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Stream from "effect/Stream"
import { json, reply } from "../support/StubApi.ts"
import { failureOf, withStub } from "./clients.ts"

/** The counters of this program, by name, and by operation. */
const counted = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    yield* effect
    const counts: Record<string, Record<string, number>> = {}
    for (const { attributes, id, state } of yield* Metric.snapshot) {
      if (!id.startsWith("genesys_license_") || !("count" in state)) continue
      expect(Object.keys(attributes ?? {})).toEqual(["operation"])
      ;(counts[id.slice("genesys_license_".length, -"_total".length)] ??= {})[attributes!["operation"]!] = Number(
        state.count
      )
    }
    return counts
  }).pipe(Effect.provideService(Metric.MetricRegistry, new Map()))

const ok = json([])

describe("Metrics", () => {
  it.effect("count requests, retries, 429s and tokens by operation", () =>
    Effect.gen(function* () {
      const api = [reply(503), reply(429, "", { "retry-after": "1" }), ok]
      const counts = yield* counted(withStub({ api }, (license) => license.getDefinitions))
      expect(counts).toEqual({
        requests: { authenticate: 1, getLicenseDefinitions: 3 },
        retries: { getLicenseDefinitions: 1 },
        rate_limited: { getLicenseDefinitions: 1 },
        token_fetches: { authenticate: 1 }
      })
    })
  )

  it.effect("count the waits for the budget", () =>
    Effect.gen(function* () {
      const counts = yield* counted(
        withStub({ api: [ok], rateLimit: { limit: 1, window: "1 second" } }, (license) =>
          Effect.andThen(license.getDefinitions, license.getDefinitions)
        )
      )
      expect(counts["rate_limit_waits"]).toEqual({ getLicenseDefinitions: 1 })
    })
  )

  it.effect("count the users of pages", () =>
    Effect.gen(function* () {
      const page = { entities: [{ id: "a" }, { id: "b" }], pageNumber: 1, pageCount: 1 }
      const counts = yield* counted(withStub({ api: [json(page)] }, (license) => Stream.runDrain(license.users())))
      expect(counts["users"]).toEqual({ getLicenseUsers: 2 })
    })
  )

  it.effect("do not count a retry that is not made", () =>
    Effect.gen(function* () {
      const counts = yield* counted(withStub({ api: [reply(404)] }, (license) => failureOf(license.getDefinitions)))
      expect(counts["retries"]).toBeUndefined()
    })
  )
})
