/**
 * One way to one organization: a token, a budget of requests, a quota of retries and
 * time-outs, which all services share that are built on it.
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

/** The endpoints of a group as methods. */
export type { Methods } from "./Endpoints.ts"

/** What services are built on. */
export interface Transport {
  /**
   * The endpoints of a group of the contract, or of an `HttpApi` of your own, as
   * methods that fail with `GenesysError`:
   *
   *     const license = transport.group(LicenseApi.groups.license)
   *     license.getLicenseUser({ params: { userId } })
   */
  readonly group: <G extends HttpApiGroup.Constraint>(group: G) => Endpoints.Methods<G>
  /**
   * For everything else: an `HttpClient` with the same token, budget, retries,
   * time-outs and errors, that takes paths such as `/api/v2/routing/queues` and refuses
   * a host. `HttpApiClient.makeWith(MyApi, { httpClient })` gives a typed client.
   *
   * An answer that is not 2xx is a `GenesysError`. Bodies are read whole, up to
   * `maxResponseBytes`. `CurrentOperation` names a request, and says whether it writes.
   * A request takes about twice the processor time of one by `group`.
   */
  readonly httpClient: HttpClient.HttpClient.With<GenesysError>
  /** A text of the server without the secrets and headers of this transport, for what a service hands on to reports and files. */
  readonly redact: (text: string) => string
  /**
   * The refresh token to keep for a later session. Only the grants of a user have one. Waits up to 5 seconds for a
   * login that is on its way, which replaces it.
   */
  readonly refreshToken: Effect.Effect<Option.Option<Redacted.Redacted>>
}

/** The way to one organization with one set of credentials. */
export class GenesysTransport extends Context.Service<GenesysTransport, Transport>()(
  "@genesys-license/client/GenesysTransport"
) {
  /** Over any `GenesysCloud`. Requests are counted by a `RateLimiter`, whose store several processes may share. */
  static readonly make = (
    options: CallOptions.ClientOptions = {}
  ): Effect.Effect<
    Transport,
    GenesysError,
    GenesysCloud | HttpClient.HttpClient | RateLimiter.RateLimiter | Scope.Scope
  > => Effect.flatMap(RateLimiter.RateLimiter, (limiter) => make(options, limiter))

  /** The layer of {@link make}: for a `RateLimiter` whose store several processes share. */
  static readonly layerWith = (
    options?: CallOptions.ClientOptions
  ): Layer.Layer<GenesysTransport, GenesysError, GenesysCloud | HttpClient.HttpClient | RateLimiter.RateLimiter> =>
    Layer.effect(GenesysTransport, GenesysTransport.make(options))

  /** Over any `GenesysCloud`. Each layer counts its own requests. */
  static readonly layerCloud = (
    options: CallOptions.ClientOptions = {}
  ): Layer.Layer<GenesysTransport, GenesysError, GenesysCloud | HttpClient.HttpClient> =>
    Layer.effect(GenesysTransport, make(options))

  /** From values; needs an `HttpClient` only. Each call gives another transport. */
  static readonly layer = (
    options: Settings.Options & CallOptions.ClientOptions
  ): Layer.Layer<GenesysTransport, GenesysError, HttpClient.HttpClient> =>
    GenesysTransport.layerCloud(options).pipe(Layer.provide(GenesysCloud.layer(options)))

  /**
   * From the `GENESYSCLOUD_*` environment; see `GenesysCloud.layerConfig`. The
   * environment is read each time that the layer is built, so that one layer under two
   * environments is two transports. Provide it once beneath all services that share it.
   */
  static readonly layerConfig = (
    options?: CallOptions.ClientOptions
  ): Layer.Layer<GenesysTransport, GenesysError, HttpClient.HttpClient> =>
    Layer.fresh(GenesysTransport.layerCloud(options).pipe(Layer.provide(GenesysCloud.layerConfig)))

  /**
   * For tests: each request is answered by a function, such as a web handler, with all
   * policies on, and without a login. Requests go to `https://api.mypurecloud.com`.
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
   * For a client that `HttpApiClient` makes over `httpClient`, of an API whose groups
   * have the `Authorization` middleware and our annotations: it tells the transport
   * the name of each operation, its permissions, and whether it writes.
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
