/**
 * A Genesys Cloud in memory: the organization, its OAuth server and the License
 * API in front of them, as services, as routes of a server, and as an `HttpClient`.
 */
import { LicenseApi } from "@genesys-license/schema/LicenseApi"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Exchange from "./Exchange.ts"
import { Gateway } from "./Gateway.ts"
import type { GatewayOptions } from "./Gateway.ts"
import { Journal } from "./Journal.ts"
import type { JournalOptions } from "./Journal.ts"
import * as LicenseHandlers from "./LicenseHandlers.ts"
import { OAuth } from "./OAuth.ts"
import type { OAuthOptions } from "./OAuth.ts"
import { Organization } from "./Organization.ts"
import type { OrganizationOptions } from "./Organization.ts"
import { RateWindow } from "./RateWindow.ts"
import * as TokenEndpoint from "./TokenEndpoint.ts"

/** The options of all parts; each part documents its own. */
export interface EmulatorOptions extends OrganizationOptions, OAuthOptions, JournalOptions, GatewayOptions {}

/** What an emulator is made of. */
export type EmulatorParts = Organization | OAuth | RateWindow | Journal | Gateway

export class Emulator extends Context.Service<
  Emulator,
  {
    /** Who holds what; can be changed behind the back of a caller. */
    readonly organization: Organization["Service"]
    /** Gives credentials and tokens, and takes them away. */
    readonly oauth: OAuth["Service"]
    /** What was asked. */
    readonly journal: Journal["Service"]
  }
>()("@genesys-license/emulator/Emulator") {
  /** An emulator that nobody can reach yet: see {@link layerRoutes} and {@link layerTest}. */
  static readonly layer = (options?: EmulatorOptions): Layer.Layer<Emulator | EmulatorParts> =>
    Layer.effect(
      Emulator,
      Effect.gen(function* () {
        return { organization: yield* Organization, oauth: yield* OAuth, journal: yield* Journal }
      })
    ).pipe(
      Layer.provideMerge([
        Organization.layer(options),
        OAuth.layer(options),
        RateWindow.layer,
        Journal.layer(options),
        Gateway.layer(options)
      ])
    )

  /** The token endpoint and the operations, on the router of a server. */
  static readonly layerRoutes: Layer.Layer<never, never, EmulatorParts | HttpRouter.HttpRouter> = Layer.mergeAll(
    TokenEndpoint.layer.pipe(Layer.provide(Gateway.layerLogin)),
    HttpApiBuilder.layer(LicenseApi).pipe(
      Layer.provide([LicenseHandlers.layer, HttpServer.layerServices, Gateway.layerApi])
    ),
    Exchange.layer
  )

  /**
   * An emulator and the `HttpClient` that reaches it: without sockets, whatever
   * the host of the URL. A request is answered by the fiber that makes it, so
   * that `TestClock` drives the expiry of tokens and the rate window.
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
            Effect.orDie
          )
        )
      )
    ).pipe(Layer.provideMerge(Emulator.layer(options)))
}
