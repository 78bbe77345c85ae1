import { CurrentCallOptions, type LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import { type Answer, error, ok, reset, type Script } from "../../answers.ts"
import { failureOf, withAnswers } from "../../clients.ts"

/** Opens after two failures in a row, for half a minute. */
const breaker = CircuitBreaker.layer({
  tripPolicy: CircuitBreaker.consecutive(2),
  openDuration: "30 seconds"
}).pipe(Layer.provide(CircuitBreaker.layerStoreMemory()))

const withBreaker = (api: Script, test: Parameters<typeof withAnswers<void>>[1]) =>
  Effect.flatMap(CircuitBreaker.CircuitBreaker, (circuitBreaker) =>
    withAnswers({ api, retries: 0, circuitBreaker }, test)
  ).pipe(Effect.provide(breaker))

const tags = (license: LicenseService["Service"], calls: number) =>
  Effect.forEach(Array.from({ length: calls }), () =>
    Effect.map(failureOf(license.getDefinitions), ({ reason }) => reason._tag)
  )

describe("A circuit breaker", () => {
  it.effect.each<readonly [string, Answer]>([
    ["a 503", error(503)],
    ["a connection that breaks", reset]
  ])("opens after %s, and then nothing is sent", ([, answer]) =>
    withBreaker([answer], function* (license, server) {
      expect((yield* tags(license, 4)).slice(2)).toEqual(["CircuitOpen", "CircuitOpen"])
      expect(server.api).toHaveLength(2)
    })
  )

  it.effect.each([400, 403, 404, 429])("takes a %i for an answer, and stays closed", (status) =>
    withBreaker([[{ type: "status", status, retryAfter: 600 }]], function* (license, server) {
      expect(yield* tags(license, 5)).not.toContain("CircuitOpen")
      expect(server.api).toHaveLength(5)
    })
  )

  it.effect("counts a call once, however often it was repeated", () =>
    withBreaker([error(503)], function* (license, server) {
      const repeated = Effect.provideService(tags(license, 3), CurrentCallOptions, { retries: 2 })
      expect(yield* repeated).toEqual(["ServerError", "ServerError", "CircuitOpen"])
      expect(server.api).toHaveLength(6)
    })
  )

  it.effect("tells when it tries again, and closes when that goes well", () =>
    withBreaker([error(503), error(503), ok], function* (license, server) {
      yield* tags(license, 2)
      const open = yield* failureOf(license.getDefinitions)
      expect(open.isRetryable).toBe(true)
      expect(Duration.toSeconds(open.retryAfter ?? Duration.zero)).toBe(30)
      expect(open.message).toContain("The request was not sent: ")

      yield* Effect.sleep("30 seconds")
      yield* license.getDefinitions
      yield* license.getDefinitions
      expect(server.api).toHaveLength(4)
    })
  )

  it.effect("never opens for a client that was given none, whatever the program has one for", () =>
    withAnswers({ api: [error(503)], retries: 0 }, function* (license) {
      expect(yield* tags(license, 10)).not.toContain("CircuitOpen")
    }).pipe(Effect.provide(breaker))
  )
})
