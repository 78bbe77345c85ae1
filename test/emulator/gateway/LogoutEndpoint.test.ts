import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import { call } from "../Caller.ts"

const path = "/api/v2/tokens/me"

describe("DELETE /api/v2/tokens/me", () => {
  it.effect("revokes the token of the request, and no other", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      const [token, other] = [yield* oauth.issue(), yield* oauth.issue()]
      const { body, headers, status } = yield* call("DELETE", path, { token })
      expect([status, body]).toEqual([200, undefined])
      expect(headers["inin-ratelimit-count"]).toBe("1")
      expect(yield* call("GET", "/api/v2/license/users", { token })).toMatchObject({
        status: 401,
        body: { code: "bad.credentials" }
      })
      expect((yield* call("DELETE", path, { token })).status).toBe(401)
      expect((yield* call("GET", "/api/v2/license/users", { token: other })).status).toBe(200)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("needs a token, and counts against its rate limit", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      expect((yield* call("DELETE", path, { token: null })).body.code).toBe("authentication.required")
      const token = yield* oauth.issue()
      yield* call("GET", "/api/v2/license/users", { token })
      expect((yield* call("DELETE", path, { token })).status).toBe(429)
    }).pipe(Effect.provide(Emulator.layerTest({ rateLimit: { requests: 1, window: "60 seconds" } })))
  )

  it.effect("is behind the path prefix of a gateway", () =>
    Effect.gen(function* () {
      expect((yield* call("DELETE", path)).status).toBe(404)
      expect((yield* call("DELETE", `/behind${path}`)).status).toBe(200)
    }).pipe(Effect.provide(Emulator.layerTest({ apiPrefix: "behind" })))
  )
})
