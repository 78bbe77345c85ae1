/** The process of an emulator without a rate limit. Reports its memory on request. */
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { peakRssBytes } from "./peak.ts"

/** The message when the process listens. */
export interface Listening {
  readonly port: number
  readonly token: string
}

const users = Number(process.argv[2])

const listening = Effect.gen(function* () {
  const { port } = yield* Server
  const { oauth } = yield* Emulator
  const token = Redacted.value(yield* oauth.issue())
  yield* Effect.sync(() => process.send?.({ port, token } satisfies Listening))
})

process.on("message", () => process.send?.(peakRssBytes()))
process.on("disconnect", () => process.exit())
Effect.runFork(
  Layer.launch(
    Layer.effectDiscard(listening).pipe(
      Layer.provide(Server.layer({ users, rateLimit: { requests: 100_000_000, window: "1 minute" } }))
    )
  )
)
