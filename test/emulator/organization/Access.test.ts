import { describe, expect, it } from "@effect/vitest"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import * as Access from "@genesys-license/emulator/organization/Access"
import { about, isMadeUp } from "@genesys-license/emulator/organization/MadeUp"
import { Organization } from "@genesys-license/emulator/organization/Organization"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { call } from "../Caller.ts"

/** All users, with their roles, the licenses that the roles need, and the licenses that they hold. */
const everybody = (options: EmulatorOptions) =>
  Effect.gen(function* () {
    const organization = yield* Organization.make(options)
    const { person } = organization.directory
    return yield* Effect.forEach(
      (yield* organization.users).filter(({ id }) => person(id)?.state === "active"),
      ({ id, licenses }) =>
        Effect.gen(function* () {
          const roles = person(id)?.authorization?.roles?.map(({ id }) => id) ?? []
          const needed = yield* organization.inferFromRoles(roles)
          return { id, licenses, needed, roles }
        })
    )
  })

const sorted = (ids: ReadonlyArray<string>) => [...ids].sort()

describe("the roles of generated people", () => {
  it.effect.prop(
    "need the licenses that these people hold, except for intended deviations",
    { seed: Schema.String },
    ({ seed }) =>
      Effect.gen(function* () {
        for (const { id, licenses, needed } of yield* everybody({ seed, users: 200 })) {
          switch (Access.deviationOf(about(seed, id))) {
            case undefined:
              expect(sorted(needed)).toEqual(sorted(licenses))
              break
            case "unneededSeat":
              expect(sorted(needed)).toEqual(sorted(licenses.slice(0, -1)))
              break
            case "missingSeat":
              expect(needed.some((license) => !licenses.includes(license))).toBe(true)
          }
        }
      }),
    { arbitrary: { seed: 20_261_127, runs: 30 } }
  )

  it.effect("deviate for about 4 and about 1 of 100 people", () =>
    Effect.gen(function* () {
      const people = yield* everybody({ users: 2000 })
      const count = (deviation: Access.Deviation) =>
        people.filter(({ id }) => Access.deviationOf(about("genesys-license", id)) === deviation).length / people.length
      expect(count("unneededSeat")).toBeCloseTo(0.04, 1)
      expect(count("unneededSeat")).toBeGreaterThan(0.02)
      expect(count("missingSeat")).toBeGreaterThan(0.003)
      expect(count("missingSeat")).toBeLessThan(0.02)
    })
  )

  it.effect("are granted directly, through groups, and in both ways", () =>
    Effect.gen(function* () {
      const organization = yield* Organization.make({ users: 500 })
      const rolesOf = new Map((yield* organization.export).groups?.map(({ id, roles }) => [id, roles]))
      const kinds = new Set<string>()
      for (const { id } of yield* organization.users) {
        const { groups, roles } = organization.directory.access(id)
        const inherited = groups.flatMap((group) => rolesOf.get(group) ?? [])
        for (const role of roles) kinds.add(inherited.includes(role) ? "both" : "direct")
        for (const role of inherited) if (!roles.includes(role)) kinds.add("group")
      }
      expect(sorted([...kinds])).toEqual(["both", "direct", "group"])
    })
  )

  it.effect("include permissions by id and by `*`", () =>
    Effect.gen(function* () {
      const people = yield* everybody({ users: 500 })
      const organization = yield* Organization.make()
      const had = new Set(people.flatMap(({ roles }) => roles))
      const permissions = organization.roles.filter(({ id }) => had.has(id)).flatMap(({ permissions }) => permissions)
      expect(permissions.some((id) => id.includes("*"))).toBe(true)
      expect(permissions.some((id) => !id.includes("*"))).toBe(true)
    })
  )
})

describe("a change of licenses", () => {
  it.effect("changes no role, so an audit finds it", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const rolesOf = Effect.map(
        call("GET", "/api/v2/users?id=ann&expand=authorization"),
        ({ body }) => body.entities[0].authorization.roles
      )
      const before = yield* rolesOf
      expect(before).toEqual([expect.objectContaining({ name: "Agent" })])
      yield* organization.assign([{ licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: ["ann"] }])
      expect(yield* rolesOf).toEqual(before)
      yield* organization.updateUsers((users) => [{ id: "bob", licenses: ["cloudCX3"] }, ...users])
      expect(yield* rolesOf).toEqual(before)
      expect(organization.directory.access("bob").roles).toHaveLength(1)
    }).pipe(Effect.provide(Emulator.layerTest({ users: [{ id: "ann", licenses: ["cloudCX2"] }] })))
  )
})

describe("groups", () => {
  const options: EmulatorOptions = {
    users: [
      { id: "ann", licenses: ["cloudCX2"] },
      { id: "bob", licenses: [] },
      { id: "eve", licenses: [] }
    ],
    roles: [
      { id: "agent", name: "Agent", permissions: ["routing:queue:join"] },
      { id: "planner", name: "Planner", permissions: ["wfm:*:*"] }
    ],
    groups: [{ id: "planning", name: "Planning", roles: ["planner"] }],
    people: [
      { id: "bob", groups: ["planning"] },
      { id: "eve", groups: ["planning"], roles: ["planner"] }
    ]
  }

  it.effect("give their roles to their members, who show only the id of the group", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/users?expand=authorization&expand=groups")
      expect(
        body.entities.map(({ authorization, groups, id }: any) => [
          id,
          groups,
          authorization.roles.map(({ id }: any) => id)
        ])
      ).toEqual([
        ["ann", [], ["agent"]],
        ["bob", [{ id: "planning" }], ["planner"]],
        ["eve", [{ id: "planning" }], ["planner"]]
      ])
    }).pipe(Effect.provide(Emulator.layerTest(options)))
  )

  it.effect("are listed among the holders of a role, and count each member once", () =>
    Effect.gen(function* () {
      const grants = yield* call("GET", "/api/v2/authorization/roles/planner/subjectgrants")
      expect(grants.body.entities).toEqual([
        { id: "planning", name: "Planning", type: "PC_GROUP", divisions: [{ id: "*" }] },
        { id: "eve", name: expect.any(String), type: "PC_USER", divisions: [expect.anything()] }
      ])
      const second = yield* call("GET", "/api/v2/authorization/roles/planner/subjectgrants?pageSize=1&pageNumber=2")
      expect(second.body).toMatchObject({ entities: [{ id: "eve" }], total: 2, pageCount: 2 })
      expect((yield* call("GET", "/api/v2/authorization/roles/planner")).body.userCount).toBe(2)
    }).pipe(Effect.provide(Emulator.layerTest(options)))
  )

  it.effect("are empty by default with custom roles", () =>
    Effect.gen(function* () {
      const organization = yield* Organization.make({ roles: options.roles })
      expect((yield* organization.export).groups).toEqual([])
      const ids = (yield* organization.users).map(({ id }) => id)
      expect(ids.every(isMadeUp)).toBe(true)
      expect(ids.flatMap((id) => organization.directory.access(id).groups)).toEqual([])
    })
  )
})
