/**
 * Calls the API through the proxy that `HTTPS_PROXY` names, on Node.
 */
import { LicenseService } from "@genesys-license/client"
import { UndiciHttpClient } from "@genesys-license/undici"
import { Console, Effect, Layer } from "effect"

const program = Effect.gen(function* () {
  const license = yield* LicenseService
  const definitions = yield* license.getDefinitions
  yield* Console.log(`${definitions.length} licenses`)
})

program.pipe(
  Effect.provide(LicenseService.layerConfig.pipe(Layer.provide(UndiciHttpClient.layerProxy()))),
  Effect.runPromise
)
