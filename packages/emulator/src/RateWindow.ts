/**
 * The rate limit of a token: a window of fixed length that the first request opens.
 *
 * @see https://developer.genesys.cloud/organization/organization/limits#platform-api
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** So many requests in so much time. */
export interface RateLimit {
  readonly requests: number
  readonly window: Duration.Input
}

/** `client.credentials.token.rate.per.minute` of an organization that has not asked for more. */
export const defaultRateLimit: RateLimit = { requests: 300, window: "60 seconds" }

/** Whether a request goes through. Times are whole seconds until the window closes, rounded up. */
export type Admission =
  | { readonly _tag: "Admitted"; readonly allowed: number; readonly count: number; readonly reset: number }
  | { readonly _tag: "Refused"; readonly retryAfter: number }

export class RateWindow extends Context.Service<
  RateWindow,
  {
    /** Counts a request of `token`. A refused request counts for nothing. */
    readonly take: (token: string, limit: RateLimit) => Effect.Effect<Admission>
  }
>()("@genesys-license/emulator/RateWindow") {
  static readonly make: Effect.Effect<RateWindow["Service"]> = Effect.sync(() => {
    const windows = new Map<string, { readonly closesAt: number; count: number }>()

    return RateWindow.of({
      take: (token, { requests, window }) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          let current = windows.get(token)
          if (current === undefined || now >= current.closesAt) {
            current = { closesAt: now + Duration.toMillis(window), count: 0 }
            windows.set(token, current)
          }
          const secondsLeft = Math.ceil((current.closesAt - now) / 1000)
          if (current.count >= requests) return { _tag: "Refused", retryAfter: secondsLeft }
          current.count += 1
          return { _tag: "Admitted", allowed: requests, count: current.count, reset: secondsLeft }
        })
    })
  })

  static readonly layer: Layer.Layer<RateWindow> = Layer.effect(RateWindow, RateWindow.make)
}

/** What an admitted request is told. `count` is what has been used, `reset` is not an epoch. */
export const headers = ({ allowed, count, reset }: Extract<Admission, { _tag: "Admitted" }>) => ({
  "inin-ratelimit-allowed": String(allowed),
  "inin-ratelimit-count": String(count),
  "inin-ratelimit-reset": String(reset)
})
