/**
 * An organization in the memory of this process, over HTTP like a real one.
 */
import * as LicenseService from "@genesys-license/client/LicenseService"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"

export const users = 2_000

export const layer = <E, R>(http: Layer.Layer<HttpClient.HttpClient, E, R>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { host, port } = yield* Server
      const { oauth } = yield* Emulator
      return LicenseService.LicenseService.layer({
        gateway: { protocol: "http", host, port },
        credentials: { _tag: "ClientCredentials", ...oauth.credentials }
      })
    })
  ).pipe(Layer.provide([http, Layer.orDie(Server.layer({ users }))]))
