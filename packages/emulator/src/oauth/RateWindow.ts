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
import * as Schema from "effect/Schema"
import { forgetOldest } from "../Forgetting.ts"

/** So many requests in so much time: `{ requests: 300, window: "60 seconds" }`. A test may have a shorter window. */
export interface RateLimit {
  /** How many go through, at least 1. */
  readonly requests: number
  /** How long a window is open. */
  readonly window: Duration.Input
}

/** {@link RateLimit} as JSON. The window is a text such as `"60 seconds"` or `"1500 millis"`. */
export const RateLimit = Schema.Struct({
  requests: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  window: Schema.DurationFromString.check(
    Schema.makeFilter(
      (window) => Duration.toMillis(window) >= 1 && Number.isSafeInteger(Math.ceil(Duration.toMillis(window))),
      { expected: "a window of at least a millisecond, and of a length that can be counted in them" }
    )
  )
}).annotate({ identifier: "RateLimit" })

/** `client.credentials.token.rate.per.minute` of an organization that has not asked for more. */
export const defaultRateLimit: RateLimit = { requests: 300, window: "60 seconds" }

/** How often a token may ask. */
export interface RateWindowOptions {
  /** For the tokens of clients that have no limit of their own. Default: 300 in 60 seconds. */
  readonly rateLimit?: RateLimit | undefined
}

/** Whether a request goes through. Times are whole seconds until the window closes, rounded up. */
export type Admission =
  | { readonly _tag: "Admitted"; readonly allowed: number; readonly count: number; readonly reset: number }
  | { readonly _tag: "Refused"; readonly retryAfter: number }

/** More windows than these are not kept: the one that opened first is forgotten. */
const capacity = 100_000

/** The windows of all tokens. 100,000 are kept. */
export class RateWindow extends Context.Service<
  RateWindow,
  {
    /** Counts a request of `token`. A refused request counts for nothing. */
    readonly take: (token: string, limit?: RateLimit) => Effect.Effect<Admission>
    /** The limit of tokens that have none of their own. */
    readonly limit: Effect.Effect<RateLimit>
    /** Changes that limit for the next request on. Open windows keep what they have counted, and when they opened. */
    readonly configure: (limit: RateLimit) => Effect.Effect<void>
    /** Closes all windows, and takes back what {@link configure} changed. */
    readonly reset: Effect.Effect<void>
  }
>()("@genesys-license/emulator/RateWindow") {
  /** The limit of the options, and no window open. */
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

/** What an admitted request is told. `count` is what has been used, `reset` is not an epoch. */
export const headers = ({ allowed, count, reset }: Extract<Admission, { _tag: "Admitted" }>) => ({
  "inin-ratelimit-allowed": String(allowed),
  "inin-ratelimit-count": String(count),
  "inin-ratelimit-reset": String(reset)
})
