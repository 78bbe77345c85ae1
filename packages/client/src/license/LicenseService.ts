/**
 * The License API as a service: ten operations, and what one builds on them first.
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
  /** All licenses that the organization can hold now. The list may leave out `permissions`; `getDefinition` has them. */
  readonly getDefinitions: Effect.Effect<ReadonlyArray<LicenseDefinition>, GenesysError>
  /** One license, with its permissions. */
  readonly getDefinition: (licenseId: LicenseId) => Effect.Effect<LicenseDefinition, GenesysError>
  /** One user; here `licenses` are whole definitions. */
  readonly getUser: (userId: UserId) => Effect.Effect<LicenseUser, GenesysError>
  /** One page of users with the ids of their licenses, counted from 1. */
  readonly getUsersPage: (page: {
    readonly pageNumber: number
    readonly pageSize: number
  }) => Effect.Effect<UserLicensesEntityListing, GenesysError>
  /** All users, page by page, only as far as they are asked for; nobody twice. */
  readonly users: (options?: UserStream.Options) => Stream.Stream<UserLicenses, GenesysError>
  /**
   * The pages beneath `users`: each with its users, with what was seen to move in the
   * list while it was read, and with the position to go on from.
   */
  readonly userPages: (options?: UserStream.Options) => Stream.Stream<UserStream.UserPage, GenesysError>
  /** The license ids of any number of users. A user that the organization does not know is not in the map. */
  readonly getUsers: (
    userIds: Iterable<UserId>
  ) => Effect.Effect<ReadonlyMap<UserId, ReadonlyArray<LicenseId>>, GenesysError>
  /** The license ids of one user; calls that run at the same time share requests. `None` for an unknown user. */
  readonly getUserLicenses: (userId: UserId) => Effect.Effect<Option.Option<ReadonlyArray<LicenseId>>, GenesysError>
  /** The licenses that somebody with these roles would need. */
  readonly inferFromRoles: (roleIds: ReadonlyArray<RoleId>) => Effect.Effect<ReadonlyArray<LicenseId>, GenesysError>
  /** The licenses that somebody with these permissions would need. A preview upstream: it may change or vanish. */
  readonly inferFromPermissions: (
    permissions: ReadonlyArray<PermissionId>
  ) => Effect.Effect<ReadonlyArray<LicenseId>, GenesysError>
  /**
   * Gives and takes licenses, any number of them: the only write. There is one
   * outcome for each license of each user, in the order of the arguments.
   *
   * Fails only where nothing was changed: with arguments that make no sense, and
   * when not one request was let in (no token, no permission, no connection).
   * A request that fails later leaves the outcomes of the others. When it is
   * interrupted, no further request is sent, and what was sent is done or not.
   */
  readonly updateAssignments: (
    assignments: ReadonlyArray<LicenseAssignmentRequest>,
    options?: AssignmentBatch.Options
  ) => Effect.Effect<ReadonlyArray<AssignmentOutcome>, GenesysError>
  /** @deprecated upstream: always answers `true`. */
  readonly getToggle: (featureName: string) => Effect.Effect<LicenseOrgToggle, GenesysError>
  /** @deprecated upstream: has no effect. */
  readonly switchToggle: (featureName: string) => Effect.Effect<LicenseOrgToggle, GenesysError>
}

/** Calls the License API of one organization with one set of credentials. */
export class LicenseService extends Context.Service<LicenseService, License>()(
  "@genesys-license/client/LicenseService"
) {
  /** On a given transport, together with other services. */
  static readonly layerTransport = ServiceLayers.layerTransport(LicenseService, (transport) => make(transport))
  /** From values; needs an `HttpClient` only. */
  static readonly layer = (options: ServiceLayers.Options) =>
    ServiceLayers.layer(LicenseService.layerTransport, options)
  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig = ServiceLayers.layerConfig(LicenseService.layerTransport)
}

/** `LicenseService` of any `GenesysCloud`, whose budget of requests is counted by any `RateLimiter`. */
export const layerWith = (
  options?: ClientOptions
): Layer.Layer<LicenseService, GenesysError, GenesysCloud | HttpClient.HttpClient | RateLimiter.RateLimiter> =>
  LicenseService.layerTransport.pipe(Layer.provide(GenesysTransport.layerWith(options)))

const make = (transport: Transport): License => {
  const license = transport.group(LicenseApi.groups.license)

  const getUsersPage: License["getUsersPage"] = (query) => license.getLicenseUsers({ query })
  const batch = UserBatch.make((payload) => license.postLicenseUsers({ payload }))
  const postAssignments = (assignments: ReadonlyArray<LicenseAssignmentRequest>) =>
    // The results are free texts of the server, which callers keep in reports and journals.
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
