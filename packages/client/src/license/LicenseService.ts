/**
 * The License API as a service: its ten operations, streams over all users, and batches.
 *
 * @see https://developer.genesys.cloud/organization/license-apis
 */
import { LicenseApi } from "@genesys-license/schema/license/LicenseApi"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import type * as Stream from "effect/Stream"
import type {
  LicenseAssignmentRequest,
  LicenseDefinition,
  LicenseId,
  LicenseOrgToggle,
  LicenseUser,
  PermissionId,
  RoleId,
  UserId,
  UserLicenses,
  UserLicensesEntityListing
} from "../Models.ts"
import type { GenesysCloud } from "../cloud/GenesysCloud.ts"
import * as AssignmentBatch from "./AssignmentBatch.ts"
import type { AssignmentOutcome } from "./AssignmentOutcome.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import * as UserBatch from "./UserBatch.ts"
import * as UserStream from "./UserStream.ts"
import type { ClientOptions } from "../transport/call/CallOptions.ts"
import { GenesysTransport, type Transport } from "../transport/GenesysTransport.ts"
import * as ServiceLayers from "../transport/ServiceLayers.ts"

/** Calls the License API of one organization. */
export interface License {
  /** All licenses that are available to the organization. `permissions` may be absent here; `getDefinition` returns them. */
  readonly getDefinitions: Effect.Effect<ReadonlyArray<LicenseDefinition>, GenesysError>
  /** One license, with its permissions. */
  readonly getDefinition: (licenseId: LicenseId) => Effect.Effect<LicenseDefinition, GenesysError>
  /** One user. Here `licenses` are definitions, not ids. */
  readonly getUser: (userId: UserId) => Effect.Effect<LicenseUser, GenesysError>
  /** One page of users with their license ids. Pages are counted from 1. */
  readonly getUsersPage: (page: {
    readonly pageNumber: number
    readonly pageSize: number
  }) => Effect.Effect<UserLicensesEntityListing, GenesysError>
  /** All users. Pages are requested only as the stream needs them, and no user is delivered twice. */
  readonly users: (options?: UserStream.Options) => Stream.Stream<UserLicenses, GenesysError>
  /**
   * The same list page by page. Each page has its users, the changes of the list that were
   * noticed while it was read (`drift`), and the position to resume from (`resumeFrom`).
   */
  readonly userPages: (options?: UserStream.Options) => Stream.Stream<UserStream.UserPage, GenesysError>
  /** The license ids of any number of users. Users that the organization does not have are not in the map. */
  readonly getUsers: (
    userIds: Iterable<UserId>
  ) => Effect.Effect<ReadonlyMap<UserId, ReadonlyArray<LicenseId>>, GenesysError>
  /** The license ids of one user; `None` if the organization has no such user. Calls that run at the same time share requests. */
  readonly getUserLicenses: (userId: UserId) => Effect.Effect<Option.Option<ReadonlyArray<LicenseId>>, GenesysError>
  /** The licenses that a user with these roles needs. */
  readonly inferFromRoles: (roleIds: ReadonlyArray<RoleId>) => Effect.Effect<ReadonlyArray<LicenseId>, GenesysError>
  /** The licenses that a user with these permissions needs. A preview of the vendor: it may change or disappear. */
  readonly inferFromPermissions: (
    permissions: ReadonlyArray<PermissionId>
  ) => Effect.Effect<ReadonlyArray<LicenseId>, GenesysError>
  /**
   * Gives and takes any number of licenses. Returns one outcome for each license of each user,
   * in the order of the arguments.
   *
   * Fails only if nothing was changed: the arguments are invalid, or no request reached the API
   * (no token, no permission, no connection). If some requests fail and others do not, the
   * result has the outcomes of all changes. If the call is interrupted, no further request is sent; the
   * outcome of a request that was already sent is unknown.
   */
  readonly updateAssignments: (
    assignments: ReadonlyArray<LicenseAssignmentRequest>,
    options?: AssignmentBatch.Options
  ) => Effect.Effect<ReadonlyArray<AssignmentOutcome>, GenesysError>
  /** @deprecated by the vendor: always returns `true`. */
  readonly getToggle: (featureName: string) => Effect.Effect<LicenseOrgToggle, GenesysError>
  /** @deprecated by the vendor: has no effect. */
  readonly switchToggle: (featureName: string) => Effect.Effect<LicenseOrgToggle, GenesysError>
}

/** Calls the License API of one organization with one set of credentials. */
export class LicenseService extends Context.Service<LicenseService, License>()(
  "@genesys-license/client/LicenseService"
) {
  /** On a given transport, which other services share. */
  static readonly layerTransport = ServiceLayers.layerTransport(LicenseService, (transport) => make(transport))
  /** From values. Needs only an `HttpClient`. */
  static readonly layer = (options: ServiceLayers.Options) =>
    ServiceLayers.layer(LicenseService.layerTransport, options)
  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig = ServiceLayers.layerConfig(LicenseService.layerTransport)
}

/** `LicenseService` over a given `GenesysCloud` and a given `RateLimiter`, such as one that several processes share. */
export const layerWith = (
  options?: ClientOptions
): Layer.Layer<LicenseService, GenesysError, GenesysCloud | HttpClient.HttpClient | RateLimiter.RateLimiter> =>
  LicenseService.layerTransport.pipe(Layer.provide(GenesysTransport.layerWith(options)))

const make = (transport: Transport): License => {
  const license = transport.group(LicenseApi.groups.license)

  const getUsersPage: License["getUsersPage"] = (query) => license.getLicenseUsers({ query })
  const batch = UserBatch.make((payload) => license.postLicenseUsers({ payload }))
  const postAssignments = (assignments: ReadonlyArray<LicenseAssignmentRequest>) =>
    // Redacted, because callers store these texts of the server in reports and journals.
    Effect.map(license.postLicenseOrganization({ payload: { assignments } }), (statuses) =>
      statuses.map(({ result, ...status }) =>
        result === undefined ? status : { ...status, result: transport.redact(result) }
      )
    )

  return {
    getDefinitions: license.getLicenseDefinitions(),
    getDefinition: (licenseId) => license.getLicenseDefinition({ params: { licenseId } }),
    getUser: (userId) => license.getLicenseUser({ params: { userId } }),
    getUsersPage,
    ...UserStream.make(getUsersPage),
    getUsers: batch.getUsers,
    getUserLicenses: batch.getUserLicenses,
    inferFromRoles: (payload) => license.postLicenseInfer({ payload }),
    inferFromPermissions: (payload) => license.postLicenseInferPermissions({ payload }),
    updateAssignments: AssignmentBatch.make(postAssignments),
    getToggle: (featureName) => license.getLicenseToggle({ params: { featureName } }),
    switchToggle: (featureName) => license.postLicenseToggle({ params: { featureName } })
  }
}
