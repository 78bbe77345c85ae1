/**
 * The organization that the emulator answers for: definitions, roles, and users
 * who gain and lose licenses.
 */
import type { LicenseAssignmentRequest, LicenseUpdateStatus } from "@genesys-license/schema/Assignment"
import type { LicenseId, PermissionId, RoleId, UserId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/License"
import type {
  LicenseUser,
  UserLicenses,
  UserLicensesById,
  UserLicensesEntityListing
} from "@genesys-license/schema/User"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import * as Catalog from "./Catalog.ts"
import * as Inference from "./Inference.ts"
import * as Population from "./Population.ts"
import * as Users from "./Users.ts"

/** Every part can be made up from the seed or given exactly. */
export interface OrganizationOptions {
  /** How many users to make up, or the users themselves. Default: 200. */
  readonly users?: number | ReadonlyArray<UserLicenses> | undefined
  /** Decides every id and who holds what. Default: `"genesys-license"`. */
  readonly seed?: string | undefined
  /** Default: the definitions of `Catalog`. */
  readonly definitions?: ReadonlyArray<LicenseDefinition> | undefined
  /** Default: the roles of `Catalog`. */
  readonly roles?: ReadonlyArray<Catalog.Role> | undefined
}

export class Organization extends Context.Service<
  Organization,
  {
    readonly definitions: ReadonlyArray<LicenseDefinition>
    readonly roles: ReadonlyArray<Catalog.Role>
    /** All users as they are now, in the order of the list. */
    readonly users: Effect.Effect<ReadonlyArray<UserLicenses>>
    /** Replaces the users: hires, leavers and a list that moves between two pages. */
    readonly updateUsers: (
      f: (users: ReadonlyArray<UserLicenses>) => ReadonlyArray<UserLicenses>
    ) => Effect.Effect<void>

    readonly definition: (licenseId: LicenseId) => Effect.Effect<Option.Option<LicenseDefinition>>
    readonly user: (userId: UserId) => Effect.Effect<Option.Option<LicenseUser>>
    readonly page: (query: {
      readonly pageNumber: number
      readonly pageSize: number
    }) => Effect.Effect<UserLicensesEntityListing>
    /** Users who are not known are left out. */
    readonly lookup: (userIds: ReadonlyArray<UserId>) => Effect.Effect<UserLicensesById>
    /** Roles that are not known need nothing. */
    readonly inferFromRoles: (roleIds: ReadonlyArray<RoleId>) => Effect.Effect<ReadonlyArray<LicenseId>>
    readonly inferFromPermissions: (permissions: ReadonlyArray<PermissionId>) => Effect.Effect<ReadonlyArray<LicenseId>>
    readonly assign: (
      assignments: ReadonlyArray<LicenseAssignmentRequest>
    ) => Effect.Effect<ReadonlyArray<LicenseUpdateStatus>>
  }
>()("@genesys-license/emulator/Organization") {
  static readonly make = (options: OrganizationOptions = {}): Effect.Effect<Organization["Service"]> => make(options)

  static readonly layer = (options?: OrganizationOptions): Layer.Layer<Organization> =>
    Layer.effect(Organization, Organization.make(options))
}

const make = Effect.fnUntraced(function* ({
  definitions = Catalog.definitions,
  roles = Catalog.roles,
  seed = "genesys-license",
  users = 200
}: OrganizationOptions) {
  const state = yield* Ref.make(
    Users.make(
      typeof users === "number" ? yield* Population.make(users, definitions).pipe(Random.withSeed(seed)) : users
    )
  )
  const definitionsById = new Map(definitions.map((definition) => [definition.id, definition]))
  const rolesById = new Map(roles.map((role) => [role.id, role]))

  /** A license may be held and have no definition: those of others are not shown to an organization. */
  const definitionOf = (id: LicenseId): LicenseDefinition =>
    definitionsById.get(id) ?? { id, prerequisites: [], comprises: [] }

  return Organization.of({
    definitions,
    roles,
    users: Effect.map(Ref.get(state), ({ list }) => list),
    updateUsers: (f) => Ref.update(state, ({ list }) => Users.make(f(list))),
    definition: (licenseId) => Effect.sync(() => Option.fromUndefinedOr(definitionsById.get(licenseId))),
    user: (userId) =>
      Effect.map(Ref.get(state), (users) =>
        Option.map(Option.fromUndefinedOr(Users.find(users, userId)), ({ id, licenses }) => ({
          id,
          licenses: licenses.map(definitionOf),
          selfUri: Users.selfUri(id)
        }))
      ),
    page: (query) => Effect.map(Ref.get(state), (users) => Users.page(users, query)),
    lookup: (userIds) =>
      Effect.map(Ref.get(state), (users) =>
        Object.fromEntries(
          userIds.flatMap((id) => {
            const user = Users.find(users, id)
            return user === undefined ? [] : [[id, user.licenses]]
          })
        )
      ),
    inferFromRoles: (roleIds) =>
      Effect.sync(() =>
        Inference.licensesFor(
          roleIds.flatMap((id) => rolesById.get(id)?.permissions ?? []),
          definitions
        )
      ),
    inferFromPermissions: (permissions) => Effect.sync(() => Inference.licensesFor(permissions, definitions)),
    assign: (assignments) =>
      Ref.modify(state, (users) => Users.assign(users, assignments, (id) => definitionsById.has(id)))
  })
})
