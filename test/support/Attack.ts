/**
 * A client that is connected to a hostile server. Every test of a fault runs with each of
 * the HTTP clients, because they fail in different ways.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { describe } from "@effect/vitest"
import { type ClientOptions, type Gateway, GenesysError, LicenseService } from "@genesys-license/client"
import type { Credentials } from "@genesys-license/client/Credentials"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as AwakeClock from "./AwakeClock.ts"
import * as Canary from "./Canary.ts"
import * as HostileServer from "./HostileServer.ts"

type Server = HostileServer.HostileServer["Service"]
type License = LicenseService["Service"]

export const clientId = "a-client"
export const credentials: Credentials = {
  _tag: "ClientCredentials",
  clientId,
  clientSecret: Redacted.make(Canary.clientSecret)
}

/** Credentials with a given token, which need no login. */
export const aToken: Credentials = { _tag: "AccessToken", accessToken: Redacted.make(Canary.givenToken) }

export interface Options extends ClientOptions {
  /** Default: client credentials. */
  readonly credentials?: Credentials
  /** The random number that delays are multiplied by. Default: 0, so that only delays of the server remain. */
  readonly random?: number | "real"
  /** Default: the hostile server. */
  readonly gateway?: Gateway
}

/** Runs the body of a test with a hostile server, a client, and the `AwakeClock`. */
export type Attack = {
  (body: Body): Effect.Effect<void, never, Scope.Scope>
  (options: Options, body: Body): Effect.Effect<void, never, Scope.Scope>
}
type Body = (server: Server, license: License) => Generator<Effect.Effect<any, any, Scope.Scope>, void, any>

const randomOf = (random: number | "real"): typeof Random.Random.Service => ({
  nextDoubleUnsafe: () => (random === "real" ? Math.random() : random),
  nextIntUnsafe: () => Math.floor((random === "real" ? Math.random() : random) * Number.MAX_SAFE_INTEGER)
})

/** A client that is connected to the server at `port`. */
export const client = (
  http: Layer.Layer<HttpClient.HttpClient>,
  port: number,
  { credentials: who = credentials, gateway, ...options }: Options = {}
) =>
  Effect.map(
    Layer.build(
      LicenseService.layer({
        ...options,
        gateway: gateway ?? { protocol: "http", host: "127.0.0.1", port },
        credentials: who
      }).pipe(Layer.provide(http))
    ),
    Context.get(LicenseService)
  )

const clients = [
  ["fetch", FetchHttpClient.layer],
  ["undici", NodeHttpClient.layerUndici],
  ["undici's dispatch", UndiciHttpClient.layer]
] as const

/** Defines a group of tests for each HTTP client. */
export const overEachClient = (
  theme: string,
  tests: (attack: Attack, http: Layer.Layer<HttpClient.HttpClient>, name: (typeof clients)[number][0]) => void,
  /** Whether the tests run concurrently, because most of them wait. Default: true. */
  { concurrent = true }: { readonly concurrent?: boolean } = {}
) =>
  describe.each(clients)(`${theme}, over %s`, { concurrent }, (name, http) => {
    const attack: Attack = (first: Options | Body, second?: Body) => {
      const options = typeof first === "function" ? {} : first
      const body = typeof first === "function" ? first : second!
      return Effect.gen(function* () {
        const server = yield* HostileServer.make()
        const license = yield* client(http, server.port, options)
        yield* body(server, license)
      }).pipe(Effect.provideService(Random.Random, randomOf(options.random ?? 0)), AwakeClock.provide, Effect.orDie)
    }
    tests(attack, http, name)
  })

/** The error of a call. A success or a defect fails the test. */
export const failure = <A>(call: Effect.Effect<A, GenesysError>): Effect.Effect<GenesysError> =>
  Effect.flatMap(Effect.exit(call), (exit) => {
    if (Exit.isSuccess(exit)) return Effect.die(new Error(`It did not fail but gave ${JSON.stringify(exit.value)}`))
    const error = exit.cause.reasons.find(Cause.isFailReason)?.error
    return error instanceof GenesysError
      ? Effect.succeed(error)
      : Effect.die(new Error(`It did not fail with a GenesysError but with ${Cause.pretty(exit.cause)}`))
  })

/** The tag of the reason of the error of a call. */
export const reasonOf = <A>(call: Effect.Effect<A, GenesysError>) => Effect.map(failure(call), ({ reason }) => reason)

/** The duration of an effect, in milliseconds of the `AwakeClock`, and its result. */
export const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const began = AwakeClock.elapsedMillis()
    return Effect.map(effect, (value) => [AwakeClock.elapsedMillis() - began, value] as const)
  })

/** Waits until the connection of a request is closed. Fails after two seconds. */
export const closedByClient = (request: HostileServer.Received | undefined) =>
  Effect.promise(() => request?.closed ?? Promise.reject(new Error("there is no such request"))).pipe(
    Effect.timeoutOrElse({
      duration: "2 seconds",
      orElse: () => Effect.die(new Error("The connection is still open"))
    }),
    AwakeClock.provide
  )
