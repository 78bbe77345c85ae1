/**
 * The License API as a service: ten operations, and what one builds on them first.
 *
 * @see https://developer.genesys.cloud/organization/license-apis
 */
import type { LicenseAssignmentRequest, LicenseUpdateStatus } from "@genesys-license/schema/Assignment"
import type { LicenseId, PermissionId, RoleId, UserId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/License"
import { LicenseApi, type OperationName } from "@genesys-license/schema/LicenseApi"
import * as Operation from "@genesys-license/schema/Operation"
import type { LicenseOrgToggle } from "@genesys-license/schema/Toggle"
import type { LicenseUser, UserLicenses, UserLicensesEntityListing } from "@genesys-license/schema/User"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import type * as Stream from "effect/Stream"
import { AccessToken } from "./AccessToken.ts"
import * as ClientOptions from "./ClientOptions.ts"
import { GenesysCloud } from "./GenesysCloud.ts"
import { InvalidRequest, LicenseError } from "./LicenseError.ts"
import * as Metrics from "./Metrics.ts"
import type { Options } from "./Settings.ts"
import * as Call from "./transport/Call.ts"
import * as Decode from "./transport/Decode.ts"
import * as Timeout from "./transport/Timeout.ts"
import * as Transport from "./transport/Transport.ts"
import * as UserBatch from "./UserBatch.ts"
import * as UserStream from "./UserStream.ts"

/** Calls the License API of one organization with one set of credentials. */
export class LicenseService extends Context.Service<
  LicenseService,
  {
    /** All licenses that the organization can hold now. The list may leave out `permissions`; `getDefinition` has them. */
    readonly getDefinitions: Effect.Effect<ReadonlyArray<LicenseDefinition>, LicenseError>
    /** One license, with its permissions. */
    readonly getDefinition: (licenseId: LicenseId) => Effect.Effect<LicenseDefinition, LicenseError>
    /** One user; here `licenses` are whole definitions. */
    readonly getUser: (userId: UserId) => Effect.Effect<LicenseUser, LicenseError>
    /** One page of users with the ids of their licenses, counted from 1. */
    readonly getUsersPage: (page: {
      readonly pageNumber: number
      readonly pageSize: number
    }) => Effect.Effect<UserLicensesEntityListing, LicenseError>
    /** All users, page by page, only as far as they are asked for. */
    readonly users: (options?: UserStream.Options) => Stream.Stream<UserLicenses, LicenseError>
    /** The license ids of any number of users. A user that the organization does not know is not in the map. */
    readonly getUsers: (
      userIds: Iterable<UserId>
    ) => Effect.Effect<ReadonlyMap<UserId, ReadonlyArray<LicenseId>>, LicenseError>
    /** The license ids of one user; calls that run at the same time share requests. `None` for an unknown user. */
    readonly getUserLicenses: (userId: UserId) => Effect.Effect<Option.Option<ReadonlyArray<LicenseId>>, LicenseError>
    /** The licenses that somebody with these roles would need. */
    readonly inferFromRoles: (roleIds: ReadonlyArray<RoleId>) => Effect.Effect<ReadonlyArray<LicenseId>, LicenseError>
    /** The licenses that somebody with these permissions would need. A preview upstream: it may change or vanish. */
    readonly inferFromPermissions: (
      permissions: ReadonlyArray<PermissionId>
    ) => Effect.Effect<ReadonlyArray<LicenseId>, LicenseError>
    /**
     * Gives and takes licenses: the only write. It is repeated only when it was
     * certainly not carried out; otherwise a lost answer is `OutcomeUnknown`.
     */
    readonly updateAssignments: (
      assignments: ReadonlyArray<LicenseAssignmentRequest>
    ) => Effect.Effect<ReadonlyArray<LicenseUpdateStatus>, LicenseError>
    /** @deprecated upstream: always answers `true`. */
    readonly getToggle: (featureName: string) => Effect.Effect<LicenseOrgToggle, LicenseError>
    /** @deprecated upstream: has no effect. */
    readonly switchToggle: (featureName: string) => Effect.Effect<LicenseOrgToggle, LicenseError>
  }
>()("@genesys-license/client/LicenseService") {
  /** From values; needs an `HttpClient` only. */
  static readonly layer = (
    options: Options & ClientOptions.ClientOptions
  ): Layer.Layer<LicenseService | AccessToken, LicenseError, HttpClient.HttpClient> =>
    layerWith(options).pipe(Layer.provide([GenesysCloud.layer(options), layerRateLimiter]))

  /** From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. */
  static readonly layerConfig: Layer.Layer<LicenseService | AccessToken, LicenseError, HttpClient.HttpClient> =
    Layer.suspend(() => layerWith().pipe(Layer.provide([GenesysCloud.layerConfig, layerRateLimiter])))
}

/**
 * A client of any `GenesysCloud`, whose budget of requests is counted by any
 * `RateLimiter`. It comes with its `AccessToken`, for those who keep the refresh
 * token of a user. A `CircuitBreaker` is used when one is provided.
 */
export const layerWith = (
  options: ClientOptions.ClientOptions = {}
): Layer.Layer<
  LicenseService | AccessToken,
  LicenseError,
  GenesysCloud | HttpClient.HttpClient | RateLimiter.RateLimiter
> => Layer.effectContext(make(options))

/** Counts requests in the memory of this process. */
export const layerRateLimiter: Layer.Layer<RateLimiter.RateLimiter> = RateLimiter.layer.pipe(
  Layer.provide(RateLimiter.layerStoreMemory)
)

const { endpoints } = LicenseApi.groups.license

const make = Effect.fnUntraced(function* (options: ClientOptions.ClientOptions) {
  const cloud = yield* GenesysCloud
  const transport = yield* Transport.make(cloud, options)
  const api = yield* HttpApiClient.makeWith(LicenseApi, { httpClient: transport.api })

  /** One call of one operation, from its arguments to its result or its `LicenseError`. */
  const call = <A, E>(operation: OperationName, send: Effect.Effect<A, E, Call.Call>): Effect.Effect<A, LicenseError> =>
    Effect.gen(function* () {
      const { permissions, writes } = Operation.of(endpoints[operation])
      const call = Call.make({ operation, permissions, writes })
      const callOptions = yield* ClientOptions.CurrentCallOptions
      const problem = ClientOptions.problem(callOptions)
      if (problem !== undefined) {
        const reason = new InvalidRequest({ problem: `${problem.setting} ${problem.problem}` })
        return yield* new LicenseError({ operation, reason })
      }
      return yield* Decode.failures(send, call).pipe(
        Timeout.within("call", callOptions.callTimeout ?? options.callTimeout ?? ClientOptions.defaults.callTimeout),
        Effect.mapError((error) => Call.annotate(error, call)),
        Effect.provideService(Call.Call, call)
      )
    }).pipe(Effect.withSpan(`LicenseService.${operation}`, { attributes: { "genesys.operation": operation } }))

  const getUsersPage: LicenseService["Service"]["getUsersPage"] = (query) =>
    Effect.tap(call("getLicenseUsers", api.getLicenseUsers({ query })), (page) =>
      Metrics.count(Metrics.users, "getLicenseUsers", page.entities.length)
    )
  const postUsers = (userIds: ReadonlyArray<UserId>) =>
    call("postLicenseUsers", api.postLicenseUsers({ payload: userIds }))
  const batch = UserBatch.make(postUsers)

  const service = LicenseService.of({
    getDefinitions: call("getLicenseDefinitions", api.getLicenseDefinitions()),
    getDefinition: (licenseId) => call("getLicenseDefinition", api.getLicenseDefinition({ params: { licenseId } })),
    getUser: (userId) => call("getLicenseUser", api.getLicenseUser({ params: { userId } })),
    getUsersPage,
    users: (options) => UserStream.make(getUsersPage, options),
    getUsers: batch.getUsers,
    getUserLicenses: batch.getUserLicenses,
    inferFromRoles: (roleIds) => call("postLicenseInfer", api.postLicenseInfer({ payload: roleIds })),
    inferFromPermissions: (permissions) =>
      call("postLicenseInferPermissions", api.postLicenseInferPermissions({ payload: permissions })),
    updateAssignments: (assignments) =>
      Effect.andThen(
        checkAssignments(assignments),
        call("postLicenseOrganization", api.postLicenseOrganization({ payload: { assignments } }))
      ),
    getToggle: (featureName) => call("getLicenseToggle", api.getLicenseToggle({ params: { featureName } })),
    switchToggle: (featureName) => call("postLicenseToggle", api.postLicenseToggle({ params: { featureName } }))
  })
  return Context.make(LicenseService, service).pipe(Context.add(AccessToken, transport.tokens))
})

/** Giving and taking the same license of the same user has no meaning; the order is not the caller's. */
const checkAssignments = (assignments: ReadonlyArray<LicenseAssignmentRequest>) => {
  const pairs = (change: "userIdsAdd" | "userIdsRemove") =>
    assignments.flatMap(({ licenseId, [change]: userIds }) => userIds.map((userId) => ({ licenseId, userId })))
  const given = new Set(pairs("userIdsAdd").map((pair) => JSON.stringify(pair)))
  const both = pairs("userIdsRemove").find((pair) => given.has(JSON.stringify(pair)))
  if (both === undefined) return Effect.void
  const problem = `${both.licenseId} is both given to and taken from user ${both.userId}`
  return Effect.fail(
    new LicenseError({ operation: "postLicenseOrganization", reason: new InvalidRequest({ problem }) })
  )
}
