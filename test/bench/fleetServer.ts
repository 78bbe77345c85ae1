/** The process of an emulator for a fleet. Each organization of the fleet has a separate OAuth client. */
import { defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const [users, organizations] = process.argv.slice(2).map(Number) as [number, number]

const listening = Effect.gen(function* () {
  const { port } = yield* Server
  yield* Effect.sync(() => process.send?.(port))
})

process.on("disconnect", () => process.exit())
Effect.runFork(
  Layer.launch(
    Layer.effectDiscard(listening).pipe(
      Layer.provide(
        Server.layer({
          users,
          rateLimit: { requests: 1_000_000_000, window: "1 day" },
          clients: Array.from({ length: organizations }, (_, n) => ({ id: `client-${n}`, secret: defaultClientSecret }))
        })
      )
    )
  )
)
