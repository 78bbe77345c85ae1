/**
 * The organization that the emulator answers for: definitions, roles, and users
 * who gain and lose licenses.
 */
import type { LicenseAssignmentRequest, LicenseUpdateStatus } from "@genesys-license/schema/license/Assignment"
import type { LicenseId, PermissionId, RoleId, UserId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import type {
  LicenseUser,
  UserLicenses,
  UserLicensesById,
  UserLicensesEntityListing
} from "@genesys-license/schema/license/User"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
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
    /** As they are now. */
    readonly definitions: ReadonlyArray<LicenseDefinition>
    /** As they are now. */
    readonly roles: ReadonlyArray<Catalog.Role>
    /** All users as they are now, in the order of the list. */
    readonly users: Effect.Effect<ReadonlyArray<UserLicenses>>
    /** How many users there are. */
    readonly userCount: Effect.Effect<number>

    /** Replaces the users: hires, leavers and a list that moves between two pages. */
    readonly updateUsers: (
      f: (users: ReadonlyArray<UserLicenses>) => ReadonlyArray<UserLicenses>
    ) => Effect.Effect<void>

    /** What makes the same organization once more. */
    readonly export: Effect.Effect<OrganizationOptions>
    /** Another organization takes the place of this one. */
    readonly replace: (options?: OrganizationOptions) => Effect.Effect<void>
    /** Back to how it began. */
    readonly reset: Effect.Effect<void>

    readonly definition: (licenseId: LicenseId) => Effect.Effect<Option.Option<LicenseDefinition>>
    readonly user: (userId: UserId) => Effect.Effect<Option.Option<LicenseUser>>
    readonly page: (query: Users.PageQuery) => Effect.Effect<UserLicensesEntityListing>
    /** The JSON of {@link page}. */
    readonly pageJson: (query: Users.PageQuery) => Effect.Effect<string>
    /** Users who are not known are left out. */
    readonly lookup: (userIds: ReadonlyArray<UserId>) => Effect.Effect<UserLicensesById>
    /** What the roles permit. Those that are not known permit nothing. */
    readonly permissionsOf: (roleIds: ReadonlyArray<RoleId>) => Effect.Effect<ReadonlyArray<PermissionId>>
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

const make = Effect.fnUntraced(function* (options: OrganizationOptions) {
  let state = yield* found(options)

  const replace = (options: OrganizationOptions = {}) =>
    Effect.map(found(options), (next) => {
      state = next
    })

  /** A license may be held and have no definition: those of others are not shown to an organization. */
  const definitionOf = (id: LicenseId): LicenseDefinition =>
    state.definitionsById.get(id) ?? { id, prerequisites: [], comprises: [] }

  const permissionsOf = (roleIds: ReadonlyArray<RoleId>) =>
    roleIds.flatMap((id) => state.rolesById.get(id)?.permissions ?? [])

  return Organization.of({
    get definitions() {
      return state.definitions
    },
    get roles() {
      return state.roles
    },
    users: Effect.sync(() => Users.toArray(state.users)),
    userCount: Effect.sync(() => state.users.list.length),

    updateUsers: (f) =>
      Effect.sync(() => {
        state = { ...state, users: Users.make(f(Users.toArray(state.users))) }
      }),

    export: Effect.sync(() => ({
      definitions: state.definitions,
      roles: state.roles,
      users: Users.toArray(state.users)
    })),
    replace,
    reset: replace(options),

    definition: (licenseId) => Effect.sync(() => Option.fromUndefinedOr(state.definitionsById.get(licenseId))),
    user: (id) =>
      Effect.sync(() =>
        Option.map(Option.fromUndefinedOr(Users.find(state.users, id)), (licenses) => ({
          id,
          licenses: licenses.map(definitionOf),
          selfUri: Users.selfUri(id)
        }))
      ),
    page: (query) => Effect.sync(() => Users.page(state.users, query)),
    pageJson: (query) => Effect.sync(() => Users.pageJson(state.users, query)),
    lookup: (userIds) =>
      Effect.sync(() =>
        Object.fromEntries(
          userIds.flatMap((id) => {
            const licenses = Users.find(state.users, id)
            return licenses === undefined ? [] : [[id, licenses]]
          })
        )
      ),
    permissionsOf: (roleIds) => Effect.sync(() => permissionsOf(roleIds)),
    inferFromRoles: (roleIds) => Effect.sync(() => Inference.licensesFor(permissionsOf(roleIds), state.definitions)),
    inferFromPermissions: (permissions) => Effect.sync(() => Inference.licensesFor(permissions, state.definitions)),
    assign: (assignments) =>
      Effect.sync(() => Users.assign(state.users, assignments, (id) => state.definitionsById.has(id)))
  })
})

/** An organization as it begins. */
const found = Effect.fnUntraced(function* ({
  definitions = Catalog.definitions,
  roles = Catalog.roles,
  seed = "genesys-license",
  users = 200
}: OrganizationOptions) {
  return {
    definitions,
    definitionsById: new Map(definitions.map((definition) => [definition.id, definition])),
    roles,
    rolesById: new Map(roles.map((role) => [role.id, role])),
    users: Users.make(
      typeof users === "number" ? yield* Population.generate(users, definitions).pipe(Random.withSeed(seed)) : users
    )
  }
})
