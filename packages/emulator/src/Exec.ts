/**
 * Another program, for as long as an emulator is there for it.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Runtime from "effect/Runtime"
import { spawn } from "node:child_process"
import { constants } from "node:os"

/** The program could not be started. */
export class CannotExecute extends Data.TaggedError("CannotExecute")<{
  readonly command: string
  readonly cause: Error
}> {
  /** As a shell says it. */
  override readonly [Runtime.errorExitCode] = this.isMissing ? 127 : 126

  get isMissing() {
    return Predicate.hasProperty(this.cause, "code") && this.cause.code === "ENOENT"
  }
  override get message() {
    return this.isMissing
      ? `There is no command ${this.command}.`
      : `${this.command} cannot be run: ${this.cause.message}`
  }
}

/** The program ended with something else than 0, which is how this one ends as well. */
export class Ended extends Data.TaggedError("Ended")<{ readonly exitCode: number }> {
  override readonly [Runtime.errorExitCode] = this.exitCode
  /** It has said for itself what was wrong. */
  override readonly [Runtime.errorReported] = false
}

const forwarded: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGTERM", "SIGHUP"]

/**
 * Runs a program on this terminal, and passes signals on to it. Ends when it ends
 * and not before: a signal to this process is a signal to the program.
 */
export const run = (
  command: string,
  args: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv
): Effect.Effect<void, CannotExecute | Ended> =>
  Effect.callback<void, CannotExecute | Ended>((resume) => {
    const forward = (signal: NodeJS.Signals) => {
      // A terminal sends Ctrl-C to both.
      if (signal !== "SIGINT" || process.stdin.isTTY !== true) child.kill(signal)
    }
    // Before there is a program: from its first moment on, signals are meant for it.
    for (const signal of forwarded) process.on(signal, forward)
    const child = spawn(command, args, { env, stdio: "inherit" })
    const done = (exit: Effect.Effect<void, CannotExecute | Ended>) => {
      for (const signal of forwarded) process.off(signal, forward)
      resume(exit)
    }
    child.once("error", (cause) => done(Effect.fail(new CannotExecute({ command, cause }))))
    child.once("exit", (code, signal) => {
      const exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal]
      done(exitCode === 0 ? Effect.void : Effect.fail(new Ended({ exitCode })))
    })
  }).pipe(Effect.uninterruptible)
