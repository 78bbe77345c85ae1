/**
 * An emulator on a socket that holds answers back until the test releases them. So a test can see
 * what a process shows while it waits, however slow the machine is.
 */
import type { EmulatorOptions } from "@genesys-license/emulator"
import type { FaultRule } from "@genesys-license/emulator/faults/FaultRule"
import { Server } from "@genesys-license/emulator/Server"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"

/** Answers with this latency are held back. */
const long = "1 hour"

/** A fault rule that holds back the answers to these requests. */
export const kept = (match: Omit<FaultRule, "fault">): FaultRule => ({
  ...match,
  fault: { type: "latency", duration: long }
})

export class HeldServer extends Context.Service<
  HeldServer,
  {
    /** Starts to hold back the answers that a rule of {@link kept} matches. */
    readonly hold: Effect.Effect<void>
    /** Releases all answers, and stops holding answers back. */
    readonly letGo: Effect.Effect<void>
  }
>()("test/HeldServer") {
  /** Does not hold answers back at the start. */
  static readonly layer = (options: EmulatorOptions) =>
    Layer.unwrap(
      Effect.gen(function* () {
        const clock = yield* Clock.Clock
        const latch = yield* Latch.make(true)
        const held: Clock.Clock = {
          currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe(),
          currentTimeMillis: clock.currentTimeMillis,
          currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe(),
          currentTimeNanos: clock.currentTimeNanos,
          monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
          monotonicTimeNanos: clock.monotonicTimeNanos,
          sleep: (duration) =>
            Duration.equals(duration, Duration.fromInputUnsafe(long)) ? latch.await : clock.sleep(duration)
        }
        return Layer.merge(
          Layer.provide(Server.layer(options), Layer.succeed(Clock.Clock, held)),
          Layer.succeed(HeldServer, { hold: Effect.asVoid(latch.close), letGo: Effect.asVoid(latch.open) })
        )
      })
    )
}
