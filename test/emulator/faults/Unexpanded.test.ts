import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import * as Effect from "effect/Effect"
import { call } from "../Caller.ts"

const expandable = ["authorization", "dateLastLogin", "groups", "lastTokenIssued"]
const query = "expand=authorization.unusedRoles&expand=dateLastLogin&expand=groups&expand=lasttokenissued"
const date = "2026-11-01T00:00:00.000Z"

const emulator = (fault: Fault, users = 1) =>
  Effect.provide(
    Emulator.layerTest({
      users: Array.from({ length: users }, (_, n) => ({ id: `user-${n}`, licenses: ["cloudCX2"] })),
      people: Array.from({ length: users }, (_, n) => ({
        id: `user-${n}`,
        dateLastLogin: date,
        lastTokenIssued: { dateIssued: date }
      })),
      faults: [{ operation: ["getUsers", "getUser"], fault }]
    })
  )

const expandedOf = (person: object) => expandable.filter((name) => name in person)

describe("unexpanded", () => {
  it.effect("leaves out only expanded fields, for a list of users and for one user", () =>
    Effect.gen(function* () {
      const { body, headers } = yield* call("GET", `/api/v2/users?${query}`)
      expect(expandedOf(body.entities[0])).toEqual([])
      expect(body).toMatchObject({ total: 1, entities: [{ id: "user-0", name: expect.any(String) }] })
      expect(headers["inin-ratelimit-count"]).toBe("1")
      const alone = yield* call("GET", `/api/v2/users/user-0?${query}`)
      expect(expandedOf(alone.body)).toEqual([])
      expect(alone.body.id).toBe("user-0")
    }).pipe(emulator({ type: "unexpanded" }))
  )

  it.effect("leaves out the named expansions, such as unused roles but not roles", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", `/api/v2/users?${query}`)
      expect(expandedOf(body.entities[0])).toEqual(["authorization", "groups", "lastTokenIssued"])
      expect(body.entities[0].authorization.roles.length).toBeGreaterThan(0)
      expect("unusedRoles" in body.entities[0].authorization).toBe(false)
    }).pipe(emulator({ type: "unexpanded", expand: ["dateLastLogin", "authorization.unusedRoles"] }))
  )

  it.effect("applies to a share of the users, which the seed decides", () => {
    const missing = Effect.gen(function* () {
      const { body } = yield* call("GET", `/api/v2/users?${query}&pageSize=100`)
      return body.entities.filter((person: object) => expandedOf(person).length === 0).map(({ id }: any) => id)
    }).pipe(emulator({ type: "unexpanded", share: 0.3 }, 100))
    return Effect.gen(function* () {
      const ids = yield* missing
      expect(ids.length).toBeGreaterThan(10)
      expect(ids.length).toBeLessThan(60)
      expect(yield* missing).toEqual(ids)
    })
  })

  it.effect("does not change an error", () =>
    Effect.gen(function* () {
      expect((yield* call("GET", "/api/v2/users/nobody")).body.code).toBe("general.resource.not.found")
    }).pipe(emulator({ type: "unexpanded" }))
  )
})
