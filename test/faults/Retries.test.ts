import { expect, it } from "@effect/vitest"
import { CurrentCallOptions } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import { failure, overEachClient } from "../support/Attack.ts"
import { close, cut, error, reset } from "../support/HostileServer.ts"

overEachClient("Retries", (attack) => {
  it.live.each([408, 500, 502, 503, 504])("repeat a read with status %i three times", (status) =>
    attack(function* (server, license) {
      server.always(error(status))
      const failed = yield* failure(license.getDefinitions)
      expect(failed).toMatchObject({ attempts: 4, reason: { _tag: "ServerError", status } })
      expect(server.calls).toHaveLength(4)
    })
  )

  it.live.each([400, 402, 404, 405, 406, 409, 410, 412, 413, 415, 418, 422, 425, 451, 499, 501, 505, 507, 511, 599])(
    "do not repeat a request with status %i",
    (status) =>
      attack(function* (server, license) {
        server.always(error(status))
        const failed = yield* failure(license.getDefinitions)
        expect(failed.attempts).toBe(1)
        expect(["Refused", "NotFound", "ServerError", "NetworkLogin"]).toContain(failed.reason._tag)
        expect(server.calls).toHaveLength(1)
      })
  )

  it.live("repeat the POSTs that only read", () =>
    attack(function* (server, license) {
      for (const call of [
        license.getUsers(["a"]),
        license.inferFromRoles(["a"]),
        license.inferFromPermissions(["a"])
      ] as const) {
        const before = server.calls.length
        server.next(error(503), reset, error(504))
        yield* call
        expect(server.calls).toHaveLength(before + 4)
      }
    })
  )

  it.live("end with the first usable answer", () =>
    attack(function* (server, license) {
      server.next(error(503), error(503), error(503))
      expect(yield* license.getDefinitions).toHaveLength(1)
      expect(server.calls).toHaveLength(4)
    })
  )

  it.live.each([0, 1, 2, 5])("are exactly %i for every mix of failures", (retries) =>
    attack({ retries }, function* (server, license) {
      const mix = [error(503), reset, error(500), close, cut("[", "reset"), error(504), error(502)]
      server.next(...mix.slice(0, retries + 1))
      const failed = yield* failure(license.getDefinitions)
      expect(failed.attempts).toBe(retries + 1)
      expect(server.calls).toHaveLength(retries + 1)
    })
  )

  it.live("are counted separately from waits for the rate limit", () =>
    attack({ retries: 1 }, function* (server, license) {
      server.next(error(429), error(503), error(429), error(503), error(429))
      const failed = yield* failure(license.getDefinitions)
      expect(failed).toMatchObject({ attempts: 4, reason: { _tag: "ServerError" } })
    })
  )

  it.live("can be set for one call", () =>
    attack(function* (server, license) {
      server.always(error(503))
      yield* failure(license.getDefinitions.pipe(Effect.provideService(CurrentCallOptions, { retries: 0 })))
      expect(server.calls).toHaveLength(1)
      yield* failure(license.getDefinitions)
      expect(server.calls).toHaveLength(5)
    })
  )

  it.live("are used up when most calls fail, and return when calls succeed", () =>
    attack({ rateLimit: { limit: 10_000, window: "60 seconds" } }, function* (server, license) {
      server.always(error(503))
      const failures = yield* Effect.forEach(Array.from({ length: 35 }), () => failure(license.getDefinitions))
      expect(failures.map((failed) => failed.attempts)).toEqual([...Array<number>(33).fill(4), 2, 1])
      expect(failures[32]!.retryQuotaExhausted).toBeUndefined()
      expect(failures[34]!.retryQuotaExhausted).toBe(true)
      expect(failures[34]!.message).toContain("not retried: too many recent failures")

      server.next(...Array.from({ length: 5 }, () => (response: any) => response.end("[]")))
      for (let n = 0; n < 5; n++) yield* license.getDefinitions
      expect((yield* failure(license.getDefinitions)).attempts).toBe(2)
    })
  )
})
