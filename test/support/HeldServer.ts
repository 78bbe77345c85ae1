/**
 * An emulator on a socket that keeps answers back for as long as the test wants. What a process
 * shows while it waits is there to be seen, however slow the machine is.
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

/** An answer with this latency is kept back. */
const long = "1 hour"

/** A rule for the answers to these requests. */
export const kept = (match: Omit<FaultRule, "fault">): FaultRule => ({
  ...match,
  fault: { type: "latency", duration: long }
})

export class HeldServer extends Context.Service<
  HeldServer,
  {
    /** From now on keeps back what a rule of {@link kept} matches. */
    readonly hold: Effect.Effect<void>
    /** Lets go what is kept back, and from now on everything. */
    readonly letGo: Effect.Effect<void>
  }
>()("test/HeldServer") {
  /** Keeps nothing back at first. */
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
