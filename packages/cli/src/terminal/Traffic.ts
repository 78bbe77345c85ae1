/**
 * Counts the requests sent, and keeps what the last answer said about the rate limit.
 *
 * @see https://developer.genesys.cloud/platform/api/rate-limits
 */
import * as RateLimitHeaders from "@genesys-license/client/RateLimitHeaders"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"

export interface RateWindow {
  /** Requests allowed in a window. */
  readonly allowed: number
  readonly left: number
  /** When the next window begins, in milliseconds since 1970. */
  readonly endsAt: number
}

export class Traffic extends Context.Service<
  Traffic,
  {
    /** Requests sent, including retries and the login. */
    requests: number
    /** `undefined` until an answer has rate limit headers. */
    window: RateWindow | undefined
  }
>()("genesys-license/Traffic") {
  static readonly layer: Layer.Layer<Traffic> = Layer.sync(Traffic, () => ({ requests: 0, window: undefined }))
}

/** Wraps a client to watch its requests. */
export const layerWatched = <E, R>(client: Layer.Layer<HttpClient.HttpClient, E, R>) =>
  Layer.effect(
    HttpClient.HttpClient,
    Effect.gen(function* () {
      const traffic = yield* Traffic
      const clock = yield* Clock.Clock
      return HttpClient.transformResponse(yield* HttpClient.HttpClient, (response) =>
        Effect.suspend(() => {
          traffic.requests += 1
          return Effect.map(response, (response) => {
            traffic.window = windowOf(response.headers, clock.currentTimeMillisUnsafe()) ?? traffic.window
            return response
          })
        })
      )
    })
  ).pipe(Layer.provide(client))

const windowOf = (headers: Headers.Headers, now: number): RateWindow | undefined => {
  const limit = RateLimitHeaders.parse(headers)
  return (
    limit && { allowed: limit.allowed, left: Math.max(0, limit.allowed - limit.count), endsAt: now + limit.resetMillis }
  )
}
