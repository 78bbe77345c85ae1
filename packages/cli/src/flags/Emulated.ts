/**
 * An emulated organization in the memory of this process, reached over HTTP like a real one.
 */
import { GenesysTransport } from "@genesys-license/client/GenesysTransport"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Services from "./Services.ts"

export const users = 2_000

export { defaultClientId as clientId } from "@genesys-license/emulator/oauth/OAuthClient"

export const layer = <E, R>(http: Layer.Layer<HttpClient.HttpClient, E, R>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { host, port } = yield* Server
      const { oauth } = yield* Emulator
      const transport = GenesysTransport.layer({
        gateway: { protocol: "http", host, port },
        credentials: { _tag: "ClientCredentials", ...oauth.credentials }
      })
      return Layer.provide(Services.layer, transport)
    })
  ).pipe(Layer.provide([http, Layer.orDie(Server.layer({ users }))]))
