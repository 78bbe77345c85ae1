/**
 * What roles and permissions cost: the licenses that they need, and which
 * permission it is that needs one.
 */
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import type { LicenseId, PermissionId, RoleId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import * as Effect from "effect/Effect"
import * as Relations from "./Relations.ts"

/** Requests at the same time. */
export const concurrency = 4

/** The licenses that roles need. */
export interface CostOfRoles {
  /** Needed by somebody with all of the roles. */
  readonly licenses: ReadonlyArray<LicenseId>
  /** Needed by somebody with one of them. */
  readonly roles: ReadonlyArray<{ readonly roleId: RoleId; readonly licenses: ReadonlyArray<LicenseId> }>
}

/** Which licenses roles need, together and each alone. */
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
 * Which licenses each set of roles needs: one request for each set, so give every set
 * once. No roles need nothing, and nothing is asked for them.
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

/** Why permissions need one license. */
export interface CostOfLicense {
  readonly licenseId: LicenseId
  /** The permissions that need this license and no lesser one. Empty when it is none of them alone. */
  readonly permissions: ReadonlyArray<PermissionId>
  /** The licenses that all the other permissions need. */
  readonly without: ReadonlyArray<LicenseId>
}

/** The licenses that permissions need. */
export interface CostOfPermissions {
  /** Needed by somebody with all of the permissions. */
  readonly licenses: ReadonlyArray<LicenseId>
  /** For each of these licenses, what it is that needs it. */
  readonly costs: ReadonlyArray<CostOfLicense>
}

/**
 * Which licenses the permissions of a role need, and which of them is to blame.
 *
 * The API tells the licenses of a role, but not its permissions: these come from
 * the role's own definition. What each permission needs is read from the
 * definitions of the licenses, and asked one by one only where they do not say.
 */
export const ofPermissions = Effect.fn("RoleCost.ofPermissions")(function* (
  permissions: ReadonlyArray<PermissionId>
): Effect.fn.Return<CostOfPermissions, GenesysError, LicenseService> {
  const license = yield* LicenseService
  const asked = [...new Set(permissions)]
  const licenses = yield* license.inferFromPermissions(asked)
  if (licenses.length === 0) return { licenses, costs: [] }

  const relations = Relations.make(yield* wholeDefinitions)
  const grants = (licenseId: LicenseId, permission: PermissionId) =>
    relations.definitions.get(licenseId)?.permissions?.ids.includes(permission) ?? false
  const byDefinition = (licenseId: LicenseId) =>
    asked.filter(
      (permission) =>
        grants(licenseId, permission) && ![...relations.partsOf(licenseId)].some((part) => grants(part, permission))
    )
  const byAsking = (licenseId: LicenseId) =>
    Effect.filter(
      asked,
      (permission) => Effect.map(license.inferFromPermissions([permission]), (needed) => needed.includes(licenseId)),
      { concurrency }
    )

  const costs = yield* Effect.forEach(licenses, (licenseId) =>
    Effect.gen(function* () {
      const said = byDefinition(licenseId)
      const permissions = said.length > 0 ? said : yield* byAsking(licenseId)
      const others = asked.filter((permission) => !permissions.includes(permission))
      const without = others.length === 0 ? [] : yield* license.inferFromPermissions(others)
      return { licenseId, permissions, without }
    })
  )
  return { licenses, costs }
})

/** The definitions with their permissions, which the list may leave out. */
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
