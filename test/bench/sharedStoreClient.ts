/** One of several processes that share a token and a store. It requests pages as fast as the limit allows. */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { GenesysCloud, layerWith, LicenseService } from "@genesys-license/client"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Redacted from "effect/Redacted"
import * as SocketStore from "./socketStore.ts"

export interface Task {
  readonly port: number
  readonly token: string
  readonly store: { readonly _tag: "Redis" | "Socket"; readonly port: number }
  readonly concurrency: number
  readonly seconds: number
}

export interface Done {
  readonly served: number
  readonly cpuMillis: number
}

const layerOf = ({ port, store, token }: Task) =>
  layerWith().pipe(
    Layer.provide([
      GenesysCloud.layer({
        gateway: { protocol: "http", host: "127.0.0.1", port },
        credentials: { _tag: "AccessToken", accessToken: Redacted.make(token) }
      }),
      UndiciHttpClient.layer,
      RateLimiter.layer.pipe(
        Layer.provide(store._tag === "Redis" ? layerRedis(store.port) : SocketStore.layer(store.port))
      )
    ])
  )

/** Without the queue of commands, which would block all work while Redis is down. */
const layerRedis = (port: number) =>
  RateLimiter.layerStoreRedis().pipe(Layer.provide(NodeRedis.layer({ socket: { port }, disableOfflineQueue: true })))

const run = (task: Task) =>
  Effect.gen(function* () {
    const license = yield* LicenseService
    yield* Effect.promise(nextMessage)
    let served = 0
    const page = Effect.map(license.getUsersPage({ pageNumber: 1, pageSize: 25 }), () => {
      served += 1
    })
    const before = process.cpuUsage()
    yield* Effect.forEach(Array.from({ length: task.concurrency }), () => Effect.forever(page), {
      concurrency: "unbounded"
    }).pipe(Effect.timeoutOption(`${task.seconds} seconds`))
    const { system, user } = process.cpuUsage(before)
    return { served, cpuMillis: (user + system) / 1000 } satisfies Done
  }).pipe(Effect.provide(layerOf(task)), Effect.runPromise)

/** Tells the parent that this process waits, and waits for the next message. */
const nextMessage = () =>
  new Promise<unknown>((resolve) => {
    process.once("message", resolve)
    process.send?.("ready")
  })

process.on("disconnect", () => process.exit())
process.send?.(await run((await nextMessage()) as Task))
