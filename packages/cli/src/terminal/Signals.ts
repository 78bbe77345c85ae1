/**
 * Signals: interrupt the running work, let it say how things stand, and exit with 128 + the
 * signal number, as shells expect.
 */
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import { constants } from "node:os"

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

let received: (typeof signals)[number] | undefined

/** Remembers which signal arrived, and interrupts on SIGHUP. `runMain` interrupts on the others. */
export const interruptible = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.raceFirst(
    effect,
    Effect.callback<never>((resume) => {
      const onSignal = (signal: (typeof signals)[number]) => {
        received ??= signal
        if (signal !== "SIGHUP") return
        // The terminal is gone. A failed write to it must not end the process early.
        for (const output of [process.stdout, process.stderr]) output.on("error", () => {})
        resume(Effect.interrupt)
      }
      for (const signal of signals) process.on(signal, onSignal)
      return Effect.sync(() => {
        for (const signal of signals) process.off(signal, onSignal)
      })
    })
  )

export const teardown: Runtime.Teardown = (exit, onExit) =>
  Runtime.defaultTeardown(exit, (code) =>
    onExit(code === 130 && received !== undefined ? 128 + constants.signals[received] : code)
  )
