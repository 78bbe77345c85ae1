/**
 * Where the routes are. A gateway in front of Genesys Cloud may put a path prefix
 * before the login and another one before the API.
 */
import { endpoints } from "@genesys-license/schema/GenesysCloudApi"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FindMyWay from "effect/http/FindMyWay"
import { HttpRouter } from "effect/http/HttpRouter"
import * as Layer from "effect/Layer"
import * as ErrorResponse from "./ErrorResponse.ts"
import type { OperationName } from "../Models.ts"
import * as TokenEndpoint from "../oauth/TokenEndpoint.ts"

/** Paths are taken as they are: `/api/v2/users/`, `//api/v2/users` and `/API/v2/users` lead nowhere. */
export const routerConfig = { ignoreTrailingSlash: false, ignoreDuplicateSlashes: false, caseSensitive: true }

/** The path prefixes. */
export interface GatewayOptions {
  /** `login` moves the token endpoint to `/login/oauth/token`. Default: none. */
  readonly loginPrefix?: string | undefined
  /** `api` moves the operations to `/api/api/v2/...`. Default: none. */
  readonly apiPrefix?: string | undefined
}

/** Where login and API are. The control routes have no prefix. */
export class Gateway extends Context.Service<
  Gateway,
  {
    /** The router with the prefix of the login before each route. */
    readonly login: (router: HttpRouter) => HttpRouter
    /** The router with the prefix of the API before each route. */
    readonly api: (router: HttpRouter) => HttpRouter
    /** What a request is for; a path may have a query. `undefined` where there is no route. */
    readonly operationAt: (method: string, path: string) => OperationName | "token" | undefined
  }
>()("@genesys-license/emulator/Gateway") {
  /** Routes behind the prefixes of the options. Slashes around a prefix do not matter. */
  static readonly make = ({ apiPrefix, loginPrefix }: GatewayOptions = {}): Gateway["Service"] => {
    const login = normalize(loginPrefix)
    const api = normalize(apiPrefix)

    const operations = FindMyWay.make<OperationName | "token">(routerConfig)
    for (const path of TokenEndpoint.paths) operations.on("POST", `${login}${path}`, "token")
    for (const { identifier, method, path } of endpoints) {
      operations.on(method, `${api}${path}`, identifier)
    }

    return Gateway.of({
      login: below(login),
      api: below(api),
      operationAt: (method, path) =>
        ErrorResponse.hasEmptySegment(path) ? undefined : operations.find(method, path)?.handler
    })
  }

  /** {@link make} as a layer. */
  static readonly layer = (options?: GatewayOptions): Layer.Layer<Gateway> =>
    Layer.sync(Gateway, () => Gateway.make(options))

  /** A router that has the token endpoint where the gateway has it. */
  static readonly layerLogin = Layer.effect(
    HttpRouter,
    Effect.map(Effect.all([Gateway, HttpRouter]), ([gateway, router]) => gateway.login(router))
  )

  /** A router that has the operations where the gateway has them. */
  static readonly layerApi = Layer.effect(
    HttpRouter,
    Effect.map(Effect.all([Gateway, HttpRouter]), ([gateway, router]) => gateway.api(router))
  )
}

const normalize = (prefix = ""): "" | `/${string}` => {
  const bare = prefix.replace(/^\/+|\/+$/g, "")
  return bare === "" ? "" : `/${bare}`
}

const below = (prefix: string) => (router: HttpRouter) => (prefix === "" ? router : router.prefixed(prefix))
