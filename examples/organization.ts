/**
 * The organization that the examples work on: the one that the environment names,
 * or, when no `GENESYSCLOUD_*` is set, the emulator on a free port of this machine.
 */
import { NodeHttpClient } from "@effect/platform-node"
import { GenesysTransport, LicenseService } from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import { Effect, Layer } from "effect"

/** Anything that is set means a real organization, so that what is missing is reported and not replaced. */
export const isNamed = Object.entries(process.env).some(
  ([name, value]) => name.startsWith("GENESYSCLOUD_") && value !== ""
)

/** The emulator, over HTTP: the License API, and the transport beneath it for other services. */
export const layerEmulator = (options?: EmulatorOptions) =>
  LicenseService.layerTransport.pipe(
    Layer.provideMerge(
      Layer.unwrap(
        Effect.gen(function* () {
          const server = yield* Server
          const { oauth } = yield* Emulator
          return GenesysTransport.layer({
            gateway: { protocol: "http", host: server.host, port: server.port },
            credentials: { _tag: "ClientCredentials", ...oauth.credentials }
          })
        })
      )
    ),
    Layer.provide(NodeHttpClient.layerUndici),
    Layer.provideMerge(Server.layer(options)),
    Layer.orDie
  )

/** The same for whichever organization it is. */
export const layer = isNamed
  ? LicenseService.layerTransport.pipe(
      Layer.provideMerge(GenesysTransport.layerConfig()),
      Layer.provide(NodeHttpClient.layerUndici)
    )
  : layerEmulator({ users: 2_000 })
