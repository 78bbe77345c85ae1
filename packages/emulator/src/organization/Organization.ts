/**
 * The organization that the emulator answers for: definitions, roles, and users
 * who gain and lose licenses.
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

/** Every part can be made up from the seed or given exactly. */
export interface OrganizationOptions {
  /** How many users to make up, or the users themselves. Default: 200. */
  readonly users?: number | ReadonlyArray<UserLicenses> | undefined
  /** Decides every id, who holds what, and who everybody is. Default: `"genesys-license"`. */
  readonly seed?: string | undefined
  /** Which organization it is. What is left out comes from the seed. */
  readonly organization?: Identity.IdentityOptions | undefined
  /**
   * Who some users are; everybody else is made up from the seed and the id. Somebody who
   * is not among the users is known as a person, and holds no license.
   */
  readonly people?: ReadonlyArray<PersonOptions> | undefined
  /** Default: 100,000 of the list of licenses, 500 of the list of users; more is refused. */
  readonly largestPage?: LargestPage | undefined
  /** Default: the definitions of `Catalog`. */
  readonly definitions?: ReadonlyArray<LicenseDefinition> | undefined
  /** Default: the roles of `Catalog`. */
  readonly roles?: ReadonlyArray<Catalog.Role> | undefined
  /** Default: the groups of `Catalog`, or none when there are other roles. */
  readonly groups?: ReadonlyArray<Catalog.Group> | undefined
}

/** How large a page of a list of users can be, and what becomes of one that is larger. */
export const LargestPage = Schema.Struct({
  size: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  /**
   * `refuse`: 400. `cut`: a page of this size, which says so. `cutSilently`: a page of
   * this size, which says the size that was asked for. Default: `refuse`.
   */
  larger: Schema.optionalKey(Schema.Literals(["refuse", "cut", "cutSilently"]))
}).annotate({ identifier: "LargestPage" })
export interface LargestPage extends Schema.Schema.Type<typeof LargestPage> {}

/** The emulated organization: who holds what, who everybody is, and what it pays. */
export class Organization extends Context.Service<
  Organization,
  {
    /** As they are now. */
    readonly definitions: ReadonlyArray<LicenseDefinition>
    /** As they are now. */
    readonly roles: ReadonlyArray<Catalog.Role>
    /** Permissions of a role that nobody uses. */
    readonly unusedPermissions: (role: Catalog.Role) => ReadonlyArray<PermissionId>
    /** Which organization it is. */
    readonly identity: Identity.Identity
    /** Who the users are. */
    readonly directory: Directory.Directory
    /** Unless somebody has said, each list has one of its own. */
    readonly largestPage: LargestPage | undefined
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

    /** A license by its id; none where the organization has no such license. */
    readonly definition: (licenseId: LicenseId) => Effect.Effect<Option.Option<LicenseDefinition>>
    /** A user and the definitions of what the user holds; none where there is no such user. */
    readonly user: (userId: UserId) => Effect.Effect<Option.Option<LicenseUser>>
    /** A page of users and what they hold. */
    readonly page: (query: PageQuery) => Effect.Effect<UserLicensesEntityListing>
    /** The JSON of {@link page}. */
    readonly pageJson: (query: PageQuery) => Effect.Effect<string>
    /** Users who are not known are left out. */
    readonly lookup: (userIds: ReadonlyArray<UserId>) => Effect.Effect<UserLicensesById>
    /** What the roles permit. Those that are not known permit nothing. */
    readonly permissionsOf: (roleIds: ReadonlyArray<RoleId>) => Effect.Effect<ReadonlyArray<PermissionId>>
    /** Roles that are not known need nothing. */
    readonly inferFromRoles: (roleIds: ReadonlyArray<RoleId>) => Effect.Effect<ReadonlyArray<LicenseId>>
    /** The licenses that permissions need. */
    readonly inferFromPermissions: (permissions: ReadonlyArray<PermissionId>) => Effect.Effect<ReadonlyArray<LicenseId>>
    /** Gives and takes licenses, and says of each change what became of it. */
    readonly assign: (
      assignments: ReadonlyArray<LicenseAssignmentRequest>
    ) => Effect.Effect<ReadonlyArray<LicenseUpdateStatus>>

    /** The billable usage of a period. The first answer is `InProgress`, the next one has the usage. */
    readonly billableUsage: (startDate: DateTime.Utc, endDate: DateTime.Utc) => Effect.Effect<BillingUsageReport>
    /** A contract by its id. */
    readonly contract: Effect.Effect<BillingContract>
    /** A billing period of a contract. */
    readonly contractPeriod: (periodId: string) => Effect.Effect<Option.Option<BillingContractPeriodDetail>>
  }
>()("@genesys-license/emulator/Organization") {
  /** The organization of the options; what they leave out is made up from the seed. */
  static readonly make = (options: OrganizationOptions = {}): Effect.Effect<Organization["Service"]> => make(options)

  /** {@link make} as a layer. */
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

  // Made when it is first asked for: most tests never do.
  let made: { readonly of: typeof state; readonly directory: Directory.Directory } | undefined
  const directory = () => {
    if (made?.of !== state) {
      made = { of: state, directory: Directory.make(state) }
    }
    return made.directory
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
      // Roles follow from what somebody began with. Of whom that is not known any more, they are said.
      const people = new Map(state.people)
      for (const id of state.users.began.keys()) people.set(id, { id, ...directory().access(id), ...people.get(id) })
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

/** An organization as it begins. */
const found = Effect.fnUntraced(function* ({
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
