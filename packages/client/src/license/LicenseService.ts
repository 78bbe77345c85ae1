/**
 * The License API as a service: ten operations, and what one builds on them first.
 *
 * @see https://developer.genesys.cloud/organization/license-apis
 */
import type { LicenseAssignmentRequest } from "@genesys-license/schema/license/Assignment"
import type { LicenseId, PermissionId, RoleId, UserId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import type { LicenseOrgToggle } from "@genesys-license/schema/license/Toggle"
import type { LicenseUser, UserLicenses, UserLicensesEntityListing } from "@genesys-license/schema/license/User"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import type * as Stream from "effect/Stream"
import { AccessToken } from "../transport/AccessToken.ts"
import * as AssignmentBatch from "./AssignmentBatch.ts"
import type { AssignmentOutcome } from "./AssignmentOutcome.ts"
import * as CallOptions from "../transport/CallOptions.ts"
import { GenesysCloud } from "../cloud/GenesysCloud.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import * as Metrics from "../transport/Metrics.ts"
import type { Options } from "../cloud/Settings.ts"
import { withoutSecrets } from "../transport/Call.ts"
import * as Operations from "../transport/Operations.ts"
import * as Pipe from "../transport/Pipe.ts"
import * as UserBatch from "./UserBatch.ts"
import type { UserPage } from "../paging/UserPage.ts"
import * as UserStream from "./UserStream.ts"

/** Calls the License API of one organization with one set of credentials. */
export class LicenseService extends Context.Service<
  LicenseService,
  {
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
    readonly userPages: (options?: UserStream.Options) => Stream.Stream<UserPage, GenesysError>
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
>()("@genesys-license/client/LicenseService") {
  /** From values; needs an `HttpClient` only. */
  static readonly layer = (
    options: Options & CallOptions.ClientOptions
  ): Layer.Layer<LicenseService | AccessToken, GenesysError, HttpClient.HttpClient> =>
    layerWith(options).pipe(Layer.provide([GenesysCloud.layer(options), layerRateLimiter]))

  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig: Layer.Layer<LicenseService | AccessToken, GenesysError, HttpClient.HttpClient> =
    Layer.suspend(() => layerWith().pipe(Layer.provide([GenesysCloud.layerConfig, layerRateLimiter])))
}

/**
 * A client of any `GenesysCloud`, whose budget of requests is counted by any
 * `RateLimiter`. It comes with its `AccessToken`, for those who keep the refresh
 * token of a user. A `CircuitBreaker` is used when one is provided.
 */
export const layerWith = (
  options: CallOptions.ClientOptions = {}
): Layer.Layer<
  LicenseService | AccessToken,
  GenesysError,
  GenesysCloud | HttpClient.HttpClient | RateLimiter.RateLimiter
> => Layer.effectContext(make(options))

/** Counts requests in the memory of this process. */
export const layerRateLimiter: Layer.Layer<RateLimiter.RateLimiter> = RateLimiter.layer.pipe(
  Layer.provide(RateLimiter.layerStoreMemory)
)

const make = Effect.fnUntraced(function* (options: CallOptions.ClientOptions) {
  const cloud = yield* GenesysCloud
  const transport = yield* Pipe.make(cloud, options)
  const call = Operations.make(transport.send, options)

  const getUsersPage: LicenseService["Service"]["getUsersPage"] = (query) =>
    call("getLicenseUsers", { query }, (page, call) => {
      Metrics.count(Metrics.users, call, page.entities.length)
      return page
    })
  const batch = UserBatch.make((payload) => call("postLicenseUsers", { payload }))
  const postAssignments = (assignments: ReadonlyArray<LicenseAssignmentRequest>) =>
    // The results are free texts of the server, which callers keep in reports and journals.
    call("postLicenseOrganization", { payload: { assignments } }, (statuses, call) =>
      statuses.map(({ result, ...status }) =>
        result === undefined ? status : { ...status, result: withoutSecrets(call, result) }
      )
    )

  const service = LicenseService.of({
    getDefinitions: call("getLicenseDefinitions", undefined),
    getDefinition: (licenseId) => call("getLicenseDefinition", { params: { licenseId } }),
    getUser: (userId) => call("getLicenseUser", { params: { userId } }),
    getUsersPage,
    users: (options) => UserStream.users(getUsersPage, options),
    userPages: (options) => UserStream.pages(getUsersPage, options),
    getUsers: batch.getUsers,
    getUserLicenses: batch.getUserLicenses,
    inferFromRoles: (roleIds) => call("postLicenseInfer", { payload: roleIds }),
    inferFromPermissions: (permissions) => call("postLicenseInferPermissions", { payload: permissions }),
    updateAssignments: AssignmentBatch.make(postAssignments),
    getToggle: (featureName) => call("getLicenseToggle", { params: { featureName } }),
    switchToggle: (featureName) => call("postLicenseToggle", { params: { featureName } })
  })
  return Context.make(LicenseService, service).pipe(Context.add(AccessToken, transport.tokens))
})
