/**
 * The emulated organization: license definitions, roles, users and their licenses, and billing.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type {
  BillingContract,
  BillingContractPeriodDetail,
  BillingUsageReport,
  LicenseAssignmentRequest,
  LicenseDefinition,
  LicenseId,
  LicenseUpdateStatus,
  LicenseUser,
  PermissionId,
  RoleId,
  UserId,
  UserLicenses,
  UserLicensesById,
  UserLicensesEntityListing
} from "../Models.ts"
import * as Billing from "./Billing.ts"
import * as Catalog from "./Catalog.ts"
import * as Directory from "./Directory.ts"
import * as Identity from "./Identity.ts"
import * as Inference from "./Inference.ts"
import type { PageQuery } from "./Page.ts"
import type { PersonOptions } from "./Person.ts"
import * as Population from "./Population.ts"
import * as Roles from "./Roles.ts"
import * as Users from "./Users.ts"

/** The parts of the organization. Missing parts are generated from the seed. */
export interface OrganizationOptions {
  /** The number of users to generate, or a list of users. Default: 200. */
  readonly users?: number | ReadonlyArray<UserLicenses> | undefined
  /** The seed for all generated ids, licenses and people. Default: `"genesys-license"`. */
  readonly seed?: string | undefined
  /** The id and the names of the organization. Missing fields are generated from the seed. */
  readonly organization?: Identity.IdentityOptions | undefined
  /**
   * Details of some people, such as names. All other details are generated from the seed and the id.
   * A person who is not in `users` exists, but holds no license and is not in the list of licenses.
   */
  readonly people?: ReadonlyArray<PersonOptions> | undefined
  /** Default: 100,000 for `/license/users` and 500 for `/users`. Larger pages are refused. */
  readonly largestPage?: LargestPage | undefined
  /** Default: the definitions of `Catalog`. */
  readonly definitions?: ReadonlyArray<LicenseDefinition> | undefined
  /** Default: the roles of `Catalog`. */
  readonly roles?: ReadonlyArray<Catalog.Role> | undefined
  /** Default: the groups of `Catalog`, or none if `roles` is set. */
  readonly groups?: ReadonlyArray<Catalog.Group> | undefined
}

/** The maximum page size of both lists of users, and the answer to a larger `pageSize`. */
export const LargestPage = Schema.Struct({
  size: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  /**
   * The answer to a larger `pageSize`. `refuse`: status 400. `cut`: a page of `size` that reports `size`.
   * `cutSilently`: a page of `size` that reports the requested size. Default: `refuse`.
   */
  larger: Schema.optionalKey(Schema.Literals(["refuse", "cut", "cutSilently"]))
}).annotate({ identifier: "LargestPage" })
export interface LargestPage extends Schema.Schema.Type<typeof LargestPage> {}

/** The emulated organization: users, licenses, roles, people and billing. */
export class Organization extends Context.Service<
  Organization,
  {
    /** The current license definitions. */
    readonly definitions: ReadonlyArray<LicenseDefinition>
    /** The current roles. */
    readonly roles: ReadonlyArray<Catalog.Role>
    /** The permissions of a role that nobody used for 30 days. */
    readonly unusedPermissions: (role: Catalog.Role) => ReadonlyArray<PermissionId>
    /** The id and the names of the organization. */
    readonly identity: Identity.Identity
    /** The people behind the users, with their roles and groups. */
    readonly directory: Directory.Directory
    /** The maximum page size. `undefined`: each list has a different default. */
    readonly largestPage: LargestPage | undefined
    /** The current users and their licenses, in the order of the list. */
    readonly users: Effect.Effect<ReadonlyArray<UserLicenses>>
    /** The current number of users. */
    readonly userCount: Effect.Effect<number>

    /** Changes the list of users, for example when users join or leave between two pages. */
    readonly updateUsers: (
      f: (users: ReadonlyArray<UserLicenses>) => ReadonlyArray<UserLicenses>
    ) => Effect.Effect<void>

    /** The options that recreate the current organization. */
    readonly export: Effect.Effect<OrganizationOptions>
    /** Replaces the whole organization. */
    readonly replace: (options?: OrganizationOptions) => Effect.Effect<void>
    /** Restores the organization from the start. */
    readonly reset: Effect.Effect<void>

    /** A license definition by its id. None if the organization has no such license. */
    readonly definition: (licenseId: LicenseId) => Effect.Effect<Option.Option<LicenseDefinition>>
    /** A user with the definitions of the licenses that the user holds. None if there is no such user. */
    readonly user: (userId: UserId) => Effect.Effect<Option.Option<LicenseUser>>
    /** A page of users with the ids of their licenses. */
    readonly page: (query: PageQuery) => Effect.Effect<UserLicensesEntityListing>
    /** The JSON of {@link page}. */
    readonly pageJson: (query: PageQuery) => Effect.Effect<string>
    /** The licenses of several users. Leaves out unknown users. */
    readonly lookup: (userIds: ReadonlyArray<UserId>) => Effect.Effect<UserLicensesById>
    /** The permissions of several roles. Ignores unknown roles. */
    readonly permissionsOf: (roleIds: ReadonlyArray<RoleId>) => Effect.Effect<ReadonlyArray<PermissionId>>
    /** The licenses that roles need. Ignores unknown roles. */
    readonly inferFromRoles: (roleIds: ReadonlyArray<RoleId>) => Effect.Effect<ReadonlyArray<LicenseId>>
    /** The licenses that permissions need. */
    readonly inferFromPermissions: (permissions: ReadonlyArray<PermissionId>) => Effect.Effect<ReadonlyArray<LicenseId>>
    /** Adds and removes licenses. Returns the result of each change. */
    readonly assign: (
      assignments: ReadonlyArray<LicenseAssignmentRequest>
    ) => Effect.Effect<ReadonlyArray<LicenseUpdateStatus>>

    /** The billable usage of a period. The first report of a period is `InProgress`; the next one has the usage. */
    readonly billableUsage: (startDate: DateTime.Utc, endDate: DateTime.Utc) => Effect.Effect<BillingUsageReport>
    /** The only contract of the organization. */
    readonly contract: Effect.Effect<BillingContract>
    /** A billing period of the contract. None if there is no such period. */
    readonly contractPeriod: (periodId: string) => Effect.Effect<Option.Option<BillingContractPeriodDetail>>
  }
