/**
 * The three layers of every service: on a given transport, from values, and from the
 * environment.
 *
 * The layers are fresh, because Effect memoizes a layer by reference: in a program for several
 * organizations, all of them would get the service of the first. Building a service takes
 * microseconds; only the transport is shared.
 */
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Settings from "../cloud/Settings.ts"
import type { GenesysError } from "../errors/GenesysError.ts"
import type { ClientOptions } from "./call/CallOptions.ts"
import { GenesysTransport, type Transport } from "./GenesysTransport.ts"

/** The settings of the connection, and the options of the transport. */
export type Options = Settings.Options & ClientOptions

/** The service on the transport that is provided to the layer. */
export const layerTransport = <I, S>(
  service: Context.Key<I, S>,
  make: (transport: Transport) => S
): Layer.Layer<I, never, GenesysTransport> => Layer.fresh(Layer.effect(service, Effect.map(GenesysTransport, make)))

/** The service on a new transport, from values. */
export const layer = <I>(
  onTransport: Layer.Layer<I, never, GenesysTransport>,
  options: Options
): Layer.Layer<I, GenesysError, HttpClient.HttpClient> => Layer.provide(onTransport, GenesysTransport.layer(options))

/** The service on a new transport, from the environment. It is read each time the layer is built. */
export const layerConfig = <I>(
  onTransport: Layer.Layer<I, never, GenesysTransport>
): Layer.Layer<I, GenesysError, HttpClient.HttpClient> =>
  Layer.fresh(Layer.suspend(() => Layer.provide(onTransport, GenesysTransport.layerConfig())))
