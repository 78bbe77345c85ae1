import { RoleService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import fc from "fast-check"
import * as Relations from "../../../packages/admin/src/licenses/Relations.ts"
import * as Combinations from "../../../packages/admin/src/look/Combinations.ts"
import * as RoleFindings from "../../../packages/admin/src/look/RoleFindings.ts"
import type { UserLicenses } from "@genesys-license/schema/license/User"
import { asked, inOrganization, user } from "../organization.ts"

const roles = [
  { id: "agent", name: "Agent", permissions: ["conversation:call:add", "routing:queue:join"] },
  { id: "supervisor", name: "Supervisor", permissions: ["routing:queue:view", "performance:insights:view"] },
  { id: "analyst", name: "Analyst", permissions: ["billing:user:staUpgrade"] },
  { id: "free", name: "Free", permissions: ["authorization:grant:add"] }
]

/** The findings of users, each with licenses, whose people have roles. */
const findings = Effect.fnUntraced(function* (users: ReadonlyArray<UserLicenses>, listed = 10) {
  const found = yield* RoleFindings.read({ listed })
  const combinations = Combinations.make(0)
  for (const user of users) found.add(user.id, combinations.add(user))
  return yield* found.findings(Catalog.definitions)
})

const people = (roles: { readonly [id: string]: ReadonlyArray<string> }) =>
  Object.entries(roles).map(([id, roles]) => ({ id, roles }))

describe("RoleFindings", () => {
  it.effect("are licenses that no role of their holder needs, with the smaller one that would do", () => {
    const users = [
      user("ann", "cloudCX3"),
      user("bob", "cloudCX3"),
      user("cat", "cloudCX3"),
      user("dan", "cloudCX2", "wallboardUser"),
      user("eve", "cloudCX2")
    ]
    const roleIds = { ann: ["agent"], bob: ["free", "agent"], cat: ["supervisor"], dan: ["agent"], eve: [] }
    return Effect.gen(function* () {
      expect(yield* findings(users)).toEqual({
        unneeded: [
          { licenseId: "cloudCX3", instead: ["cloudCX2"], users: 2, userIds: ["ann", "bob"] },
          { licenseId: "cloudCX2", instead: [], users: 1, userIds: ["eve"] },
          { licenseId: "wallboardUser", instead: [], users: 1, userIds: ["dan"] }
        ],
        missing: [],
        inUse: [
          { roleId: "agent", name: "Agent", users: 3, licenses: ["cloudCX2"], seats: 3 },
          { roleId: "supervisor", name: "Supervisor", users: 1, licenses: ["cloudCX3"], seats: 1 },
          { roleId: "free", name: "Free", users: 1, licenses: [], seats: 0 }
        ],
        known: 5,
        unknown: 0
      })
    }).pipe(inOrganization({ roles, users, people: people(roleIds) }))
  })

  it.effect("are licenses that a role needs and its holder lacks, with the role whose permissions cost it", () => {
    const users = [user("ann", "cloudCX2"), user("bob"), user("cat", "cloudCX3")]
    const roleIds = { ann: ["agent", "supervisor"], bob: ["supervisor"], cat: ["agent"] }
    return Effect.gen(function* () {
      const { missing } = yield* findings(users)
      expect(missing).toEqual([
        {
          licenseId: "cloudCX3",
          roles: [{ roleId: "supervisor", name: "Supervisor" }],
          users: 2,
          userIds: ["ann", "bob"]
        }
      ])
    }).pipe(inOrganization({ roles, users, people: people(roleIds) }))
  })

  it.effect(
    "blame each role that needs the license, so that they are as many as roles and not as sets of roles",
    () => {
      const lead = { id: "lead", name: "Lead", permissions: ["performance:insights:view"] }
      const users = [user("ann"), user("bob"), user("cat")]
      const roleIds = { ann: ["lead", "supervisor"], bob: ["lead"], cat: ["agent", "lead", "supervisor"] }
      return Effect.gen(function* () {
        const { missing } = yield* findings(users)
        expect(missing.map(({ roles, userIds }) => [roles.map(({ name }) => name), userIds])).toEqual([
          [["Lead"], ["ann", "bob", "cat"]],
          [["Supervisor"], ["ann", "cat"]]
        ])
      }).pipe(inOrganization({ roles: [...roles, lead], users, people: people(roleIds) }))
    }
  )

  it.effect("name all roles that somebody has where it is not known which of them costs it", () => {
    const users = [user("ann")]
    const withoutPolicies = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      RoleService.use((service) =>
        Effect.provideService(effect, RoleService, {
          ...service,
          roles: () => Stream.map(service.roles(), Struct.omit(["permissionPolicies"])),
          getRole: (id) => Effect.map(service.getRole(id), Struct.omit(["permissionPolicies"]))
        })
      )
    return Effect.gen(function* () {
      const { missing } = yield* withoutPolicies(findings(users))
      expect(missing.map(({ roles }) => roles.map(({ name }) => name))).toEqual([["Agent", "Supervisor"]])
    }).pipe(inOrganization({ roles, users, people: people({ ann: ["supervisor", "agent"] }) }))
  })

  it.effect("are none for a prerequisite or a part of what a role needs", () => {
    const users = [user("ann", "gcSTAupgrade", "cloudCX2"), user("bob", "cloudCX3", "communicate")]
    return Effect.gen(function* () {
      expect(yield* findings(users)).toMatchObject({ unneeded: [], missing: [] })
    }).pipe(inOrganization({ roles, users, people: people({ ann: ["analyst"], bob: ["supervisor"] }) }))
  })

  it.effect("say nothing of users whose roles are not known, and count them", () => {
    const users = [user("ann", "cloudCX3"), user("gone", "cloudCX3"), user("idle")]
    const known = [
      { id: "ann", roles: ["supervisor"] },
      { id: "gone", state: "inactive" as const },
      { id: "idle", state: "deleted" as const }
    ]
    return Effect.gen(function* () {
      expect(yield* findings(users)).toMatchObject({ unneeded: [], missing: [], known: 1, unknown: 1 })
    }).pipe(inOrganization({ roles, users, people: known }))
  })

  it.effect("name as many users as are wanted, and count all of them", () => {
    const users = Array.from({ length: 9 }, (_, n) => user(`u${n}`, "cloudCX3"))
    const roleIds = Object.fromEntries(users.map(({ id }, n) => [id, n % 2 === 0 ? ["free"] : []]))
    return Effect.gen(function* () {
      const { unneeded } = yield* findings(users, 2)
      expect(unneeded).toEqual([{ licenseId: "cloudCX3", instead: [], users: 9, userIds: ["u0", "u2"] }])
      expect((yield* findings(users, 0)).unneeded).toMatchObject([{ users: 9, userIds: [] }])
    }).pipe(inOrganization({ roles, users, people: people(roleIds) }))
  })

  it.effect("ask once for each set of roles, however many have it, and not at all for no roles", () => {
    const sets = [["agent"], ["supervisor"], ["agent", "supervisor"], ["supervisor", "agent"], []]
    const users = Array.from({ length: 1000 }, (_, n) => user(`u${n}`, "cloudCX2"))
    const roleIds = Object.fromEntries(users.map(({ id }, n) => [id, sets[n % sets.length]!]))
    return Effect.gen(function* () {
      yield* findings(users)
      expect(yield* asked).toEqual({ token: 1, getAuthorizationRoles: 1, getUsers: 2, postLicenseInfer: 3 })
    }).pipe(inOrganization({ roles, users, people: people(roleIds) }))
  })

  it("compare so that a user who holds exactly what is needed has none, and one who holds nothing has no surplus", () => {
    const relations = Relations.make(Catalog.definitions)
    const licenses = fc.uniqueArray(fc.constantFrom(...Catalog.definitions.map(({ id }) => id)))
    fc.assert(
      fc.property(licenses, licenses, (held, needed) => {
        expect(RoleFindings.compare(needed, needed, relations)).toEqual({ surplus: [], missing: [] })
        expect(RoleFindings.compare([], needed, relations)).toEqual({ surplus: [], missing: needed })
        const { missing, surplus } = RoleFindings.compare(held, needed, relations)
        // What is surplus can be taken away: nothing that a role needs was missing only because of it.
        const kept = held.filter((id) => !surplus.some(({ licenseId }) => licenseId === id))
        const instead = surplus.flatMap(({ instead }) => instead)
        const after = RoleFindings.compare([...kept, ...instead], needed, relations)
        expect(after.missing).toEqual(missing)
      })
    )
  })
})