>()("@genesys-license/emulator/Organization") {
  /** The organization of the options. Missing parts are generated from the seed. */
  static readonly make = (options: OrganizationOptions = {}): Effect.Effect<Organization["Service"]> => make(options)

  /** {@link make} as a layer. */
  static readonly layer = (options?: OrganizationOptions): Layer.Layer<Organization> =>
    Layer.effect(Organization, Organization.make(options))
}

const make = Effect.fnUntraced(function* (options: OrganizationOptions) {
  let state = yield* initialState(options)

  const replace = (options: OrganizationOptions = {}) =>
    Effect.map(initialState(options), (next) => {
      state = next
    })

  /** Users can hold a license without a definition, because an organization does not see all definitions. */
  const definitionOf = (id: LicenseId): LicenseDefinition =>
    state.definitionsById.get(id) ?? { id, prerequisites: [], comprises: [] }

  // Computed on demand, because most tests do not need it.
  let cache: { readonly state: typeof state; readonly directory: Directory.Directory } | undefined
  const directory = () => {
    if (cache?.state !== state) {
      cache = { state, directory: Directory.make(state) }
    }
    return cache.directory
  }

  const permissionsOf = (roleIds: ReadonlyArray<RoleId>) =>
    roleIds.flatMap((id) => state.rolesById.get(id)?.permissions ?? [])

  return Organization.of({
    get definitions() {
      return state.definitions
    },
    get roles() {
      return state.roles
    },
    unusedPermissions: (role) => Roles.unusedPermissions(role, state.seed, state.definitions),
    get identity() {
      return state.identity
    },
    get directory() {
      return directory()
    },
    get largestPage() {
      return state.largestPage
    },
    users: Effect.sync(() => Users.toArray(state.users)),
    userCount: Effect.sync(() => state.users.list.length),

    updateUsers: (f) =>
      Effect.sync(() => {
        state = { ...state, users: Users.make(f(Users.toArray(state.users)), state.users) }
      }),

    export: Effect.sync(() => {
      const { domain, id, name, thirdPartyOrgName } = state.identity
      // Generated roles depend on the initial licenses, which the export does not contain. So it contains the roles of
      // every user whose licenses have changed.
      const people = new Map(state.people)
      for (const id of state.users.initialHoldings.keys()) {
        people.set(id, { id, ...directory().access(id), ...people.get(id) })
      }
      return {
        seed: state.seed,
        organization: { id, name, thirdPartyOrgName, domain },
        definitions: state.definitions,
        roles: state.roles,
        groups: state.groups,
        users: Users.toArray(state.users),
        ...(people.size > 0 && { people: [...people.values()] }),
        ...(state.largestPage && { largestPage: state.largestPage })
      }
    }),
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
      Effect.sync(() => Users.assign(state.users, assignments, (id) => state.definitionsById.has(id))),

    billableUsage: (startDate, endDate) =>
      Effect.sync(() => state.billing.usage(startDate, endDate, state.users, directory())),
    contract: Effect.sync(() => state.billing.contract),
    contractPeriod: (periodId) => Effect.sync(() => Option.fromUndefinedOr(state.billing.period(periodId, state.users)))
  })
})

const initialState = Effect.fnUntraced(function* ({
  definitions = Catalog.definitions,
  roles = Catalog.roles,
  groups = roles === Catalog.roles ? Catalog.groups : [],
  largestPage,
  organization,
  people = [],
  seed = "genesys-license",
  users = 200
}: OrganizationOptions) {
  const identity = yield* Identity.make(seed, organization)
  const now = yield* Clock.currentTimeMillis
  const members = Users.make(
    typeof users === "number" ? yield* Population.generate(users, definitions).pipe(Random.withSeed(seed)) : users
  )
  return {
    seed,
    identity,
    origin: { seed, domain: identity.domain, now },
    definitions,
    definitionsById: new Map(definitions.map((definition) => [definition.id, definition])),
    roles,
    rolesById: new Map(roles.map((role) => [role.id, role])),
    groups,
    people: new Map(people.map((person) => [person.id, person])),
    largestPage,
    users: members,
    billing: Billing.make({ contractId: `contract-${identity.id}`, now, users: members, definitions })
  }
})
