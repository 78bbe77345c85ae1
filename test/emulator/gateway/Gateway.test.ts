import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { call } from "../Caller.ts"

const elsewhere = [
  "/api/v2/users/",
  "/api/v2/license/users/?pageSize=1",
  "//api/v2/users",
  "/api//v2/users",
  "/API/v2/users",
  "/api/v2/Users",
  "/api/v2/license/users//ann"
]

describe("a path that is similar to one of the API", () => {
  for (const path of elsewhere) {
    it.effect(`is 404: ${path}`, () =>
      Effect.gen(function* () {
        const { journal } = yield* Emulator
        expect(yield* call("GET", path)).toMatchObject({ status: 404, body: { code: "not.found" } })
        expect((yield* journal.requests).map(({ operation }) => operation)).toEqual([undefined])
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  }

  it.live("is 404 on a socket", () =>
    Effect.gen(function* () {
      const { url } = yield* Server
      const { oauth } = yield* Emulator
      const headers = { authorization: `Bearer ${Redacted.value(yield* oauth.issue())}` }
      for (const path of elsewhere) {
        const response = yield* Effect.promise(() => fetch(url + path, { headers }))
        expect([path, response.status]).toEqual([path, 404])
        yield* Effect.promise(() => response.arrayBuffer())
      }
    }).pipe(Effect.provide(Server.layer()))
  )
})

describe("a parameter that is sent twice", () => {
  for (const [query, expected] of [
    ["pageSize=1&pageSize=1", 400],
    ["pageNumber=1&pageNumber=2", 400],
    ["state=any&state=active", 400],
    ["expand=groups&expand=groups", 200],
    ["other=1&other=2", 200]
  ] as const) {
    it.effect(`is ${expected === 200 ? "accepted if it may repeat or is unknown" : "refused"}: ${query}`, () =>
      Effect.gen(function* () {
        const { body, status } = yield* call("GET", `/api/v2/users?${query}`)
        expect(status).toBe(expected)
        if (query.startsWith("page")) expect(body.message).toMatch(/Allowable values are: one value$/)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  }
})
