import { LicenseService } from "@genesys-license/client"
import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import { Emulator } from "@genesys-license/emulator/Emulator"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import * as RoleCost from "../../../packages/admin/src/licenses/RoleCost.ts"
import { inOrganization } from "../organization.ts"

const roleOf = (name: string) => Catalog.roles.find((role) => role.name === name)!

describe("RoleCost of roles", () => {
  it.effect("tells what they need together, and each alone", () =>
    Effect.gen(function* () {
      const agent = roleOf("Agent").id
      const supervisor = roleOf("Supervisor").id
      expect(yield* RoleCost.ofRoles([agent, supervisor])).toEqual({
        licenses: ["cloudCX3"],
        roles: [
          { roleId: agent, licenses: ["cloudCX2"] },
          { roleId: supervisor, licenses: ["cloudCX3"] }
        ]
      })
    }).pipe(inOrganization())
  )

  it.effect("asks once for one role", () =>
    Effect.gen(function* () {
      const { id } = roleOf("Agent")
      expect(yield* RoleCost.ofRoles([id])).toEqual({
        licenses: ["cloudCX2"],
        roles: [{ roleId: id, licenses: ["cloudCX2"] }]
      })
      const { journal } = yield* Emulator
      expect((yield* journal.requests).filter(({ operation }) => operation === "postLicenseInfer")).toHaveLength(1)
    }).pipe(inOrganization())
  )
})

describe("RoleCost of permissions", () => {
  it.effect("finds the permission that costs, and what the others would", () =>
    Effect.gen(function* () {
      expect(yield* RoleCost.ofPermissions(roleOf("Supervisor").permissions)).toEqual({
        licenses: ["cloudCX3"],
        costs: [{ licenseId: "cloudCX3", permissions: ["performance:insights:view"], without: ["cloudCX2"] }]
      })
    }).pipe(inOrganization())
  )

  it.effect("tells for each license what needs it", () =>
    Effect.gen(function* () {
      expect(
        yield* RoleCost.ofPermissions(["routing:queue:view", "wallboard:wallboard:view", "routing:queue:view"])
      ).toEqual({
        licenses: ["cloudCX2", "wallboardUser"],
        costs: [
          { licenseId: "cloudCX2", permissions: ["routing:queue:view"], without: ["wallboardUser"] },
          { licenseId: "wallboardUser", permissions: ["wallboard:wallboard:view"], without: ["cloudCX2"] }
        ]
      })
    }).pipe(inOrganization())
  )

  it.effect("blames a permission on the smallest license that grants it", () => {
    const small = { id: "small", permissions: { ids: ["a:a:a"] }, prerequisites: [], comprises: [] }
    const large = { id: "large", permissions: { ids: ["a:a:a", "b:b:b"] }, prerequisites: [], comprises: [small] }
    return Effect.gen(function* () {
      expect((yield* RoleCost.ofPermissions(["a:a:a", "b:b:b"])).costs).toEqual([
        { licenseId: "large", permissions: ["b:b:b"], without: ["small"] }
      ])
    }).pipe(inOrganization({ definitions: [small, large] }))
  })

  it.effect("finds nothing that costs where nothing does", () =>
    Effect.gen(function* () {
      expect(yield* RoleCost.ofPermissions([])).toEqual({ licenses: [], costs: [] })
    }).pipe(inOrganization())
  )

  /** A service whose list of definitions leaves out the permissions. */
  const withSkinnyList = <A, E, R>(effect: Effect.Effect<A, E, R>, byId: "whole" | "skinny" = "whole") =>
    LicenseService.use((license) => {
      const skinny = Effect.map(license.getDefinitions, (definitions) =>
        definitions.map((definition) => Struct.omit(definition, ["permissions"]))
      )
      return Effect.provideService(effect, LicenseService, {
        ...license,
        getDefinitions: skinny,
        ...(byId === "skinny" && {
          getDefinition: (id) => Effect.map(license.getDefinition(id), Struct.omit(["permissions"]))
        })
      })
    })

  it.effect("reads the definitions one by one where the list leaves out their permissions", () =>
    Effect.gen(function* () {
      const cost = yield* withSkinnyList(RoleCost.ofPermissions(roleOf("Supervisor").permissions))
      expect(cost.costs[0]?.permissions).toEqual(["performance:insights:view"])
      const { journal } = yield* Emulator
      const requests = Map.groupBy(yield* journal.requests, ({ operation }) => operation)
      expect(requests.get("getLicenseDefinition")).toHaveLength(Catalog.definitions.length)
      // For all of the permissions, and for all but the one that costs.
      expect(requests.get("postLicenseInferPermissions")).toHaveLength(2)
    }).pipe(inOrganization())
  )

  it.effect("asks for one permission after the other where the definitions tell of none", () =>
    Effect.gen(function* () {
      const cost = yield* withSkinnyList(RoleCost.ofPermissions(roleOf("Supervisor").permissions), "skinny")
      expect(cost.costs).toEqual([
        { licenseId: "cloudCX3", permissions: ["performance:insights:view"], without: ["cloudCX2"] }
      ])
    }).pipe(inOrganization())
  )
})
