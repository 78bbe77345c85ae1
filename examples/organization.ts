/**
 * The organization that the examples work on: the one that the environment names,
 * or, when no `GENESYSCLOUD_*` is set, the emulator on a free port of this machine.
 */
import { NodeHttpClient } from "@effect/platform-node"
import { LicenseService } from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import { Effect, Layer } from "effect"

/** Anything that is set means a real organization, so that what is missing is reported and not replaced. */
export const isNamed = Object.entries(process.env).some(
  ([name, value]) => name.startsWith("GENESYSCLOUD_") && value !== ""
)

/** The License API of the emulator, over HTTP. */
export const layerEmulator = (options?: EmulatorOptions) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const server = yield* Server
      const { oauth } = yield* Emulator
      return LicenseService.layer({
        gateway: { protocol: "http", host: server.host, port: server.port },
        credentials: { _tag: "ClientCredentials", ...oauth.credentials }
      })
    })
  ).pipe(Layer.provide(NodeHttpClient.layerUndici), Layer.provideMerge(Server.layer(options)), Layer.orDie)

/** The License API of whichever organization it is. */
export const layer = isNamed
  ? LicenseService.layerConfig.pipe(Layer.provide(NodeHttpClient.layerUndici))
  : layerEmulator({ users: 2_000 })
