import { RoleService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import * as RoleReport from "../../../packages/admin/src/look/RoleReport.ts"
import { asked, inOrganization, user } from "../organization.ts"

const roles = [
  { id: "agent", name: "Agent", permissions: ["conversation:call:add", "routing:queue:join"] },
  { id: "supervisor", name: "Supervisor", permissions: ["routing:queue:view", "performance:insights:view"] },
  { id: "free", name: "Free", permissions: ["authorization:grant:add"] }
]

const people = [
  { id: "ann", name: "Ann", roles: ["agent", "supervisor"] },
  { id: "bob", name: "Bob", roles: ["agent"] },
  { id: "eve", name: "Eve", roles: [] }
]

const organization = { roles, people, users: people.map(({ id }) => user(id)) }

/** A service whose list of roles leaves out the policies. */
const withSkinnyList = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  RoleService.use((service) =>
    Effect.provideService(effect, RoleService, {
      ...service,
      roles: (options) => Stream.map(service.roles(options), Struct.omit(["permissionPolicies"]))
    })
  )

describe("RoleReport", () => {
  it.effect("tells who has each role, what it needs, and which of its permissions cost it", () =>
    Effect.gen(function* () {
      const { drift: _, ...report } = yield* RoleReport.run({ listed: 1 })
      expect(report).toEqual({
        roles: [
          {
            roleId: "agent",
            name: "Agent",
            people: 2,
            listed: [{ userId: "ann", name: "Ann" }],
            costs: [{ licenseId: "cloudCX2", permissions: ["routing:queue:join"] }]
          },
          {
            roleId: "supervisor",
            name: "Supervisor",
            people: 1,
            listed: [{ userId: "ann", name: "Ann" }],
            costs: [{ licenseId: "cloudCX3", permissions: ["performance:insights:view"] }]
          },
          { roleId: "free", name: "Free", people: 0, listed: [], costs: [] }
        ],
        people: 3,
        unknown: 0
      })
    }).pipe(inOrganization(organization))
  )

  it.effect("counts those whose roles the server did not tell, under no role", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      yield* faults.add({
        operation: "getUsers",
        fault: { type: "patch", operations: [{ op: "remove", path: "/entities/0/authorization" }] }
      })
      const report = yield* RoleReport.run()
      expect(report).toMatchObject({ people: 3, unknown: 1 })
      expect(report.roles.map(({ people, roleId }) => [roleId, people])).toEqual([
        ["agent", 1],
        ["free", 0],
        ["supervisor", 0]
      ])
    }).pipe(inOrganization(organization))
  )

  it.effect("reads the policies of the roles that cost something where the list leaves them out", () =>
    Effect.gen(function* () {
      const { roles } = yield* withSkinnyList(RoleReport.run())
      expect(roles.flatMap(({ costs }) => costs.flatMap(({ permissions }) => permissions))).toEqual([
        "routing:queue:join",
        "performance:insights:view"
      ])
      expect(yield* asked).toMatchObject({ getAuthorizationRole: 2 })
    }).pipe(inOrganization(organization))
  )

  it.effect("tells which permissions that cost a license nobody uses, if it is asked and the server tells", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      const value = ["performance:insights:view", "routing:queue:view"]
      const told = { op: "add", path: "/unusedPermissions", value } as const
      const silent = { op: "remove", path: "/unusedPermissions" } as const
      const unusedIf = Effect.fnUntraced(function* (operation: typeof told | typeof silent, unused = true) {
        yield* faults.clear
        yield* faults.add({ operation: "getAuthorizationRole", fault: { type: "patch", operations: [operation] } })
        const { roles } = yield* RoleReport.run({ unused })
        return roles.flatMap(({ costs, roleId }) => costs.map(({ unused }) => [roleId, unused]))
      })
      // What a lesser license grants, too, costs nothing.
      expect(yield* unusedIf(told)).toEqual([
        ["agent", []],
        ["supervisor", ["performance:insights:view"]]
      ])
      expect(yield* unusedIf(silent)).toEqual([
        ["agent", undefined],
        ["supervisor", undefined]
      ])
      expect(yield* asked).toMatchObject({ getAuthorizationRole: 4 })
      yield* unusedIf(told, false)
      expect(yield* asked).toMatchObject({ getAuthorizationRole: 4 })
    }).pipe(inOrganization(organization))
  )

  it.effect("has a row for a role that only people tell of", () =>
    Effect.gen(function* () {
      const { roles } = yield* RoleReport.run()
      expect(roles.find(({ roleId }) => roleId === "new")).toEqual({
        roleId: "new",
        name: "new",
        people: 1,
        listed: [],
        costs: []
      })
    }).pipe(inOrganization({ roles, users: [user("ann")], people: [{ id: "ann", roles: ["new"] }] }))
  )

  it.effect("ends before it reads anybody where roles may not be read", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      yield* faults.add({ operation: "getAuthorizationRoles", fault: { type: "status", status: 403 } })
      const error = yield* Effect.flip(RoleReport.run())
      expect(error.message).toMatch(/Give one of its roles authorization:role:view\./)
      expect(yield* asked).not.toHaveProperty("getUsers")
    }).pipe(inOrganization(organization))
  )

  describe("of 250 roles over 10,000 people", () => {
    const permissions = Catalog.definitions.flatMap(({ permissions }) => permissions?.ids ?? [])
    const many = Array.from({ length: 250 }, (_, n) => ({
      id: `role-${n}`,
      name: `Role ${n}`,
      permissions: permissions.slice(n % permissions.length, (n % permissions.length) + 3)
    }))
    const crowd = Array.from({ length: 10_000 }, (_, n) => ({
      id: `user-${n}`,
      roles: [`role-${n % 250}`, ...(n % 3 === 0 ? [`role-${(n * 7) % 40}`] : [])]
    }))

    it.effect("asks once for each 500 people and once for each role, and for nobody alone", () =>
      Effect.gen(function* () {
        const report = yield* RoleReport.run()
        expect(report.roles).toHaveLength(250)
        expect(report).toMatchObject({ people: 10_000, unknown: 0 })
        const { token: _, ...requests } = yield* asked
        expect(requests).toEqual({
          getAuthorizationRoles: 1,
          getLicenseDefinitions: 1,
          getUsers: 10_000 / 500,
          postLicenseInfer: 250
        })
        const sets = new Set(crowd.map(({ roles }) => [...new Set(roles)].sort().join()))
        const total = Object.values(requests).reduce((sum, count) => sum + count)
        expect(total).toBeLessThanOrEqual(1 + 10_000 / 500 + sets.size)
      }).pipe(inOrganization({ roles: many, people: crowd, users: crowd.map(({ id }) => user(id)) }))
    )
  })
})
