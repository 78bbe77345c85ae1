/**
 * The three layers that every service has: on a given transport, from values, and from
 * the environment.
 *
 * A layer is memoized by reference, whatever is provided to it: built once for all, a
 * service would be that of the first organization for all others, too. So a service is
 * built anew each time, which costs microseconds, and what is shared is the transport.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Settings from "../cloud/Settings.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import type { ClientOptions } from "./call/CallOptions.ts"
import { GenesysTransport, type Transport } from "./GenesysTransport.ts"

/** Where and who, and how the transport behaves. */
export type Options = Settings.Options & ClientOptions

/** The service on the transport in the context. */
export const layerTransport = <I, S>(
  service: Context.Key<I, S>,
  make: (transport: Transport) => S
): Layer.Layer<I, never, GenesysTransport> => Layer.fresh(Layer.effect(service, Effect.map(GenesysTransport, make)))

/** The service on a transport of its own, from values. */
export const layer = <I>(
  onTransport: Layer.Layer<I, never, GenesysTransport>,
  options: Options
): Layer.Layer<I, GenesysError, HttpClient.HttpClient> => Layer.provide(onTransport, GenesysTransport.layer(options))

/** The service on a transport of its own, from the environment, which is read each time that the layer is built. */
export const layerConfig = <I>(
  onTransport: Layer.Layer<I, never, GenesysTransport>
): Layer.Layer<I, GenesysError, HttpClient.HttpClient> =>
  Layer.fresh(Layer.suspend(() => Layer.provide(onTransport, GenesysTransport.layerConfig())))
