import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import type { DriftFault } from "@genesys-license/emulator/faults/Fault"
import * as MovingUsers from "@genesys-license/emulator/faults/MovingUsers"
import { maximumUsers } from "@genesys-license/emulator/organization/Population"
import * as Effect from "effect/Effect"
import { call } from "../Caller.ts"

const users = ["ann", "bob", "dan", "eve"].map((id) => ({ id, licenses: [] }))
const zoe = { id: "zoe", licenses: ["cloudCX2"] }

/** The list after a request, and the list in the answer of that request. */
const after = (drift: Omit<(typeof DriftFault)["Type"], "type">, seed?: string) =>
  Effect.gen(function* () {
    const { organization } = yield* Emulator
    const answer = yield* call("GET", "/api/v2/license/users")
    expect(answer.body.total).toBe(4)
    return (yield* organization.users).map(({ id }) => id)
  }).pipe(
    Effect.provide(Emulator.layerTest({ users, seed, faults: [{ times: 1, fault: { type: "drift", ...drift } }] }))
  )

describe("a drift", () => {
  const makes = (title: string, drift: Omit<(typeof DriftFault)["Type"], "type">, expected: ReadonlyArray<string>) =>
    it.effect(title, () => Effect.map(after(drift), (ids) => expect(ids).toEqual(expected)))

  makes("removes the first users by default", { leave: 1 }, ["bob", "dan", "eve"])
  makes("removes the last users at the end", { leave: 3, at: "end" }, ["ann"])
  makes("removes users from an index on", { leave: 2, at: 1 }, ["ann", "eve"])
  makes("removes users by id", { leave: ["eve", "nobody", "ann"] }, ["bob", "dan"])
  makes("removes at most all users", { leave: 9, at: "end" }, [])
  makes("adds a user at the start by default", { join: [zoe] }, ["zoe", "ann", "bob", "dan", "eve"])
  makes("adds a user at the end", { join: [zoe], at: "end" }, ["ann", "bob", "dan", "eve", "zoe"])
  makes("adds a user at an index", { join: [zoe], at: 2 }, ["ann", "bob", "zoe", "dan", "eve"])
  makes("adds a user at the end when the index is too large", { join: [zoe], at: 99 }, [
    ...users.map(({ id }) => id),
    "zoe"
  ])
  makes("adds users at the place where others left", { leave: 1, join: [zoe], at: 1 }, ["ann", "zoe", "dan", "eve"])

  it.effect("generates the same users for the same seed", () =>
    Effect.gen(function* () {
      const joined = Effect.fnUntraced(function* (seed: string) {
        return (yield* after({ join: 2, at: "end" }, seed)).slice(4)
      })
      const first = yield* joined("a")
      expect(first).toHaveLength(2)
      expect(new Set(first).size).toBe(2)
      for (const id of first) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
      expect(yield* joined("a")).toEqual(first)
      expect(yield* joined("b")).not.toEqual(first)
    })
  )

  it.effect("adds nobody to an organization of a million users", () =>
    Effect.gen(function* () {
      const full = Array.from({ length: maximumUsers - 1 }, (_, n) => ({ id: String(n), licenses: [] }))
      const join = [zoe, { id: "yan", licenses: [] }]
      const moved = (yield* MovingUsers.make({ type: "drift", join, at: "end" }, []))(full)
      expect(moved).toHaveLength(maximumUsers)
      expect(moved.at(-1)).toBe(zoe)
    })
  )

  it.effect("generates other users each time", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      for (let n = 0; n < 3; n++) yield* call("GET", "/api/v2/license/users")
      expect(new Set((yield* organization.users).map(({ id }) => id)).size).toBe(7)
    }).pipe(Effect.provide(Emulator.layerTest({ users, faults: [{ fault: { type: "drift", join: 1 } }] })))
  )
})
