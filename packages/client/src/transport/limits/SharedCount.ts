/**
 * Counts the requests of all processes that share a store, such as Redis, with Effect's
 * `RateLimiter`.
 *
 * The limiter's fixed window gets longer with each request, by window / limit. Each process uses
 * the limit and window that it has learned from responses. These are not part of the key:
 * otherwise, processes that have learned different values would not share a count. Therefore:
 *
 * - A refusal of the store is obeyed, even if this process thinks that windows are shorter. It is
 *   remembered, so that waiting requests do not ask the store in vain. The store is asked again
 *   after one window, in case another process has corrected it.
 * - A process that learns another window corrects the time that its own requests have added.
 *   Otherwise a first guess of 60 s would close windows of 6 s for a minute.
 * - The store's window differs from the server's: it begins when a request is counted, not when it
 *   arrives, and it ends early when requests are slow. One process corrects it: the one that opened
 *   the server's window, which is the only one to get a count of 1. It adds the requests that the
 *   store has forgotten, and moves the end of a full window to the server's.
 * - When the store's window is full, the server's is full too, so a process waits for both to end.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import type { Call } from "../call/Call.ts"
import { type Deadlines, elapsedMillis } from "../call/Deadlines.ts"
import type { Count } from "./Budget.ts"
import * as Delay from "../retry/Delay.ts"
import * as RateWindow from "./RateWindow.ts"
import * as Timeout from "../call/Timeout.ts"

/** The maximum slack, if the time of a request is rounded to whole milliseconds. */
const mostSlack = 1.01

/** As a part of a window. If two ends differ by less, the store's is not moved. */
const tolerance = 0.001

/** In milliseconds. A store that takes longer counts as down. */
const longestAnswer = 1_000

/** A store that is down is asked again after this many times the time that the failure took. */
const patience = 10

interface Rate {
  readonly limit: number
  readonly lengthMillis: number
}

/**
 * How much a request adds to a window. It is rounded to whole milliseconds if the result is close
 * enough, because Redis rounds up at every request: 66.7 would become 67 ms, which adds 0.1 s to a
 * window of 300 requests.
 */
const millisOf = ({ lengthMillis, limit }: Rate) => {
  const exact = (lengthMillis * RateWindow.slack) / limit
  const whole = Math.round(exact)
  const isNear = whole * limit >= lengthMillis && whole * limit <= lengthMillis * mostSlack
  return isNear ? whole : exact
}

const windowOf = (rate: Rate) => millisOf(rate) * rate.limit

const isSame = (a: Rate, b: Rate) => a.limit === b.limit && a.lengthMillis === b.lengthMillis

/** What was known when the store was asked. */
interface Asked {
  readonly rate: Rate
  readonly at: number
  /** The count that the server reported, if this process has opened the window; otherwise 0. */
  readonly serverCount: number
  readonly corrections: number
}

