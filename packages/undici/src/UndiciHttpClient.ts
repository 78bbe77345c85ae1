/**
 * An `HttpClient` for Node over undici's `dispatch`, for programs that read a lot.
 *
 * It has no spans, no timeouts and no limit on the size of a body, because
 * `LicenseService` adds all of these to every request. To get them from the platform
 * instead, use `NodeHttpClient.layerUndici`. That client takes about twice the CPU time,
 * because it passes every body through a Node stream and makes an `AbortController` for
 * every request.
 */
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import { EncodeError, HttpClientError, InvalidUrlError, TransportError } from "effect/http/HttpClientError"
import type { HttpClientRequest } from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Url from "effect/http/Url"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Agent, Dispatcher, EnvHttpProxyAgent } from "undici"
import * as Connector from "./Connector.ts"
import * as Decompressor from "./Decompressor.ts"
import { Exchange } from "./Dispatch.ts"

/** An `HttpClient` over any dispatcher, such as a `ProxyAgent`. The caller closes the dispatcher. */
export const make = (dispatcher: Dispatcher): HttpClient.HttpClient => {
  requireDispatch(dispatcher)
  return HttpClient.makeWith(
    Effect.flatMap((request) => send(dispatcher, request)),
    Effect.succeed<HttpClientRequest>
  )
}

/** Bun replaces `undici` with a module of its own, whose agents cannot send requests. */
const requireDispatch = (dispatcher: Dispatcher) => {
  if (typeof dispatcher.dispatch === "function") return
  throw new Error(
    "@genesys-license/undici cannot send requests here: this runtime, such as Bun, replaces undici with a module of its own. Use FetchHttpClient.layer of effect/http instead."
  )
}

/** An `HttpClient` over a new `Agent` with undici's options, such as certificates or the maximum of connections. The layer closes the agent. */
export const layerAgent = (options?: Agent.Options): Layer.Layer<HttpClient.HttpClient> =>
  layerOver(({ Agent, buildConnector }) => new Agent({ ...options, connect: Connector.make(buildConnector, options) }))

/** Which proxy to use, and for which hosts. An option that is absent comes from the environment. */
export type ProxyOptions = EnvHttpProxyAgent.Options

/**
 * An `HttpClient` through the proxy in `HTTPS_PROXY` or `HTTP_PROXY`, except for the hosts in
 * `NO_PROXY`. The names may also be in lower case. Options override the environment.
 */
export const layerProxy = (options?: ProxyOptions): Layer.Layer<HttpClient.HttpClient> =>
  layerOver(
    ({ buildConnector, EnvHttpProxyAgent }) =>
      new EnvHttpProxyAgent({ ...options, connect: Connector.make(buildConnector, options) })
  )

const layerOver = (makeAgent: (undici: typeof import("undici")) => Dispatcher) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.map(
      Effect.acquireRelease(
        // Imported only when needed: undici reads the environment on import.
        Effect.promise(async () => {
          const agent = makeAgent(await import("undici"))
          requireDispatch(agent)
          return agent
        }),
        (agent) => Effect.promise(() => agent.destroy())
      ),
      make
    )
  )

/** An `HttpClient` over a new `Agent` with undici's defaults. The layer closes the agent. */
export const layer: Layer.Layer<HttpClient.HttpClient> = layerAgent()

const send = (
  dispatcher: Dispatcher,
  request: HttpClientRequest
): Effect.Effect<HttpClientResponse, HttpClientError> => {
  const target = targetOf(request)
  if (Result.isFailure(target)) return Effect.fail(new HttpClientError({ reason: target.failure }))
  const { body } = request
  if (body._tag === "FormData" || body._tag === "Stream") {
    const description = "@genesys-license/undici sends only bodies that are in memory, not streams or forms"
    return Effect.fail(new HttpClientError({ reason: new EncodeError({ request, description }) }))
  }
  const options: Dispatcher.DispatchOptions = {
    ...target.success,
    method: request.method,
    headers: { "accept-encoding": Decompressor.accepted, ...request.headers },
    body: body._tag === "Empty" ? null : (body.body as Uint8Array | string),
    // The caller has the timeouts: those of undici are accurate only to half a second.
    headersTimeout: 0,
    bodyTimeout: 0
  }
  return Effect.callback((resume) => {
    const exchange = new Exchange(request, resume)
    try {
      dispatcher.dispatch(options, exchange)
    } catch (cause) {
      resume(Effect.fail(new HttpClientError({ reason: new TransportError({ request, cause }) })))
    }
    return exchange.abort
  })
}

type Target = Pick<Dispatcher.DispatchOptions, "path"> & { readonly origin: string }

/** The origin and path of a request, as undici takes them. */
const targetOf = (request: HttpClientRequest): Result.Result<Target, InvalidUrlError> =>
  Result.map(
    Result.mapError(
      Url.make(request.url, request.urlParams, Option.getOrUndefined(request.hash)),
      (cause) => new InvalidUrlError({ request, cause })
    ),
    ({ origin, pathname, search }) => ({ origin, path: `${pathname}${search}` })
  )
