/**
 * Another program, for as long as an emulator is there for it. It is started without a
 * shell; a script of Windows is started by `cmd.exe`, with its arguments quoted.
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
  /** As it was asked for. */
  readonly command: string
  /** What Node says. */
  readonly cause: Error
}> {
  /** As a shell says it. */
  override readonly [Runtime.errorExitCode] = this.isMissing ? 127 : 126

  /** Whether there is no such program; otherwise it is there and cannot be run. */
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
export class Ended extends Data.TaggedError("Ended")<{
  /** That of the program; 128 and the number of the signal where a signal ended it. */
  readonly exitCode: number
}> {
  override readonly [Runtime.errorExitCode] = this.exitCode
  /** It has said for itself what was wrong. */
  override readonly [Runtime.errorReported] = false
}

/**
 * Runs a program on this terminal, and ends when it ends, with its exit code; with
 * 128 and the number of the signal where a signal ended it. Until then a signal to this process is one to the program, and to nobody else here.
 */
export const run = (
  command: string,
  args: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv
): Effect.Effect<void, CannotExecute | Ended> =>
  Effect.flatMap(find(command, args, env), (program) => runProgram(command, program, env))

/** What the name of a command starts on this machine. */
const find = (
  command: string,
  args: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv
): Effect.Effect<WindowsCommand.Spawned, CannotExecute> => {
  if (process.platform !== "win32") return Effect.succeed({ file: command, args, windowsVerbatimArguments: false })
  const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true
  return Effect.fromOption(WindowsCommand.resolve(command, args, { env, cwd: process.cwd(), isFile })).pipe(
    Effect.mapError(
      () => new CannotExecute({ command, cause: new Error("an argument of a .cmd or .bat script has several lines.") })
    )
  )
}

const runProgram = (command: string, program: WindowsCommand.Spawned, env: NodeJS.ProcessEnv) =>
  Effect.callback<void, CannotExecute | Ended>((resume) => {
    const restore = takeSignals((signal) => {
      // A terminal sends Ctrl-C to both.
      if (signal !== "SIGINT" || process.stdin.isTTY !== true) child.kill(signal)
    })
    // Not before the signals are taken: from its first moment on they are meant for it.
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

const taken: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGTERM", "SIGHUP"]

/** Takes the signals from whoever listens to them in this process, until they are given back. */
const takeSignals = (listener: NodeJS.SignalsListener) => {
  const others = taken.map((signal) => [signal, process.listeners(signal)] as const)
  for (const signal of taken) process.removeAllListeners(signal).on(signal, listener)
  return () => {
    for (const [signal, listeners] of others) {
      process.off(signal, listener)
      for (const other of listeners) process.on(signal, other as NodeJS.SignalsListener)
    }
  }
}
