/**
 * How long an attempt, and how long a call may take.
 *
 * An attempt includes its body: a time-out that ends at the headers lets a
 * dripping body hang for ever.
 *
 * What an attempt waits for before it is sent (the token, the budget) takes of the time
 * of the call. Both times are kept over one fiber, which is given up when one is over.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { constVoid } from "effect/Function"
import type * as Option from "effect/Option"
import { GenesysError, Timeout } from "../../errors/GenesysError.ts"
import type { Call, Send } from "./Call.ts"
import { type Deadlines, elapsedMillis } from "./Deadlines.ts"

const failure = ({ operation }: Call, reason: Timeout) => Effect.fail(new GenesysError({ operation, reason }))

const ofCall = (call: Call) => new Timeout({ scope: "call", after: call.options.callTimeout })

const giveUp = (call: Call, timeout: Timeout) => {
  call.late ??= timeout
  call.fiber?.interruptUnsafe()
}

/** Each attempt, with all that it waits for, within what is left of its call. */
export const perCall =
  (send: Send, deadlines: Deadlines): Send =>
  (request, call) =>
    Effect.withFiber((caller) =>
      Effect.callback((resume) => {
        const callOff = deadlines.add(call.clock, call.endsAt, () => giveUp(call, ofCall(call)))
        call.late = undefined
        const fiber = Effect.runForkWith(caller.context)(send(request, call))
        call.fiber = fiber
        fiber.addObserver((exit) => {
          callOff()
          resume(call.late === undefined ? exit : failure(call, call.late))
        })
        return Fiber.interrupt(fiber)
      })
    )

/** Each attempt, from send to the last byte of the body, within its time. */
export const perAttempt =
  (send: Send, deadlines: Deadlines): Send =>
  (request, call) => {
    let callOff = constVoid
    const attempt = Effect.suspend(() => {
      const { attemptTimeout: after } = call.options
      callOff = deadlines.add(call.clock, elapsedMillis(call.clock) + Duration.toMillis(after), () =>
        giveUp(call, new Timeout({ scope: "attempt", after }))
      )
      return send(request, call)
    })
    return Effect.onExit(attempt, () => {
      callOff()
      return Effect.void
    })
  }

/** Whether a wait ends before the time of the call does. Waiting in vain would hide the reason for it. */
export const isTimeFor = (wait: Duration.Duration, call: Call): boolean =>
  Duration.toMillis(wait) < call.endsAt - elapsedMillis(call.clock)

/** What else a call waits for, within what is left of its time. */
export const waiting = <A, E>(effect: Effect.Effect<A, E>, call: Call): Effect.Effect<A, E | GenesysError> =>
  Effect.suspend(() =>
    Effect.timeoutOrElse(effect, {
      duration: Duration.millis(call.endsAt - elapsedMillis(call.clock)),
      orElse: () => failure(call, ofCall(call))
    })
  )

/** What has not ended after so many milliseconds is given up, and is nothing. */
export const within = <A, E>(
  effect: Effect.Effect<A, E>,
  millis: number,
  { clock }: Call,
  deadlines: Deadlines
): Effect.Effect<Option.Option<A>, E> =>
  Effect.withFiber((caller) =>
    Effect.callback((resume) => {
      const fiber = Effect.runForkWith(caller.context)(effect)
      const ended = fiber.pollUnsafe()
      if (ended !== undefined) return resume(Effect.asSome(ended))
      let isLate = false
      const callOff = deadlines.add(clock, elapsedMillis(clock) + millis, () => {
        isLate = true
        fiber.interruptUnsafe()
        resume(Effect.succeedNone)
      })
      fiber.addObserver((exit) => {
        callOff()
        if (!isLate) resume(Effect.asSome(exit))
      })
      return Fiber.interrupt(fiber)
    })
  )
