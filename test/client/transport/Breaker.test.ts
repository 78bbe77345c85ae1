import { describe, expect, it } from "@effect/vitest"
import { CurrentCallOptions, type LicenseError, LicenseService } from "@genesys-license/client"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import { type Answer, json, reply, reset, type Script, StubApi } from "../../support/StubApi.ts"
import { always, clientCredentials, failureOf } from "../clients.ts"
import { elapse } from "../virtualTime.ts"

/** Opens after two failures in a row, for half a minute. */
const breaker = CircuitBreaker.layer({
  tripPolicy: CircuitBreaker.consecutive(2),
  openDuration: "30 seconds"
}).pipe(Layer.provide(CircuitBreaker.layerStoreMemory()))

const client = LicenseService.layer({ region: "us-east-1", credentials: clientCredentials, retries: 0 })

const withBreaker = (
  api: Script,
  test: (
    license: LicenseService["Service"],
    server: StubApi["Service"]
  ) => Generator<Effect.Effect<any, LicenseError>, void, any>
) =>
  Effect.gen(function* () {
    const license = yield* LicenseService
    const server = yield* StubApi
    yield* Effect.gen(() => test(license, server))
  }).pipe(
    Effect.provide(client.pipe(Layer.provide(breaker), Layer.provideMerge(StubApi.layer({ api })))),
    elapse,
    always(0)
  )

const tags = (license: LicenseService["Service"], calls: number) =>
  Effect.forEach(Array.from({ length: calls }), () =>
    Effect.map(failureOf(license.getDefinitions), ({ reason }) => reason._tag)
  )

describe("A circuit breaker", () => {
  it.effect.each<readonly [string, Answer]>([
    ["a 503", reply(503)],
    ["a connection that breaks", reset]
  ])("opens after %s, and then nothing is sent", ([, answer]) =>
    withBreaker([answer], function* (license, server) {
      expect((yield* tags(license, 4)).slice(2)).toEqual(["CircuitOpen", "CircuitOpen"])
      expect(server.api).toHaveLength(2)
    })
  )

  it.effect.each([400, 403, 404, 429])("takes a %i for an answer, and stays closed", (status) =>
    withBreaker([reply(status, "", { "retry-after": "600" })], function* (license, server) {
      expect(yield* tags(license, 5)).not.toContain("CircuitOpen")
      expect(server.api).toHaveLength(5)
    })
  )

  it.effect("counts a call once, however often it was repeated", () =>
    withBreaker([reply(503)], function* (license, server) {
      const repeated = Effect.provideService(tags(license, 3), CurrentCallOptions, { retries: 2 })
      expect(yield* repeated).toEqual(["ServerError", "ServerError", "CircuitOpen"])
      expect(server.api).toHaveLength(6)
    })
  )

  it.effect("tells when it tries again, and closes when that goes well", () =>
    withBreaker([reply(503), reply(503), json([])], function* (license, server) {
      yield* tags(license, 2)
      const open = yield* failureOf(license.getDefinitions)
      expect(open.isRetryable).toBe(true)
      expect(Duration.toSeconds(open.retryAfter ?? Duration.zero)).toBe(30)
      expect(open.message).toContain("Nothing was sent")

      yield* Effect.sleep("30 seconds")
      yield* license.getDefinitions
      yield* license.getDefinitions
      expect(server.api).toHaveLength(4)
    })
  )

  it.effect("never opens for a client that was given none", () =>
    Effect.gen(function* () {
      expect(yield* tags(yield* LicenseService, 10)).not.toContain("CircuitOpen")
    }).pipe(Effect.provide(client.pipe(Layer.provide(StubApi.layer({ api: [reply(503)] })))), elapse)
  )
})
