/**
 * The licenses that roles and permissions require, and the permissions that cause them.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import type { LicenseId, PermissionId, RoleId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import * as Effect from "effect/Effect"
import * as Relations from "./Relations.ts"

/** The maximum number of parallel requests. */
export const concurrency = 4

/** The licenses that roles require. */
export interface CostOfRoles {
  /** The licenses that a user with all of the roles requires. */
  readonly licenses: ReadonlyArray<LicenseId>
  /** For each role, the licenses that a user with only this role requires. */
  readonly roles: ReadonlyArray<{ readonly roleId: RoleId; readonly licenses: ReadonlyArray<LicenseId> }>
}

/** The licenses that roles require together, and each role alone. */
export const ofRoles = Effect.fn("RoleCost.ofRoles")(function* (
  roleIds: ReadonlyArray<RoleId>
): Effect.fn.Return<CostOfRoles, GenesysError, LicenseService> {
  const license = yield* LicenseService
  const licenses = yield* license.inferFromRoles(roleIds)
  const roles =
    roleIds.length === 1
      ? roleIds.map((roleId) => ({ roleId, licenses }))
      : yield* Effect.forEach(
          roleIds,
          (roleId) => Effect.map(license.inferFromRoles([roleId]), (licenses) => ({ roleId, licenses })),
          { concurrency }
        )
  return { licenses, roles }
})

/**
 * The licenses that each set of roles requires. Sends one request for each set, so do not
 * pass a set twice. An empty set requires no licenses and sends no request.
 */
export const ofSets = Effect.fn("RoleCost.ofSets")(function* <S extends { readonly roleIds: ReadonlyArray<RoleId> }>(
  sets: Iterable<S>
): Effect.fn.Return<ReadonlyMap<S, ReadonlyArray<LicenseId>>, GenesysError, LicenseService> {
  const license = yield* LicenseService
  const costs = yield* Effect.forEach(
    sets,
    (set) =>
      set.roleIds.length === 0
        ? Effect.succeed([set, []] as const)
        : Effect.map(license.inferFromRoles(set.roleIds), (licenses) => [set, licenses] as const),
    { concurrency }
  )
  return new Map<S, ReadonlyArray<LicenseId>>(costs)
})

/** Why permissions require a license. */
export interface CostOfLicense {
  readonly licenseId: LicenseId
  /** The permissions that require this license and no smaller one. Empty if no single permission requires it. */
  readonly permissions: ReadonlyArray<PermissionId>
  /** The licenses that the other permissions require. */
  readonly without: ReadonlyArray<LicenseId>
}

/** The licenses that permissions require. */
export interface CostOfPermissions {
  /** The licenses that a user with all of the permissions requires. */
  readonly licenses: ReadonlyArray<LicenseId>
  /** The permissions that cause each of these licenses. */
  readonly costs: ReadonlyArray<CostOfLicense>
}

/**
 * The licenses that permissions require, and which permissions cause each license.
 *
 * The causes come from the definitions of the licenses. Only for a license whose definition names
 * none of the permissions, the API is asked about each permission.
 */
export const ofPermissions = Effect.fn("RoleCost.ofPermissions")(function* (
  permissions: ReadonlyArray<PermissionId>
): Effect.fn.Return<CostOfPermissions, GenesysError, LicenseService> {
  const license = yield* LicenseService
  const distinct = [...new Set(permissions)]
  const licenses = yield* license.inferFromPermissions(distinct)
  if (licenses.length === 0) return { licenses, costs: [] }

  const relations = Relations.make(yield* wholeDefinitions)
  const grants = (licenseId: LicenseId, permission: PermissionId) =>
    relations.definitions.get(licenseId)?.permissions?.ids.includes(permission) ?? false
  const byDefinition = (licenseId: LicenseId) =>
    distinct.filter(
      (permission) =>
        grants(licenseId, permission) && ![...relations.partsOf(licenseId)].some((part) => grants(part, permission))
    )
  const byRequest = (licenseId: LicenseId) =>
    Effect.filter(
      distinct,
      (permission) => Effect.map(license.inferFromPermissions([permission]), (needed) => needed.includes(licenseId)),
      { concurrency }
    )

  const costs = yield* Effect.forEach(licenses, (licenseId) =>
    Effect.gen(function* () {
      const defined = byDefinition(licenseId)
      const permissions = defined.length > 0 ? defined : yield* byRequest(licenseId)
      const others = distinct.filter((permission) => !permissions.includes(permission))
      const without = others.length === 0 ? [] : yield* license.inferFromPermissions(others)
      return { licenseId, permissions, without }
    })
  )
  return { licenses, costs }
})

/** All definitions, with their permissions, which the list of definitions may omit. */
export const wholeDefinitions: Effect.Effect<
  ReadonlyArray<LicenseDefinition>,
  GenesysError,
  LicenseService
> = Effect.gen(function* () {
  const license = yield* LicenseService
  return yield* Effect.forEach(
    yield* license.getDefinitions,
    (definition) =>
      definition.permissions === undefined ? license.getDefinition(definition.id) : Effect.succeed(definition),
    { concurrency }
  )
})
