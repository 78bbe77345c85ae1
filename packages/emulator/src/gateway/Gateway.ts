/**
 * The paths of login and API. A gateway in front of Genesys Cloud can add a prefix to the paths of
 * the login, and another one to those of the API.
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

/** Paths must match exactly: `/api/v2/users/`, `//api/v2/users` and `/API/v2/users` get 404. */
export const routerConfig = { ignoreTrailingSlash: false, ignoreDuplicateSlashes: false, caseSensitive: true }

/** The path prefixes. */
export interface GatewayOptions {
  /** `login` moves the token endpoint to `/login/oauth/token`. Default: none. */
  readonly loginPrefix?: string | undefined
  /** `api` moves the operations to `/api/api/v2/...`. Default: none. */
  readonly apiPrefix?: string | undefined
}

/** The paths of login and API. The control routes have no prefix. */
export class Gateway extends Context.Service<
  Gateway,
  {
    /** A router that adds the prefix of the login to each route. */
    readonly login: (router: HttpRouter) => HttpRouter
    /** A router that adds the prefix of the API to each route. */
    readonly api: (router: HttpRouter) => HttpRouter
    /** The operation of a request. The path may include a query. `undefined` if there is no such route. */
    readonly operationAt: (method: string, path: string) => OperationName | "token" | undefined
  }
>()("@genesys-license/emulator/Gateway") {
  /** Uses the prefixes of the options, with or without slashes around them. */
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

  /** The router for the login, with its prefix. */
  static readonly layerLogin = Layer.effect(
    HttpRouter,
    Effect.map(Effect.all([Gateway, HttpRouter]), ([gateway, router]) => gateway.login(router))
  )

  /** The router for the API, with its prefix. */
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
