import { describe, expect, it } from "@effect/vitest"
import { AmbiguousRole, UnknownRole } from "@genesys-license/admin"
import * as Effect from "effect/Effect"
import * as RoleDirectory from "../../../packages/admin/src/licenses/RoleDirectory.ts"
import { asked, inOrganization, reasonOf } from "../organization.ts"

const id = "2f1b7f8e-4c0e-4d7b-8f6f-0f2a11c0ffee"

const roles = [
  { id: "r1", name: "Supervisor", permissions: [] },
  { id: "r2", name: "Agent", permissions: ["routing:queue:join"] },
  { id: "r3", name: "AGENT", permissions: [] }
]

describe("A role that is named", () => {
  it.effect("by its whole name, in any case, is that role", () =>
    Effect.gen(function* () {
      expect(yield* RoleDirectory.named([" superVISOR", id])).toEqual([
        { roleId: "r1", name: "Supervisor" },
        { roleId: id }
      ])
      expect(yield* asked).toMatchObject({ getAuthorizationRoles: 1 })
    }).pipe(inOrganization({ roles }))
  )

  it.effect("by its id is not looked up", () =>
    Effect.gen(function* () {
      expect(yield* RoleDirectory.named([id, id.toUpperCase()])).toEqual([{ roleId: id }, { roleId: id.toUpperCase() }])
      expect(yield* asked).toEqual({})
    }).pipe(inOrganization({ roles }))
  )

  it.effect("by a name that two roles have is an error with their ids", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(RoleDirectory.named(["Agent"]))
      expect(reason).toEqual(new AmbiguousRole({ name: "Agent", roleIds: ["r2", "r3"] }))
      expect(reason.message).toBe('2 roles have the name "Agent": r2, r3. Give the id of the role that you mean.')
    }).pipe(inOrganization({ roles }))
  )

  it.effect("by a name that no role has is an error with names that are close", () =>
    Effect.gen(function* () {
      const reason = yield* reasonOf(RoleDirectory.named(["Supervisors"]))
      expect(reason).toEqual(new UnknownRole({ name: "Supervisors", similar: ["Supervisor"] }))
      expect(reason.message).toBe('The organization has no role "Supervisors". Did you mean "Supervisor"?')
      expect((yield* reasonOf(RoleDirectory.named(["Planner"]))).message).toBe(
        'The organization has no role "Planner". Check the names of the roles, or give the id of the role.'
      )
    }).pipe(inOrganization({ roles }))
  )
})

describe("The policies of a role", () => {
  it.effect("are read by its id where the list leaves them out, and not known of a role that is gone", () =>
    Effect.gen(function* () {
      const policies = [{ domain: "routing", entityName: "queue", actionSet: ["join"] }]
      expect(yield* RoleDirectory.policiesOf({ id: "r2", permissionPolicies: policies })).toBe(policies)
      expect(yield* asked).toEqual({})
      expect(yield* RoleDirectory.policiesOf({ id: "r2" })).toEqual(policies)
      expect(yield* RoleDirectory.policiesOf({ id: "gone" })).toBe(undefined)
    }).pipe(inOrganization({ roles }))
  )
})
