/**
 * Clients under test: of the emulator, in virtual time and with known randomness.
 */
import { type ClientOptions, type GenesysError, LicenseService } from "@genesys-license/client"
import type { Credentials } from "@genesys-license/client/Credentials"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import type { OperationName } from "@genesys-license/schema/GenesysCloudApi"
import { LicenseApi } from "@genesys-license/schema/license/LicenseApi"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import { Wire } from "../support/Wire.ts"
import { breakOf, rulesOf, type Script } from "./answers.ts"
import { elapse } from "./virtualTime.ts"

export const clientCredentials: Credentials = {
  _tag: "ClientCredentials",
  clientId: defaultClientId,
  clientSecret: Redacted.make(defaultClientSecret)
}

export interface Options extends ClientOptions {
  readonly credentials?: Credentials
}

/** Random numbers that are all the same. */
export const always = (value: number) =>
  Effect.provideService(Random.Random, { nextIntUnsafe: () => 0, nextDoubleUnsafe: () => value })

const layerClient = ({ credentials = clientCredentials, ...options }: Options) =>
  LicenseService.layer({ region: "us-east-1", credentials, ...options })

type Test<S, A, E, R> = (
  license: LicenseService["Service"],
  server: S
) => Generator<Effect.Effect<any, any, any>, A, never> | Effect.Effect<A, E, R>

const run = <A>(test: Generator<Effect.Effect<any, any, any>, A, never> | Effect.Effect<A, any, any>) =>
  Effect.isEffect(test) ? test : Effect.gen(() => test)

/** The emulator, and the wire to it. */
export type Server = Emulator["Service"] & Wire["Service"]

/** A client of the emulator, optionally so far away. */
export const withEmulator = <A>(
  options: {
    readonly emulator?: EmulatorOptions
    readonly client?: Options
    /** For a request, and again for its answer. */
    readonly distance?: Effect.Effect<Duration.Input>
    readonly breaks?: Parameters<typeof Wire.layer>[0]
    /** Time stands still unless the test adjusts it: for what takes real time, such as a digest. */
    readonly still?: boolean
  },
  test: Test<Server, A, any, any>
): Effect.Effect<A, GenesysError> => {
  const { breaks, client = {}, distance, emulator, still = false } = options
  const far = Layer.effect(
    HttpClient.HttpClient,
    Effect.map(HttpClient.HttpClient, (http) =>
      distance === undefined
        ? http
        : HttpClient.transform(http, (send) =>
            Effect.flatMap(distance, Effect.sleep).pipe(
              Effect.andThen(send),
              Effect.tap(() => Effect.flatMap(distance, Effect.sleep))
            )
          )
    )
  )
  const layer = layerClient(client).pipe(
    Layer.provideMerge(Wire.layer(breaks)),
    Layer.provideMerge(far),
    Layer.provideMerge(Emulator.layerTest(emulator))
  )
  return Effect.gen(function* () {
    const server: Server = Object.create(yield* Wire, Object.getOwnPropertyDescriptors(yield* Emulator))
    return yield* run(test(yield* LicenseService, server))
  }).pipe(Effect.provide(layer), still ? identity : elapse, Random.withSeed("genesys-license")) as Effect.Effect<
    A,
    GenesysError
  >
}

/**
 * A client of an empty emulator that answers as told, the API and the token endpoint
 * each in turn. Jitter is half of its ceiling unless the test says otherwise.
 */
export const withAnswers = <A>(
  answers: {
    readonly api?: Script
    readonly token?: Script
    readonly emulator?: EmulatorOptions
  } & Options,
  test: Test<Server, A, any, any>
): Effect.Effect<A, GenesysError> => {
  const { api = [], emulator, token = [], ...client } = answers
  return withEmulator(
    {
      emulator: {
        users: [],
        definitions: [],
        faults: [...rulesOf("token", token), ...rulesOf(operations, api)],
        ...emulator
      },
      client,
      breaks: (sent, attempt) => breakOf(sent.url.pathname.endsWith("/oauth/token") ? token : api, attempt)
    },
    (license, server) => always(0.5)(run(test(license, server)))
  )
}

const operations = Object.keys(LicenseApi.groups.license.endpoints) as ReadonlyArray<OperationName>

/** What a call that must fail fails with. */
export const failureOf = <A, R>(effect: Effect.Effect<A, GenesysError, R>): Effect.Effect<GenesysError, never, R> =>
  Effect.orDie(Effect.flip(effect))

/** Services that a test builds by itself. */
export const serviceOf = <I, S, E, R>(tag: Context.Key<I, S>, layer: Layer.Layer<I, E, R>) =>
  Effect.map(Layer.build(layer), Context.get(tag))
