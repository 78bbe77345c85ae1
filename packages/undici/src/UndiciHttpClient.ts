/**
 * An `HttpClient` for Node over undici's `dispatch`, for programs that read much.
 *
 * It is for `LicenseService`, which makes the spans, keeps the time and caps the body of
 * every request: here is none of that, and nothing that it would replace. Whoever wants
 * those of the platform takes `NodeHttpClient.layerUndici`. That hands every body through
 * a Node stream and every request an `AbortController`, and so takes about twice the
 * processor time for itself.
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

/** Over any dispatcher, such as a `ProxyAgent`; whoever made it closes it. */
export const make = (dispatcher: Dispatcher): HttpClient.HttpClient => {
  requireDispatch(dispatcher)
  return HttpClient.makeWith(
    Effect.flatMap((request) => send(dispatcher, request)),
    Effect.succeed<HttpClientRequest>
  )
}

/** Bun loads a module of its own for `undici`, whose agents can do nothing. */
const requireDispatch = (dispatcher: Dispatcher) => {
  if (typeof dispatcher.dispatch === "function") return
  throw new Error(
    "@genesys-license/undici needs undici itself, and this runtime has a stand-in for it that cannot send requests, as Bun has. Use FetchHttpClient.layer of effect/http instead."
  )
}

/** Over an `Agent` with options of undici's, such as certificates or how many connections there may be. */
export const layerAgent = (options?: Agent.Options): Layer.Layer<HttpClient.HttpClient> =>
  layerOver(({ Agent, buildConnector }) => new Agent({ ...options, connect: Connector.make(buildConnector, options) }))

/** Which proxy, and for which hosts; whatever is absent comes from the environment. */
export type ProxyOptions = EnvHttpProxyAgent.Options

/**
 * Through the proxy that `HTTPS_PROXY` or `HTTP_PROXY` names, except to the hosts in
 * `NO_PROXY`, in upper or lower case; options win over the environment.
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
        // Not before it is needed: undici reads the environment when it is imported.
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

/** Over an `Agent` of its own, which is closed with the layer. */
export const layer: Layer.Layer<HttpClient.HttpClient> = layerAgent()

const send = (
  dispatcher: Dispatcher,
  request: HttpClientRequest
): Effect.Effect<HttpClientResponse, HttpClientError> => {
  const target = targetOf(request)
  if (Result.isFailure(target)) return Effect.fail(new HttpClientError({ reason: target.failure }))
  const { body } = request
  if (body._tag === "FormData" || body._tag === "Stream") {
    const description = "only bodies that are in memory can be sent"
    return Effect.fail(new HttpClientError({ reason: new EncodeError({ request, description }) }))
  }
  const options: Dispatcher.DispatchOptions = {
    ...target.success,
    method: request.method,
    headers: { "accept-encoding": Decompressor.accepted, ...request.headers },
    body: body._tag === "Empty" ? null : (body.body as Uint8Array | string),
    // Time is kept by whoever waits: undici counts in steps of half a second.
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

/** Where to, and what to ask for there. */
const targetOf = (request: HttpClientRequest): Result.Result<Target, InvalidUrlError> =>
  Result.map(
    Result.mapError(
      Url.make(request.url, request.urlParams, Option.getOrUndefined(request.hash)),
      (cause) => new InvalidUrlError({ request, cause })
    ),
    ({ origin, pathname, search }) => ({ origin, path: `${pathname}${search}` })
  )
