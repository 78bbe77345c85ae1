/**
 * Calls the API on Node, through the proxy that the environment names.
 */
import { LicenseService } from "@genesys-license/client"
import * as Proxy from "@genesys-license/client/Proxy"
import { UndiciHttpClient } from "@genesys-license/undici"
import { Console, Effect, Layer } from "effect"

const httpClient = Layer.unwrap(
  Effect.map(Proxy.read, (proxy) =>
    proxy === undefined ? UndiciHttpClient.layer : UndiciHttpClient.layerProxy(proxy.options)
  )
)

const program = Effect.gen(function* () {
  const license = yield* LicenseService
  const definitions = yield* license.getDefinitions
  yield* Console.log(`${definitions.length} licenses`)
})

program.pipe(Effect.provide(LicenseService.layerConfig.pipe(Layer.provide(httpClient))), Effect.runPromise)
