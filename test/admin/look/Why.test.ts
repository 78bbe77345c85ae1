import { UserService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Why from "../../../packages/admin/src/look/Why.ts"
import { asked, inOrganization, user } from "../organization.ts"

const roles = [
  { id: "agent", name: "Agent", permissions: ["conversation:call:add", "routing:queue:join"] },
  { id: "supervisor", name: "Supervisor", permissions: ["routing:queue:view", "performance:insights:view"] },
  { id: "free", name: "Free", permissions: ["authorization:grant:add"] }
]

const why = Effect.fnUntraced(function* (userId: string) {
  const people = yield* UserService.use((users) => users.byId([userId], { expand: ["authorization", "groups"] }))
  return yield* Why.run(userId, people.get(userId))
})

const people = [
  { id: "ann", name: "Ann", email: "ann@example.com", roles: ["agent", "free"] },
  { id: "bob", name: "Bob", email: "bob@example.com", roles: ["agent"] }
]

describe("Why", () => {
  it.effect("names the role that brings a license, and the permissions that cost it", () =>
    Effect.gen(function* () {
      expect(yield* why("ann")).toEqual({
        userId: "ann",
        name: "Ann",
        email: "ann@example.com",
        roles: [
          { id: "agent", name: "Agent" },
          { id: "free", name: "Free" }
        ],
        licenses: [
          {
            licenseId: "cloudCX2",
            roles: [
              {
                roleId: "agent",
                name: "Agent",
                direct: true,
                groupIds: [],
                permissions: ["routing:queue:join"]
              }
            ],
            together: false,
            impliedBy: []
          },
          { licenseId: "wallboardUser", roles: [], together: false, impliedBy: [] }
        ]
      })
      // The roles that bring nothing are not looked into.
      expect(yield* asked).toMatchObject({
        getAuthorizationRole: 1,
        getAuthorizationRoleSubjectgrants: 1,
        postLicenseInfer: 3
      })
    }).pipe(inOrganization({ roles, people, users: [user("ann", "cloudCX2", "wallboardUser")] }))
  )

  it.effect("names the groups of the user that have the role, and no others", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      yield* faults.add(
        {
          operation: "getUsers",
          fault: {
            type: "patch",
            operations: [{ op: "add", path: "/entities/0/groups", value: [{ id: "planning" }, { id: "elsewhere" }] }]
          }
        },
        {
          operation: "getAuthorizationRoleSubjectgrants",
          fault: {
            type: "patch",
            operations: [
              { op: "replace", path: "/entities/0", value: { id: "planning", type: "PC_GROUP" } },
              { op: "add", path: "/entities/1", value: { id: "strangers", type: "PC_GROUP" } }
            ]
          }
        }
      )
      const { licenses } = yield* why("bob")
      expect(licenses[0]?.roles).toMatchObject([{ name: "Agent", direct: false, groupIds: ["planning"] }])
    }).pipe(inOrganization({ roles, people: people.slice(1), users: [user("bob", "cloudCX2")] }))
  )

  it.effect("says which license of a role a part goes with", () =>
    Effect.gen(function* () {
      const { licenses } = yield* why("ann")
      expect(licenses).toMatchObject([{ licenseId: "communicate", roles: [], impliedBy: ["cloudCX2"] }])
    }).pipe(inOrganization({ roles, people, users: [user("ann", "communicate")] }))
  )

  it.effect("says that roles bring together what none of them brings alone", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      yield* faults.add({
        operation: "postLicenseInfer",
        nth: 1,
        fault: { type: "response", json: ["cloudCX2", "wallboardUser"] }
      })
      const { licenses } = yield* why("ann")
      expect(licenses).toMatchObject([{ licenseId: "wallboardUser", roles: [], together: true }])
    }).pipe(inOrganization({ roles, people, users: [user("ann", "wallboardUser")] }))
  )

  it.effect("claims nothing where the roles are not known", () =>
    Effect.gen(function* () {
      const users = yield* UserService
      const person = (yield* users.byId(["ann"])).get("ann")
      const nothing = [{ licenseId: "cloudCX2", roles: [], together: false, impliedBy: [] }]
      expect(yield* Why.run("ann", person)).toEqual({
        userId: "ann",
        name: "Ann",
        email: "ann@example.com",
        licenses: nothing
      })
      expect(yield* Why.run("ann", undefined)).toEqual({ userId: "ann", licenses: nothing })
      expect(yield* asked).not.toHaveProperty("postLicenseInfer")
    }).pipe(inOrganization({ roles, people, users: [user("ann", "cloudCX2")] }))
  )

  it.effect("asks nothing of roles for somebody who has none", () =>
    Effect.gen(function* () {
      expect(yield* why("eve")).toMatchObject({ roles: [], licenses: [{ licenseId: "cloudCX2", roles: [] }] })
      expect(yield* asked).not.toHaveProperty("postLicenseInfer")
    }).pipe(inOrganization({ roles, people: [{ id: "eve", roles: [] }], users: [user("eve", "cloudCX2")] }))
  )
})
