/**
 * The whole emulator: an organization, its OAuth server, and the API in front of them.
 * Available as services, as routes of a server, and as an `HttpClient`.
 */
import { GenesysCloudApi } from "@genesys-license/schema/GenesysCloudApi"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Tracer from "effect/Tracer"
import * as AuthorizeEndpoint from "./oauth/AuthorizeEndpoint.ts"
import type { ConnectionLost } from "./gateway/Connection.ts"
import * as Control from "./control/Control.ts"
import { EmulatorClock } from "./EmulatorClock.ts"
import { Faults } from "./faults/Faults.ts"
import type { FaultsOptions } from "./faults/Faults.ts"
import { Gateway, routerConfig } from "./gateway/Gateway.ts"
import type { GatewayOptions } from "./gateway/Gateway.ts"
import * as LogoutEndpoint from "./gateway/LogoutEndpoint.ts"
import { Journal } from "./journal/RequestJournal.ts"
import type { JournalOptions } from "./journal/RequestJournal.ts"
import * as BillingHandlers from "./handlers/BillingHandlers.ts"
import * as LicenseHandlers from "./handlers/LicenseHandlers.ts"
import * as OrganizationHandlers from "./handlers/OrganizationHandlers.ts"
import * as RolesHandlers from "./handlers/RolesHandlers.ts"
import * as UsersHandlers from "./handlers/UsersHandlers.ts"
import { OAuth } from "./oauth/OAuth.ts"
import type { OAuthOptions } from "./oauth/OAuth.ts"
import { Organization } from "./organization/Organization.ts"
import type { OrganizationOptions } from "./organization/Organization.ts"
import { RateWindow } from "./oauth/RateWindow.ts"
import type { RateWindowOptions } from "./oauth/RateWindow.ts"
import * as RequestLifecycle from "./RequestLifecycle.ts"
import * as TokenEndpoint from "./oauth/TokenEndpoint.ts"

/** The options of all parts. Each part documents its options. */
export interface EmulatorOptions
  extends OrganizationOptions, OAuthOptions, RateWindowOptions, FaultsOptions, JournalOptions, GatewayOptions {}

/** The services that an emulator consists of. */
export type EmulatorParts = Organization | OAuth | RateWindow | Faults | Journal | EmulatorClock | Gateway

/**
 * The services of an emulator in one place. A test in the same process uses them to change the organization, inject
 * faults and read the journal. Building the layer never fails.
 */
export class Emulator extends Context.Service<
  Emulator,
  {
    /** The users, their licenses, the roles and the billing. Tests can change them while a caller reads. */
    readonly organization: Organization["Service"]
    /** The OAuth clients, and the tokens that are issued and revoked. */
    readonly oauth: OAuth["Service"]
    /** The rate limit of each token. */
    readonly rateWindow: RateWindow["Service"]
    /** The faults to inject. */
    readonly faults: Faults["Service"]
    /** The requests that were received, and the status of each answer. */
    readonly journal: Journal["Service"]
    /** The clock for the expiry of tokens, the rate windows and the journal. */
    readonly clock: EmulatorClock["Service"]
  }
>()("@genesys-license/emulator/Emulator") {
  /** The services alone, without a way to send requests: see {@link layerRoutes} and {@link layerTest}. */
  static readonly layer = (options?: EmulatorOptions): Layer.Layer<Emulator | EmulatorParts> =>
    Layer.effect(
      Emulator,
      Effect.gen(function* () {
        return {
          organization: yield* Organization,
          oauth: yield* OAuth,
          rateWindow: yield* RateWindow,
          faults: yield* Faults,
          journal: yield* Journal,
          clock: yield* EmulatorClock
        }
      })
    ).pipe(
      Layer.provideMerge([
        Organization.layer(options),
        layerOnEmulatorClock(options),
        Faults.layer(options),
        Journal.layer(options),
        Gateway.layer(options)
      ]),
      Layer.provideMerge(EmulatorClock.layer)
    )

  /** Adds the login, the operations and the control routes to the router of a server. */
  static readonly layerRoutes: Layer.Layer<
    never,
    never,
    EmulatorParts | HttpRouter.HttpRouter | HttpRouter.Request<"GlobalError", ConnectionLost>
  > = Layer.mergeAll(
    Layer.mergeAll(TokenEndpoint.layer, AuthorizeEndpoint.layer).pipe(Layer.provide(Gateway.layerLogin)),
    HttpApiBuilder.layer(GenesysCloudApi).pipe(
      Layer.provide([
        LicenseHandlers.layer,
        UsersHandlers.layer,
        RolesHandlers.layer,
        OrganizationHandlers.layer,
        BillingHandlers.layer
      ]),
      Layer.provide([HttpServer.layerServices, Gateway.layerApi])
    ),
    LogoutEndpoint.layer.pipe(Layer.provide(Gateway.layerApi)),
    Control.layer,
    RequestLifecycle.layer
  )

  /**
   * An emulator and an `HttpClient` that reaches it without a socket, for any host in the URL.
   * A child of the calling fiber answers each request, so `TestClock` drives the expiry of tokens
   * and the rate windows.
   */
  static readonly layerTest = (
    options?: EmulatorOptions
  ): Layer.Layer<Emulator | EmulatorParts | HttpClient.HttpClient> =>
    Layer.effect(
      HttpClient.HttpClient,
      Effect.map(HttpRouter.toHttpEffect(Emulator.layerRoutes), (answer) =>
        HttpClient.make((request) =>
          Effect.scoped(answer).pipe(
            Effect.map((response) => HttpServerResponse.toClientResponse(response, { request })),
            Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request)),
            Effect.catchTags({
              ConnectionLost: (cause) =>
                Effect.fail(
                  new HttpClientError.HttpClientError({
                    reason: new HttpClientError.TransportError({ request, cause })
                  })
                ),
              HttpServerError: Effect.die
            }),
            isolated
          )
        )
      )
    ).pipe(
      Layer.provide(Layer.succeed(HttpRouter.RouterConfig, routerConfig)),
      Layer.provideMerge(Emulator.layer(options))
    )
}

/**
 * Separates the emulator from the caller, as a socket does. An uninterruptible caller does not make
 * the emulator uninterruptible, and the emulator adds nothing to the span of the caller.
 */
const isolated = <A, E, R>(answer: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.forkChild(withoutSpan(answer), { startImmediately: true }), (fiber) =>
      Effect.onInterrupt(restore(Fiber.join(fiber)), () => Fiber.interrupt(fiber))
    )
  )

const withoutSpan = <A, E, R>(answer: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateContext(
    answer,
    (context: Context.Context<R>) => Context.omit(Tracer.ParentSpan)(context) as typeof context
  )

/** Makes tokens and rate windows follow the emulator's clock, also when a test calls the services directly. */
const layerOnEmulatorClock = (
  options?: OAuthOptions & RateWindowOptions
): Layer.Layer<OAuth | RateWindow, never, EmulatorClock> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const { apply } = yield* EmulatorClock
      const oauth = yield* OAuth.make(options)
      const rateWindow = yield* RateWindow.make(options)
      return Context.make(OAuth, {
        ...oauth,
        get credentials() {
          return oauth.credentials
        },
        session: (accessToken) => apply(oauth.session(accessToken)),
        exchange: (request, sender) => apply(oauth.exchange(request, sender)),
        issue: (options) => apply(oauth.issue(options))
      }).pipe(Context.add(RateWindow, { ...rateWindow, take: (token, limit) => apply(rateWindow.take(token, limit)) }))
    })
  )
