/**
 * How long an attempt, and how long a call may take.
 *
 * An attempt includes its body: a time-out that ends at the headers lets a
 * dripping body hang for ever.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { LicenseError, Timeout } from "../LicenseError.ts"
import { Call } from "./Call.ts"

/** Fails with `Timeout` after `after`, and interrupts what it waited for. */
export const within =
  (scope: "attempt" | "call", after: Duration.Input) =>
  <A, R>(effect: Effect.Effect<A, LicenseError, R>): Effect.Effect<A, LicenseError, R | Call> =>
    Effect.flatMap(Call, (call) =>
      Effect.timeoutOrElse(effect, {
        duration: after,
        orElse: () =>
          Effect.fail(
            new LicenseError({
              operation: call.operation,
              reason: new Timeout({ scope, after: Duration.fromInputUnsafe(after) })
            })
          )
      })
    )
