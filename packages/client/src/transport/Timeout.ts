/**
 * How long an attempt, and how long a call may take.
 *
 * An attempt includes its body: a time-out that ends at the headers lets a
 * dripping body hang for ever.
 *
 * The time of a call is kept by all that can take long: its attempts and whatever
 * it waits for in between. One timer around all of it would cost every call a fiber
 * that hardly any call needs.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { LicenseError, Timeout } from "../LicenseError.ts"
import { type Call, elapsedMillis } from "./Call.ts"
import type { Send } from "./Send.ts"

const within = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  millis: number,
  timeout: () => Timeout,
  { operation }: Call["Service"]
): Effect.Effect<A, E | LicenseError, R> =>
  Effect.timeoutOrElse(effect, {
    duration: Duration.millis(millis),
    orElse: () => Effect.fail(new LicenseError({ operation, reason: timeout() }))
  })

const ofCall = (call: Call["Service"]) => new Timeout({ scope: "call", after: call.options.callTimeout })

/** What a call waits for, within what is left of its time. What is there at once costs no timer. */
export const waiting = <A, E, R>(effect: Effect.Effect<A, E, R>, call: Call["Service"]) =>
  Clock.clockWith((clock) => within(effect, call.endsAt - elapsedMillis(clock), () => ofCall(call), call))

/** Each attempt within its time, and within what is left of the call. */
export const perAttempt =
  (send: Send): Send =>
  (request, call) =>
    Clock.clockWith((clock) => {
      const { attemptTimeout: after } = call.options
      const left = call.endsAt - elapsedMillis(clock)
      return Duration.toMillis(after) <= left
        ? within(send(request, call), Duration.toMillis(after), () => new Timeout({ scope: "attempt", after }), call)
        : within(send(request, call), left, () => ofCall(call), call)
    })
