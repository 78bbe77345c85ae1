import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import type { DriftFault } from "@genesys-license/emulator/faults/Fault"
import * as MovingUsers from "@genesys-license/emulator/faults/MovingUsers"
import { maximumUsers } from "@genesys-license/emulator/organization/Population"
import * as Effect from "effect/Effect"
import { call } from "../Caller.ts"

const users = ["ann", "bob", "dan", "eve"].map((id) => ({ id, licenses: [] }))
const zoe = { id: "zoe", licenses: ["cloudCX2"] }

/** Who is in the list after a request, and what the request itself was told. */
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

  makes("lets the first leave, unless it says where", { leave: 1 }, ["bob", "dan", "eve"])
  makes("lets the last leave", { leave: 3, at: "end" }, ["ann"])
  makes("lets those leave who stand at an index", { leave: 2, at: 1 }, ["ann", "eve"])
  makes("lets those leave who are named", { leave: ["eve", "nobody", "ann"] }, ["bob", "dan"])
  makes("lets everybody leave, and nobody more than that", { leave: 9, at: "end" }, [])
  makes("lets a user join at the start, unless it says where", { join: [zoe] }, ["zoe", "ann", "bob", "dan", "eve"])
  makes("lets a user join at the end", { join: [zoe], at: "end" }, ["ann", "bob", "dan", "eve", "zoe"])
  makes("lets a user join at an index", { join: [zoe], at: 2 }, ["ann", "bob", "zoe", "dan", "eve"])
  makes("lets a user join behind the last when the index is beyond", { join: [zoe], at: 99 }, [
    ...users.map(({ id }) => id),
    "zoe"
  ])
  makes("puts those who join where others left", { leave: 1, join: [zoe], at: 1 }, ["ann", "zoe", "dan", "eve"])

  it.effect("makes up who joins, always the same for the same seed", () =>
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

  it.effect("lets nobody join an organization of a million users", () =>
    Effect.gen(function* () {
      const full = Array.from({ length: maximumUsers - 1 }, (_, n) => ({ id: String(n), licenses: [] }))
      const join = [zoe, { id: "yan", licenses: [] }]
      const moved = (yield* MovingUsers.make({ type: "drift", join, at: "end" }, []))(full)
      expect(moved).toHaveLength(maximumUsers)
      expect(moved.at(-1)).toBe(zoe)
    })
  )

  it.effect("makes up others each time it happens", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      for (let n = 0; n < 3; n++) yield* call("GET", "/api/v2/license/users")
      expect(new Set((yield* organization.users).map(({ id }) => id)).size).toBe(7)
    }).pipe(Effect.provide(Emulator.layerTest({ users, faults: [{ fault: { type: "drift", join: 1 } }] })))
  )
})
