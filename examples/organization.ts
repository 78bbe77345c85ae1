/**
 * The organization of the examples: the one that the environment names or, if no
 * `GENESYSCLOUD_*` is set, the emulator on a free port of this machine.
 */
import { NodeHttpClient } from "@effect/platform-node"
import { GenesysCloud, GenesysTransport, LicenseService } from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import { Effect, Layer } from "effect"

/** Any variable that is set means a real organization. A missing one is then an error, and the emulator does not step in. */
export const isNamed = Object.entries(process.env).some(
  ([name, value]) => name.startsWith("GENESYSCLOUD_") && value !== ""
)

/** The emulator, over HTTP: `LicenseService`, and its transport for other services. */
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

/** The same services for a real organization, or for the emulator. */
export const layer = isNamed
  ? LicenseService.layerTransport.pipe(
      Layer.provideMerge(GenesysTransport.layerConfig()),
      Layer.provide(NodeHttpClient.layerUndici)
    )
  : layerEmulator({ users: 2_000 })

/** Where it is and who asks, for a program that builds its own transport. */
export const layerCloud = isNamed
  ? GenesysCloud.layerConfig
  : Layer.unwrap(
      Effect.gen(function* () {
        const server = yield* Server
        const { oauth } = yield* Emulator
        return GenesysCloud.layer({
          gateway: { protocol: "http", host: server.host, port: server.port },
          credentials: { _tag: "ClientCredentials", ...oauth.credentials }
        })
      })
    ).pipe(Layer.provide(Server.layer({ users: 2_000 })), Layer.orDie)
