/**
 * `attemptTimeout` and `callTimeout`.
 *
 * `attemptTimeout` includes the body: otherwise a response that sends its body byte by byte
 * would never time out. It does not include what an attempt waits for before it is sent, such as
 * the token and the rate limit; `callTimeout` does. Both interrupt the same fiber.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { constVoid } from "effect/Function"
import * as Option from "effect/Option"
import { GenesysError, Timeout } from "../../errors/GenesysError.ts"
import type { Call, Send } from "./Call.ts"
import { type Deadlines, elapsedMillis } from "./Deadlines.ts"

const failure = ({ operation }: Call, reason: Timeout) => Effect.fail(new GenesysError({ operation, reason }))

const ofCall = (call: Call) => new Timeout({ scope: "call", after: call.options.callTimeout })

const interrupt = (call: Call, timeout: Timeout) => {
  call.late ??= timeout
  call.fiber?.interruptUnsafe()
}

/** Limits an attempt, with all that it waits for, to the time that is left of `callTimeout`. */
export const perCall =
  (send: Send, deadlines: Deadlines): Send =>
  (request, call) =>
    Effect.withFiber((caller) =>
      Effect.callback((resume) => {
        const cancel = deadlines.add(call.clock, call.endsAt, () => interrupt(call, ofCall(call)))
        call.late = undefined
        const fiber = Effect.runForkWith(caller.context)(send(request, call))
        call.fiber = fiber
        fiber.addObserver((exit) => {
          cancel()
          resume(call.late === undefined ? exit : failure(call, call.late))
        })
        return Fiber.interrupt(fiber)
      })
    )

/** Limits an attempt, from sending to the last byte of the body, to `attemptTimeout`. */
export const perAttempt =
  (send: Send, deadlines: Deadlines): Send =>
  (request, call) => {
    let cancel = constVoid
    const attempt = Effect.suspend(() => {
      const { attemptTimeout: after } = call.options
      cancel = deadlines.add(call.clock, elapsedMillis(call.clock) + Duration.toMillis(after), () =>
        interrupt(call, new Timeout({ scope: "attempt", after }))
      )
      return send(request, call)
    })
    return Effect.onExit(attempt, () => {
      cancel()
      return Effect.void
    })
  }

/** Whether a wait ends before `callTimeout` does. If not, the call fails with the reason for the wait, not with a timeout. */
export const isTimeFor = (wait: Duration.Duration, call: Call): boolean =>
  Duration.toMillis(wait) < call.endsAt - elapsedMillis(call.clock)

/** Interrupts an effect after a number of milliseconds. Returns `None` then. */
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
      const cancel = deadlines.add(clock, elapsedMillis(clock) + millis, () => {
        isLate = true
        fiber.interruptUnsafe()
        resume(Effect.succeedNone)
      })
      fiber.addObserver((exit) => {
        cancel()
        if (!isLate) resume(Effect.asSome(exit))
      })
      return Fiber.interrupt(fiber)
    })
  )

/** Limits any other wait of a call to the time that is left of `callTimeout`. */
export const waiting = <A, E>(
  effect: Effect.Effect<A, E>,
  call: Call,
  deadlines: Deadlines
): Effect.Effect<A, E | GenesysError> =>
  Effect.suspend(() =>
    Effect.flatMap(
      within(effect, call.endsAt - elapsedMillis(call.clock), call, deadlines),
      Option.match({ onNone: () => failure(call, ofCall(call)), onSome: Effect.succeed })
    )
  )
