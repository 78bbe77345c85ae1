/**
 * A store of Effect's rate limiter that several processes share over a loopback socket, if
 * there is no Redis. One process has the store in memory, and the others use it over HTTP.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { json } from "node:stream/consumers"

interface Ask {
  readonly key: string
  readonly tokens: number
  readonly refillMillis: number
  readonly limit?: number | undefined
}

/** Serves the store of this process, and returns the port. */
export const serve = Effect.gen(function* () {
  const store = yield* RateLimiter.RateLimiterStore
  const server = createServer((request, response) => {
    void json(request)
      .then((asked) => {
        const { refillMillis, ...ask } = asked as Ask
        return Effect.runPromise(
          store.fixedWindow({ limit: undefined, ...ask, refillRate: Duration.millis(refillMillis) })
        )
      })
      .then((counted) => response.end(JSON.stringify(counted)))
  })
  yield* Effect.acquireRelease(
    Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
    () => Effect.sync(() => server.close().closeAllConnections())
  )
  return (server.address() as AddressInfo).port
}).pipe(Effect.provide(RateLimiter.layerStoreMemory))

/** The store of another process. Only the fixed window, which is all that the client uses. */
export const layer = (port: number) =>
  Layer.effect(
    RateLimiter.RateLimiterStore,
    Effect.map(RateLimiter.RateLimiterStore, (store) => ({
      ...store,
      fixedWindow: ({ refillRate, ...ask }) =>
        Effect.tryPromise({
          try: async () => {
            const body = JSON.stringify({ ...ask, refillMillis: Duration.toMillis(refillRate) } satisfies Ask)
            const answer = await fetch(`http://127.0.0.1:${port}`, { method: "POST", body })
            return (await answer.json()) as readonly [count: number, ttl: number]
          },
          catch: (cause) =>
            new RateLimiter.RateLimiterError({
              reason: new RateLimiter.RateLimitStoreError({ message: "The store does not answer", cause })
            })
        })
    }))
  ).pipe(Layer.provide(RateLimiter.layerStoreMemory))
