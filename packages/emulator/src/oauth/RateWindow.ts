/**
 * The rate limit of each token. The first request opens a window of fixed length, which then closes
 * by itself.
 *
 * @see https://developer.genesys.cloud/organization/organization/limits#platform-api
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { forgetOldest } from "../Forgetting.ts"

/** The maximum number of requests in a window, such as `{ requests: 300, window: "60 seconds" }`. */
export interface RateLimit {
  /** The maximum number of requests, at least 1. */
  readonly requests: number
  /** The length of a window. The vendor's is 60 seconds; tests may use less. */
  readonly window: Duration.Input
}

/** {@link RateLimit} as JSON. The window is a duration such as `"60 seconds"` or `"1500 millis"`. */
export const RateLimit = Schema.Struct({
  requests: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  window: Schema.DurationFromString.check(
    Schema.makeFilter(
      (window) => Duration.toMillis(window) >= 1 && Number.isSafeInteger(Math.ceil(Duration.toMillis(window))),
      { expected: "a window between 1 millisecond and 285,000 years" }
    )
  )
}).annotate({ identifier: "RateLimit" })

/** The vendor's default for `client.credentials.token.rate.per.minute`. */
export const defaultRateLimit: RateLimit = { requests: 300, window: "60 seconds" }

/** The rate limit of the emulator. */
export interface RateWindowOptions {
  /** The rate limit of each token whose client has no specific limit. Default: 300 requests in 60 seconds. */
  readonly rateLimit?: RateLimit | undefined
}

/** Whether a request is allowed. `reset` and `retryAfter` are the seconds until the window closes, rounded up. */
export type Admission =
  | { readonly _tag: "Admitted"; readonly allowed: number; readonly count: number; readonly reset: number }
  | { readonly _tag: "Refused"; readonly retryAfter: number }

/** The maximum number of open windows. Above it, the oldest one closes. */
const capacity = 100_000

/** The rate windows of all tokens. At most 100,000 are open. */
export class RateWindow extends Context.Service<
  RateWindow,
  {
    /** Counts a request of `token`. A refused request does not count. `limit` replaces the limit of the emulator. */
    readonly take: (token: string, limit?: RateLimit) => Effect.Effect<Admission>
    /** The current rate limit of the emulator. */
    readonly limit: Effect.Effect<RateLimit>
    /** Sets the rate limit from the next request on. Open windows keep their start and their count. */
    readonly configure: (limit: RateLimit) => Effect.Effect<void>
    /** Closes all windows, and restores the rate limit from the start. */
    readonly reset: Effect.Effect<void>
  }
>()("@genesys-license/emulator/RateWindow") {
  /** Starts with the rate limit of the options, and without open windows. */
  static readonly make = ({ rateLimit = defaultRateLimit }: RateWindowOptions = {}): Effect.Effect<
    RateWindow["Service"]
  > =>
    Effect.sync(() => {
      let configured = rateLimit
      const windows = new Map<string, { readonly openedAt: number; count: number }>()

      return RateWindow.of({
        take: (token, { requests, window } = configured) =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            const length = Duration.toMillis(window)
            let current = windows.get(token)
            if (current === undefined || now >= current.openedAt + length) {
              current = { openedAt: now, count: 0 }
              windows.delete(token)
              windows.set(token, current)
              forgetOldest(windows, capacity)
            }
            const secondsLeft = Math.ceil((current.openedAt + length - now) / 1000)
            if (current.count >= requests) return { _tag: "Refused", retryAfter: secondsLeft }
            current.count += 1
            return { _tag: "Admitted", allowed: requests, count: current.count, reset: secondsLeft }
          }),
        limit: Effect.sync(() => configured),
        configure: (limit) =>
          Effect.sync(() => {
            configured = limit
          }),
        reset: Effect.sync(() => {
          configured = rateLimit
          windows.clear()
        })
      })
    })

  /** {@link make} as a layer. */
  static readonly layer = (options?: RateWindowOptions): Layer.Layer<RateWindow> =>
    Layer.effect(RateWindow, RateWindow.make(options))
}

/** The headers of an allowed request. `count` is the number of used requests; `reset` is in seconds, not an epoch. */
export const headers = ({ allowed, count, reset }: Extract<Admission, { _tag: "Admitted" }>) => ({
  "inin-ratelimit-allowed": String(allowed),
  "inin-ratelimit-count": String(count),
  "inin-ratelimit-reset": String(reset)
})
