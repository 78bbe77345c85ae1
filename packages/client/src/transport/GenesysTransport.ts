/**
 * The transport to one organization. All services on one transport share its token, rate limit,
 * retry quota, timeouts and redaction.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import type * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { Authorization } from "@genesys-license/schema/Authorization"
import { GenesysCloud } from "../cloud/GenesysCloud.ts"
import type * as Settings from "../cloud/Settings.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import * as CallOptions from "./call/CallOptions.ts"
import * as Calls from "./Calls.ts"
import * as CurrentOperation from "./CurrentOperation.ts"
import * as Endpoints from "./Endpoints.ts"
import * as Pipe from "./Pipe.ts"
import * as RawClient from "./RawClient.ts"

/** The methods of a group. */
export type { Methods } from "./Endpoints.ts"

/** Sends requests to one organization. Services are built on it. */
export interface Transport {
  /**
   * Returns the endpoints of a group as methods that fail with `GenesysError`. The group may be
   * one of the contract, or of your own `HttpApi`:
   *
   *     const license = transport.group(LicenseApi.groups.license)
   *     license.getLicenseUser({ params: { userId } })
   */
  readonly group: <G extends HttpApiGroup.Constraint>(group: G) => Endpoints.Methods<G>
  /**
   * An `HttpClient` for all other requests, with the same token, rate limit, retries, timeouts
   * and errors. It takes paths such as `/api/v2/routing/queues`, and refuses a host.
   * `HttpApiClient.makeWith(MyApi, { httpClient })` returns a typed client.
   *
   * A response that is not 2xx fails with `GenesysError`. Bodies are read completely, up to
   * `maxResponseBytes`. Use `CurrentOperation` to name a request and to say whether it writes.
   * A request takes about twice the CPU time of one by `group`.
   */
  readonly httpClient: HttpClient.HttpClient.With<GenesysError>
  /** Removes the secrets and header values of this transport from a text of the server, so that it is safe in reports and files. */
  readonly redact: (text: string) => string
  /**
   * The current refresh token, to store for a later session. Only the grants of a user have one.
   * If a login is running, waits up to 5 seconds for it, because it replaces the token.
   */
  readonly refreshToken: Effect.Effect<Option.Option<Redacted.Redacted>>
}

/** The transport to one organization with one set of credentials. */
export class GenesysTransport extends Context.Service<GenesysTransport, Transport>()(
  "@genesys-license/client/GenesysTransport"
) {
  /** Makes a transport over a given `GenesysCloud`. The `RateLimiter` counts its requests; several processes may share its store. */
  static readonly make = (
    options: CallOptions.ClientOptions = {}
  ): Effect.Effect<
    Transport,
    GenesysError,
    GenesysCloud | HttpClient.HttpClient | RateLimiter.RateLimiter | Scope.Scope
  > => Effect.flatMap(RateLimiter.RateLimiter, (limiter) => make(options, limiter))

  /** {@link make} as a layer. Use it with a `RateLimiter` whose store several processes share. */
  static readonly layerWith = (
    options?: CallOptions.ClientOptions
  ): Layer.Layer<GenesysTransport, GenesysError, GenesysCloud | HttpClient.HttpClient | RateLimiter.RateLimiter> =>
    Layer.effect(GenesysTransport, GenesysTransport.make(options))

  /** Over a given `GenesysCloud`. Each layer counts only its own requests. */
  static readonly layerCloud = (
    options: CallOptions.ClientOptions = {}
  ): Layer.Layer<GenesysTransport, GenesysError, GenesysCloud | HttpClient.HttpClient> =>
    Layer.effect(GenesysTransport, make(options))

  /** From values. Needs only an `HttpClient`. Each call makes a new transport. */
  static readonly layer = (
    options: Settings.Options & CallOptions.ClientOptions
  ): Layer.Layer<GenesysTransport, GenesysError, HttpClient.HttpClient> =>
    GenesysTransport.layerCloud(options).pipe(Layer.provide(GenesysCloud.layer(options)))

  /**
   * From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. Provide it once to
   * all services that share the transport: each time the layer is built, it reads the
   * environment again and makes a new transport.
   */
  static readonly layerConfig = (
    options?: CallOptions.ClientOptions
  ): Layer.Layer<GenesysTransport, GenesysError, HttpClient.HttpClient> =>
    Layer.fresh(GenesysTransport.layerCloud(options).pipe(Layer.provide(GenesysCloud.layerConfig)))

  /**
   * For tests. A function, such as a web handler, answers each request. Retries, limits and
   * timeouts work as usual, and there is no login. Requests go to `https://api.mypurecloud.com`.
   *
   *     GenesysTransport.layerTest(() => Response.json({ id: "an organization" }))
   */
  static readonly layerTest = (
    answer: (request: Request) => Response | Promise<Response>,
    options?: CallOptions.ClientOptions
  ): Layer.Layer<GenesysTransport, GenesysError> =>
    GenesysTransport.layer({
      region: "us-east-1",
      credentials: { _tag: "AccessToken", accessToken: Redacted.make("token-of-the-test") },
      ...options
    }).pipe(
      Layer.provide(FetchHttpClient.layer),
      Layer.provide(Layer.succeed(FetchHttpClient.Fetch, async (...args) => answer(new Request(...args))))
    )

  /**
   * Passes the annotations of each endpoint to the transport: the name of the operation, its
   * permissions, and whether it writes. For a client that `HttpApiClient` makes over
   * `httpClient` from an API whose groups have the `Authorization` middleware.
   */
  static readonly layerOperations: Layer.Layer<HttpApiMiddleware.ForClient<Authorization>> = CurrentOperation.layer
}

const make = (options: CallOptions.ClientOptions, limiter?: RateLimiter.RateLimiter) =>
  Effect.gen(function* () {
    const { redaction, send, tokens } = yield* Pipe.make(yield* GenesysCloud, options, limiter)
    const calls = Calls.make(send, options, redaction)
    const { headers } = CallOptions.resolve(options, CallOptions.unchanged)
    return GenesysTransport.of({
      group: (group) => Endpoints.make(group, calls),
      httpClient: RawClient.make(calls),
      refreshToken: tokens.refreshToken,
      redact: (text) => redaction.redact(text, headers)
    })
  })

/**
 * A `RateLimiter` in the memory of this process, for {@link GenesysTransport.layerWith}: transports
 * on it that have the same credentials share one count.
 */
export const layerRateLimiter: Layer.Layer<RateLimiter.RateLimiter> = RateLimiter.layer.pipe(
  Layer.provide(RateLimiter.layerStoreMemory)
)
