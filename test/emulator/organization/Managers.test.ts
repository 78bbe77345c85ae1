import { describe, expect, it } from "@effect/vitest"
import * as MadeUp from "@genesys-license/emulator/organization/MadeUp"
import { rankOf } from "@genesys-license/emulator/organization/Managers"
import { Organization } from "@genesys-license/emulator/organization/Organization"
import * as Effect from "effect/Effect"

const seed = "acme"
const rank = (id: string) => rankOf(MadeUp.about(seed, id))
const managersOf = (organization: Organization["Service"]) =>
  Effect.map(
    organization.users,
    (users) => new Map(users.map(({ id }) => [id, organization.directory.person(id)?.manager?.id]))
  )

describe("managers", () => {
  it.effect("are active users one rank above, and only the highest rank has none", () =>
    Effect.gen(function* () {
      const organization = yield* Organization.make({ seed, users: 2000 })
      const active = new Set(organization.directory.inState("active"))
      const managers = yield* managersOf(organization)
      expect(managers.size).toBe(2000)
      for (const [id, manager] of managers) {
        if (rank(id) === 2) expect(manager).toBeUndefined()
        else {
          expect(active.has(manager!)).toBe(true)
          expect(rank(manager!)).toBe(rank(id) + 1)
        }
      }
      const teams = new Set([...managers].filter(([id]) => rank(id) === 0).map(([, manager]) => manager))
      expect(teams.size).toBeGreaterThan(50)
    })
  )

  it.effect("do not depend on the order of users, and hardly change when a user leaves", () =>
    Effect.gen(function* () {
      const organization = yield* Organization.make({ seed, users: 2000 })
      const before = yield* managersOf(organization)
      yield* organization.updateUsers((users) => users.toReversed())
      expect(yield* managersOf(organization)).toEqual(new Map([...before].toReversed()))
      const lead = [...before.keys()].find((id) => rank(id) === 1)
      yield* organization.updateUsers((users) => users.filter(({ id }) => id !== lead))
      for (const [id, manager] of yield* managersOf(organization)) {
        if (before.get(id) !== lead) expect(manager).toBe(before.get(id))
        else expect(manager).not.toBe(lead)
      }
    })
  )

  it.effect("are not generated for users with custom ids, but can be configured", () =>
    Effect.gen(function* () {
      const organization = yield* Organization.make({
        users: ["ann", "bob"].map((id) => ({ id, licenses: [] })),
        people: [{ id: "bob", manager: { id: "ann", name: "Ann" } }]
      })
      expect([...(yield* managersOf(organization)).values()]).toEqual([undefined, "ann"])
    })
  )
})
