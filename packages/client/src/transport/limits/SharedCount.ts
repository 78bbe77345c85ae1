/**
 * The count of requests that processes may share: Effect's `RateLimiter`, whose store is
 * a service (memory, or Redis when processes share a token).
 *
 * The limiter's fixed window lasts longer with each request, by window / limit. Which window
 * that is, each process says for itself, as it has learned it from the answers that it happened to
 * see; it is no part of the key, or processes that have learned different ones would share nothing.
 * Hence:
 * - What the store refuses is obeyed, also where windows are thought to be shorter; and remembered, so
 *   that nobody asks in vain. It is asked again after a window of our own, should others have corrected it.
 * - A process that learns another window corrects the time that its own requests have added: a
 *   first guess of 60 s would otherwise close windows of 6 s for a minute.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import type { Call } from "../call/Call.ts"
import { type Deadlines, elapsedMillis } from "../call/Deadlines.ts"
import * as Delay from "../retry/Delay.ts"
import type * as RateWindow from "./RateWindow.ts"
import * as Timeout from "../call/Timeout.ts"

export interface SharedCount {
  /** For how long there is nothing to be had, as far as the store has said; 0 when it may be asked. */
  readonly waitMillis: (nowMillis: number) => number
  /** Takes one request; tells how long to wait when there is none. */
  readonly take: (call: Call) => Effect.Effect<number>
}

/**
 * Our windows are this much longer than the server's, so that they never begin
 * before its own: requests arrive a little after they are sent.
 */
const slack = 1.01

/** A store that takes longer is one that is down. */
const longestAnswer = 1_000

/** A store that is down is asked again after so many times the time that it has cost. */
const patience = 10

interface Rate {
  readonly limit: number
  readonly lengthMillis: number
}

const windowOf = ({ lengthMillis }: Rate) => lengthMillis * slack

const isSame = (one: Rate, other: Rate) => one.limit === other.limit && one.lengthMillis === other.lengthMillis

export const make = (options: {
  readonly limiter: RateLimiter.RateLimiter
  readonly window: RateWindow.RateWindow
  /** Who shares the count. */
  readonly key: string
  readonly deadlines: Deadlines
}): SharedCount => {
  const { deadlines, key, limiter, window } = options
  const now = (): Rate => ({ limit: window.limit, lengthMillis: window.lengthMillis })
  const consume = (rate: Rate, tokens: number, onExceeded: "delay" | "fail" = "fail") =>
    limiter.consume({ key, algorithm: "fixed-window", onExceeded, limit: rate.limit, window: windowOf(rate), tokens })

  /** What this process has in the window that the store counts now, and at which rate it has counted it. */
  let own = { rate: now(), requests: 0, endsAt: Number.NEGATIVE_INFINITY }
  /** The last refusal. */
  let refused = { rate: now(), until: Number.NEGATIVE_INFINITY, for: 0 }
  let isDown = false
  let askAgainAt = Number.NEGATIVE_INFINITY

  /** The count itself is out by one for a moment: the limiter has no other way to move the end of its window. */
  const recount = (rate: Rate, call: Call) => {
    if (isSame(rate, own.rate)) return Effect.void
    const { endsAt, rate: before, requests } = own
    own = { ...own, rate }
    if (requests === 0 || call.clock.currentTimeMillisUnsafe() >= endsAt) return Effect.void
    const longer = requests * (windowOf(rate) / rate.limit - windowOf(before) / before.limit)
    const step = (millis: number, tokens: number) =>
      consume({ limit: 1, lengthMillis: Math.max(0, millis) / slack }, tokens, "delay")
    return Effect.andThen(step(-longer, -1), step(longer, 1))
  }

  const taken = (rate: Rate, { resetAfter }: RateLimiter.ConsumeResult, call: Call) => {
    const at = call.clock.currentTimeMillisUnsafe()
    own = { rate, requests: at >= own.endsAt ? 1 : own.requests + 1, endsAt: at + Duration.toMillis(resetAfter) }
    isDown = false
    return 0
  }

  const refuse = (rate: Rate, retryAfter: Duration.Duration, call: Call) => {
    isDown = false
    const told = Duration.toMillis(retryAfter)
    // Much more than a window is the time of day set back, and not a count.
    if (told >= Math.max(2 * windowOf(rate), Duration.toMillis(Delay.longestWait))) return 0
    const millis = Math.max(1, Math.ceil(Math.min(told, windowOf(rate))))
    refused = { rate, until: call.clock.currentTimeMillisUnsafe() + millis, for: millis }
    return millis
  }

  /** A store that is down must not stop the work; the server still says 429. */
  const fail = (problem: string, beganAt: number, call: Call) => {
    const at = elapsedMillis(call.clock)
    askAgainAt = at + patience * (at - beganAt)
    if (isDown) return Effect.succeed(0)
    isDown = true
    return Effect.as(Effect.logWarning(`The store of the rate limiter failed, and is not waited for: ${problem}`), 0)
  }

  const take = (call: Call) =>
    Effect.suspend(() => {
      const beganAt = elapsedMillis(call.clock)
      if (beganAt < askAgainAt) return Effect.succeed(0)
      const rate = now()
      const asked = Effect.andThen(recount(rate, call), consume(rate, 1))
      return Effect.matchEffect(Timeout.within(asked, longestAnswer, call, deadlines), {
        onSuccess: Option.match({
          onNone: () => fail(`no answer within ${longestAnswer} ms`, beganAt, call),
          onSome: (result) => Effect.sync(() => taken(rate, result, call))
        }),
        onFailure: ({ message, reason }) =>
          reason._tag === "RateLimitExceeded"
            ? Effect.sync(() => refuse(rate, reason.retryAfter, call))
            : fail(message, beganAt, call)
      })
    })

  return {
    take,
    waitMillis: (nowMillis) => {
      const left = refused.until - nowMillis
      // More left than it was refused for: the time of day was set back.
      if (left <= 0 || left > refused.for || !isSame(refused.rate, now())) return 0
      return Math.ceil(left)
    }
  }
}