export const make = (options: {
  readonly limiter: RateLimiter.RateLimiter
  readonly window: RateWindow.RateWindow
  /** Processes with the same key share the count. */
  readonly key: string
  readonly deadlines: Deadlines
}): Count => {
  const { deadlines, key, limiter, window } = options
  const now = (): Rate => ({ limit: window.limit, lengthMillis: window.lengthMillis })
  const consume = (rate: Rate) =>
    limiter.consume({ key, algorithm: "fixed-window", limit: rate.limit, window: windowOf(rate) })
  /** Adds requests to the count, and `millis` to the window for each. The store never refuses this. */
  const add = (tokens: number, millis = 0) =>
    limiter.consume({
      key,
      algorithm: "fixed-window",
      onExceeded: "delay",
      limit: millis > 0 ? 1 : 1_000_000,
      window: Math.max(1, millis),
      tokens
    })
  /** Moves the end of the window. Meanwhile the count is too high by one, because the limiter has no other way. */
  const move = (millis: number) =>
    millis > 0 ? Effect.andThen(add(1, millis), add(-1)) : Effect.andThen(add(1), add(-1, -millis))

  /** What this process has added to the store's current window, and at which rate. */
  let added = { rate: now(), requests: 0, endsAt: Number.NEGATIVE_INFINITY }
  /** The last refusal of the store. */
  let refused = { rate: now(), until: Number.NEGATIVE_INFINITY, for: 0 }
  let isDown = false
  let askAgainAt = Number.NEGATIVE_INFINITY

  /** Increases when a correction begins and when it ends. */
  let corrections = 0
  /** Skips a correction if another one ran since the store was asked, because the response may not include it. */
  const correct = <A>(correction: Effect.Effect<unknown, A>, asked: Asked) => {
    if (asked.corrections !== corrections) return Effect.void
    corrections += 1
    return Effect.ensuring(
      correction,
      Effect.sync(() => (corrections += 1))
    )
  }

  const recount = (rate: Rate, call: Call) => {
    if (isSame(rate, added.rate)) return Effect.void
    const { endsAt, rate: before, requests } = added
    added = { ...added, rate }
    if (requests === 0 || call.clock.currentTimeMillisUnsafe() >= endsAt) return Effect.void
    return move(requests * (millisOf(rate) - millisOf(before)))
  }

  const taken = (asked: Asked, { remaining, resetAfter }: RateLimiter.ConsumeResult, call: Call) => {
    const { rate } = asked
    const at = call.clock.currentTimeMillisUnsafe()
    added = { rate, requests: at >= added.endsAt ? 1 : added.requests + 1, endsAt: at + Duration.toMillis(resetAfter) }
    isDown = false
    // Without this request, which the server has not received yet.
    const before = rate.limit - remaining - 1
    const forgotten = Math.min(asked.serverCount, window.count) - before
    return forgotten > 0 ? Effect.as(correct(add(forgotten), asked), 0) : Effect.succeed(0)
  }

  const refuse = (asked: Asked, retryAfter: Duration.Duration, call: Call) => {
    const { rate } = asked
    isDown = false
    const storeLeft = Duration.toMillis(retryAfter)
    // Much more than a window means that the system clock was set back, not that the window is full.
    if (storeLeft >= Math.max(2 * windowOf(rate), Duration.toMillis(Delay.longestWait))) return Effect.succeed(0)
    const at = call.clock.currentTimeMillisUnsafe()
    const left = window.leftMillis(asked.at)
    const isOurs = window.isOurs && left > 0
    // The server's window is full too, unless it is another one, which began much later.
    const isSameWindow = isOurs || Math.abs(left - storeLeft) < rate.lengthMillis / 2
    const wait = isOurs ? left : Math.max(Math.min(storeLeft, windowOf(rate)), isSameWindow ? left : 0)
    const millis = Math.max(1, Math.ceil(wait))
    refused = { rate, until: at + millis, for: millis }
    if (!isOurs || Math.abs(left - storeLeft) < rate.lengthMillis * tolerance) return Effect.succeed(millis)
    return Effect.as(correct(move(left - storeLeft), asked), millis)
  }

  /** A store that is down does not stop requests: the server still answers 429 if there are too many. */
  const fail = (problem: string, beganAt: number, call: Call) => {
    const at = elapsedMillis(call.clock)
    askAgainAt = at + patience * (at - beganAt)
    if (isDown) return Effect.succeed(0)
    isDown = true
    return Effect.as(
      Effect.logWarning(
        `The store of the rate limiter failed: ${problem}. Requests are sent without it until it works again.`
      ),
      0
    )
  }

  const take = (call: Call) =>
    Effect.suspend(() => {
      const beganAt = elapsedMillis(call.clock)
      if (beganAt < askAgainAt) return Effect.succeed(0)
      const rate = now()
      const at = call.clock.currentTimeMillisUnsafe()
      const serverCount = window.isOurs && window.leftMillis(at) > 0 ? window.count : 0
      const asked: Asked = { rate, at, serverCount, corrections }
      const answer = Effect.andThen(recount(rate, call), consume(rate)).pipe(
        Effect.matchEffect({
          onSuccess: (result) => taken(asked, result, call),
          onFailure: (error) =>
            error.reason._tag === "RateLimitExceeded"
              ? refuse(asked, error.reason.retryAfter, call)
              : Effect.fail(error)
        })
      )
      return Effect.matchEffect(Timeout.within(answer, longestAnswer, call, deadlines), {
        onSuccess: Option.match({
          onNone: () => fail(`no answer within ${longestAnswer} ms`, beganAt, call),
          onSome: Effect.succeed
        }),
        onFailure: ({ message }) => fail(message, beganAt, call)
      })
    })

  return {
    take,
    waitMillis: (nowMillis) => {
      const left = refused.until - nowMillis
      // If more time is left than it was refused for, the system clock was set back.
      if (left <= 0 || left > refused.for || !isSame(refused.rate, now())) return 0
      return Math.ceil(left)
    }
  }
}
