/**
 * Runs a program as a child process while the emulator serves. The program starts without a
 * shell; on Windows, `cmd.exe` runs a script, with its arguments quoted.
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Runtime from "effect/Runtime"
import { spawn } from "node:child_process"
import { statSync } from "node:fs"
import { constants } from "node:os"
import * as WindowsCommand from "./WindowsCommand.ts"

/** The program could not be started. */
export class CannotExecute extends Data.TaggedError("CannotExecute")<{
  /** The name or path of the program. */
  readonly command: string
  /** The error of Node. */
  readonly cause: Error
}> {
  /** The exit code that a shell uses: 127 if there is no such program, else 126. */
  override readonly [Runtime.errorExitCode] = this.isMissing ? 127 : 126

  /** Whether there is no such program. Otherwise the program exists and cannot be run. */
  get isMissing() {
    return Predicate.hasProperty(this.cause, "code") && this.cause.code === "ENOENT"
  }
  override get message() {
    return this.isMissing
      ? `Command not found: ${this.command}. Check its name and PATH.`
      : `Cannot run ${this.command}: ${this.cause.message}`
  }
}

/** The program exited with another code than 0. This process exits with the same code. */
export class Ended extends Data.TaggedError("Ended")<{
  /** The exit code of the program, or 128 + the number of the signal that ended it. */
  readonly exitCode: number
}> {
  override readonly [Runtime.errorExitCode] = this.exitCode
  /** False: the program has already printed what went wrong. */
  override readonly [Runtime.errorReported] = false
}

/**
 * Runs a program on this terminal until it exits. Fails with `Ended` if it exits with another code than 0.
 * Meanwhile, signals to this process go to the program and to no other listener.
 */
export const run = (
  command: string,
  args: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv
): Effect.Effect<void, CannotExecute | Ended> =>
  Effect.flatMap(find(command, args, env), (program) => runProgram(command, program, env))

/** The program that a command name stands for on this machine. */
const find = (
  command: string,
  args: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv
): Effect.Effect<WindowsCommand.Spawned, CannotExecute> => {
  if (process.platform !== "win32") return Effect.succeed({ file: command, args, windowsVerbatimArguments: false })
  const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true
  return Effect.fromOption(WindowsCommand.resolve(command, args, { env, cwd: process.cwd(), isFile })).pipe(
    Effect.mapError(
      () =>
        new CannotExecute({
          command,
          cause: new Error("a .cmd or .bat script cannot take an argument with a line break.")
        })
    )
  )
}

const runProgram = (command: string, program: WindowsCommand.Spawned, env: NodeJS.ProcessEnv) =>
  Effect.callback<void, CannotExecute | Ended>((resume) => {
    const restore = takeSignals((signal) => {
      // On a terminal, Ctrl-C reaches the program without our help.
      if (signal !== "SIGINT" || process.stdin.isTTY !== true) child.kill(signal)
    })
    // Started only after the signals are taken over, so that none is missed.
    const { args, file, windowsVerbatimArguments } = program
    const child = spawn(file, args, { env, stdio: "inherit", windowsVerbatimArguments })
    const done = (exit: Effect.Effect<void, CannotExecute | Ended>) => {
      restore()
      resume(exit)
    }
    child.once("error", (cause) => done(Effect.fail(new CannotExecute({ command, cause }))))
    child.once("exit", (code, signal) => {
      const exitCode = signal === null ? (code ?? 1) : 128 + constants.signals[signal]
      done(exitCode === 0 ? Effect.void : Effect.fail(new Ended({ exitCode })))
    })
  }).pipe(Effect.uninterruptible)

const forwardedSignals: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGTERM", "SIGHUP"]

/** Replaces all listeners for these signals. Returns a function that restores them. */
const takeSignals = (listener: NodeJS.SignalsListener) => {
  const previous = forwardedSignals.map((signal) => [signal, process.listeners(signal)] as const)
  for (const signal of forwardedSignals) process.removeAllListeners(signal).on(signal, listener)
  return () => {
    for (const [signal, listeners] of previous) {
      process.off(signal, listener)
      for (const replaced of listeners) process.on(signal, replaced as NodeJS.SignalsListener)
    }
  }
}
