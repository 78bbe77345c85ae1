import { LicenseService } from "@genesys-license/client"
import { Console, Effect, Layer, Stream } from "effect"
import { FetchHttpClient } from "effect/http"

const program = Effect.gen(function* () {
  const license = yield* LicenseService
  yield* license.users({ concurrency: 4 }).pipe(
    Stream.filter((user) => user.licenses.includes("cloudCX3")),
    Stream.runForEach((user) => Console.log(user.id, user.licenses))
  )
})

program.pipe(
  // GENESYSCLOUD_* from the environment, and any HttpClient
  Effect.provide(LicenseService.layerConfig.pipe(Layer.provide(FetchHttpClient.layer))),
  Effect.runPromise
)
