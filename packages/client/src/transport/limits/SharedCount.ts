/**
 * The count of requests that processes may share: Effect's `RateLimiter`, whose store is
 * a service, such as Redis.
 *
 * The limiter's fixed window lasts longer with each request, by window / limit. Which window
 * that is, each process says for itself, as it has learned it from the answers that it happened to
 * see; it is no part of the key, or processes that have learned different ones would share nothing.
 * Hence:
 * - What the store refuses is obeyed, also where windows are thought to be shorter; and remembered, so
 *   that nobody asks in vain. It is asked again after a window of our own, should others have corrected it.
 * - A process that learns another window corrects the time that its own requests have added: a
 *   first guess of 60 s would otherwise close windows of 6 s for a minute.
 * - A window of the store is not the server's. It begins when a request is counted, and not when one
 *   arrives; and it ends early when requests come slowly. The process whose request has opened the server's
 *   window (no other is told a count of 1) corrects the store: it adds the requests that the store has
 *   forgotten, and moves the end of a full window to the server's.
 * - When the store's window is full, the server's is: a process waits for both to end.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as RateLimiter from "effect/persistence/RateLimiter"
import type { Call } from "../call/Call.ts"
import { type Deadlines, elapsedMillis } from "../call/Deadlines.ts"
import type { Count } from "./Budget.ts"
import * as Delay from "../retry/Delay.ts"
import type * as RateWindow from "./RateWindow.ts"
import * as Timeout from "../call/Timeout.ts"

/**
 * Our windows are this much longer than the server's, so that they never begin
 * before its own: requests arrive a little after they are sent.
 */
const slack = 1.005
/** The most slack, if the store rounds the time of a request up. */
const mostSlack = 1.01

/** Ends of windows that are nearer to each other, in windows, are not moved. */
const tolerance = 0.001

/** A store that takes longer is one that is down. */
const longestAnswer = 1_000

/** A store that is down is asked again after so many times the time that it has cost. */
const patience = 10

interface Rate {
  readonly limit: number
  readonly lengthMillis: number
}

/**
 * What a request adds to a window: whole milliseconds if that comes near enough, because
 * Redis rounds up at every request (66.7 ms of 20 s would be 67, or 0.3 s of 300 requests).
 */
const millisOf = ({ lengthMillis, limit }: Rate) => {
  const exact = (lengthMillis * slack) / limit
  const whole = Math.round(exact)
  const isNear = whole * limit >= lengthMillis && whole * limit <= lengthMillis * mostSlack
  return isNear ? whole : exact
}

const windowOf = (rate: Rate) => millisOf(rate) * rate.limit

const isSame = (one: Rate, other: Rate) => one.limit === other.limit && one.lengthMillis === other.lengthMillis

/** What was known when the store was asked. */
interface Asked {
  readonly rate: Rate
  readonly at: number
  /** The server's count, if this process has opened the window; otherwise 0. */
  readonly told: number
  readonly corrections: number
}

export const make = (options: {
  readonly limiter: RateLimiter.RateLimiter
  readonly window: RateWindow.RateWindow
  /** Who shares the count. */
  readonly key: string
  readonly deadlines: Deadlines
}): Count => {
  const { deadlines, key, limiter, window } = options
  const now = (): Rate => ({ limit: window.limit, lengthMillis: window.lengthMillis })
  const consume = (rate: Rate) =>
    limiter.consume({ key, algorithm: "fixed-window", limit: rate.limit, window: windowOf(rate) })
  /** Changes the count, and the end of the window by `millis` for each. Never refused. */
  const add = (tokens: number, millis = 0) =>
    limiter.consume({
      key,
      algorithm: "fixed-window",
      onExceeded: "delay",
      limit: millis > 0 ? 1 : 1_000_000,
      window: Math.max(1, millis),
      tokens
    })
  /** Moves the end of the window. The count is too high by one for a moment: the limiter has no other way. */
  const move = (millis: number) =>
    millis > 0 ? Effect.andThen(add(1, millis), add(-1)) : Effect.andThen(add(1), add(-1, -millis))

  /** What this process has in the window that the store counts now, and at which rate it has counted it. */
  let own = { rate: now(), requests: 0, endsAt: Number.NEGATIVE_INFINITY }
  /** The last refusal. */
  let refused = { rate: now(), until: Number.NEGATIVE_INFINITY, for: 0 }
  let isDown = false
  let askAgainAt = Number.NEGATIVE_INFINITY

  /** Begins and ends of corrections. */
  let corrections = 0
  /** Unless there was another one since the store was asked: its answer may not know of it. */
  const correct = <A>(correction: Effect.Effect<unknown, A>, asked: Asked) => {
    if (asked.corrections !== corrections) return Effect.void
    corrections += 1
    return Effect.ensuring(
      correction,
      Effect.sync(() => (corrections += 1))
    )
  }

  const recount = (rate: Rate, call: Call) => {
    if (isSame(rate, own.rate)) return Effect.void
    const { endsAt, rate: before, requests } = own
    own = { ...own, rate }
    if (requests === 0 || call.clock.currentTimeMillisUnsafe() >= endsAt) return Effect.void
    return move(requests * (millisOf(rate) - millisOf(before)))
  }

  const taken = (asked: Asked, { remaining, resetAfter }: RateLimiter.ConsumeResult, call: Call) => {
    const { rate } = asked
    const at = call.clock.currentTimeMillisUnsafe()
    own = { rate, requests: at >= own.endsAt ? 1 : own.requests + 1, endsAt: at + Duration.toMillis(resetAfter) }
    isDown = false
    // Not this one: the server has not seen it yet.
    const before = rate.limit - remaining - 1
    const forgotten = Math.min(asked.told, window.count) - before
    return forgotten > 0 ? Effect.as(correct(add(forgotten), asked), 0) : Effect.succeed(0)
  }

  const refuse = (asked: Asked, retryAfter: Duration.Duration, call: Call) => {
    const { rate } = asked
    isDown = false
    const told = Duration.toMillis(retryAfter)
    // Much more than a window is the time of day set back, and not a count.
    if (told >= Math.max(2 * windowOf(rate), Duration.toMillis(Delay.longestWait))) return Effect.succeed(0)
    const at = call.clock.currentTimeMillisUnsafe()
    const left = window.leftMillis(asked.at)
    const isOurs = window.isOurs && left > 0
    // The server's window is as full, unless it is another: one that began much later.
    const isSameWindow = isOurs || Math.abs(left - told) < rate.lengthMillis / 2
    const wait = isOurs ? left : Math.max(Math.min(told, windowOf(rate)), isSameWindow ? left : 0)
    const millis = Math.max(1, Math.ceil(wait))
    refused = { rate, until: at + millis, for: millis }
    if (!isOurs || Math.abs(left - told) < rate.lengthMillis * tolerance) return Effect.succeed(millis)
    return Effect.as(correct(move(left - told), asked), millis)
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
      const at = call.clock.currentTimeMillisUnsafe()
      const told = window.isOurs && window.leftMillis(at) > 0 ? window.count : 0
      const asked: Asked = { rate, at, told, corrections }
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
      // More left than it was refused for: the time of day was set back.
      if (left <= 0 || left > refused.for || !isSame(refused.rate, now())) return 0
      return Math.ceil(left)
    }
  }
}
