/** A Redis of its own for a test or a bench: without persistence, on a free port of this machine. */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as Effect from "effect/Effect"
import { Redis } from "effect/persistence/Redis"
import type * as Scope from "effect/Scope"
import { spawn, spawnSync } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Processes from "./processes.ts"

/** Whether there is a `redis-server`. */
export const isHere = spawnSync("redis-server", ["--version"]).status === 0

/** Until the scope closes. Gives its port. */
export const make: Effect.Effect<number, never, Scope.Scope> = Effect.gen(function* () {
  const port = yield* Processes.closedPort
  yield* Effect.acquireRelease(
    Effect.promise(async () => {
      const folder = await mkdtemp(join(tmpdir(), "genesys-license-redis-"))
      const options = `--port ${port} --bind 127.0.0.1 --dir ${folder} --appendonly no`
      const server = spawn("redis-server", [...options.split(" "), "--save", ""])
      const ended = new Promise((resolve) => server.once("exit", resolve))
      await new Promise<void>((resolve, reject) => {
        server.stdout.on("data", (text) => String(text).includes("Ready to accept") && resolve())
        void ended.then(() => reject(new Error("redis-server ended before it listened")))
      })
      return { folder, server, ended }
    }),
    ({ ended, folder, server }) =>
      Effect.promise(async () => {
        server.kill()
        await ended
        await rm(folder, { recursive: true })
      })
  )
  return port
})

/** What stands at each key. */
export const contents = (port: number): Effect.Effect<ReadonlyMap<string, string>> =>
  Effect.gen(function* () {
    const redis = yield* Redis
    const keys = yield* redis.send<Array<string>>("KEYS", "*")
    return new Map(
      yield* Effect.forEach(keys, (key) => Effect.map(redis.send<string>("GET", key), (value) => [key, value] as const))
    )
  }).pipe(Effect.provide(NodeRedis.layer({ socket: { port } })), Effect.orDie)
