/**
 * Programs of this repository on a terminal: what it shows, and what is typed into it.
 */
import { spawn } from "@lydell/node-pty"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { stripVTControlCharacters } from "node:util"
import * as Recorder from "./leaks/Recorder.ts"
import { root } from "./processes.ts"

export interface Terminal {
  /** Everything that was shown, escapes included, once a person could read `pattern`. */
  readonly shown: (pattern: RegExp) => Effect.Effect<string>
  readonly type: (text: string) => Effect.Effect<void>
  /** How the program ended, and everything that was shown. */
  readonly outcome: Effect.Effect<{ readonly exitCode: number; readonly screen: string }>
}

export interface Options {
  /** The environment: nothing of this process is inherited. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Default: 100. */
  readonly columns?: number | undefined
}

/** Starts `command` on a terminal of its own; whatever is left of it is killed when the scope closes. */
export const start = (
  command: string,
  args: ReadonlyArray<string>,
  { columns = 100, env = {} }: Options = {}
): Effect.Effect<Terminal, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const pty = spawn(command, [...args], {
        cwd: root,
        cols: columns,
        rows: 40,
        env: { TERM: "xterm-256color", PATH: process.env["PATH"] ?? "", ...Recorder.environment(), ...env }
      })
      let screen = ""
      let hasEnded = false
      const looks = new Set<() => void>()
      pty.onData((text) => {
        screen += text
        for (const look of looks) look()
      })
      const ended = new Promise<{ exitCode: number; screen: string }>((resolve) =>
        pty.onExit(({ exitCode, signal }) => {
          hasEnded = true
          Recorder.keep("process", screen)
          resolve({ exitCode: signal ? 128 + signal : exitCode, screen })
        })
      )
      const bounded = <A>(what: string, promise: () => Promise<A>) =>
        Effect.promise(promise).pipe(
          Effect.timeoutOrElse({
            duration: "60 seconds",
            orElse: () => Effect.die(new Error(`${[command, ...args].join(" ")} ${what} in time:\n${screen}`))
          })
        )
      const terminal: Terminal = {
        shown: (pattern) =>
          bounded(`did not show ${pattern}`, () => {
            const seen = new Promise<string>((resolve) => {
              const look = () => {
                if (!pattern.test(stripVTControlCharacters(screen))) return
                looks.delete(look)
                resolve(screen)
              }
              looks.add(look)
              look()
            })
            const over = ended.then((outcome) => {
              if (pattern.test(stripVTControlCharacters(outcome.screen))) return outcome.screen
              throw new Error(`It ended without showing ${pattern}:\n${JSON.stringify(outcome, null, 2)}`)
            })
            return Promise.race([seen, over])
          }),
        type: (text) => Effect.sync(() => pty.write(text)),
        outcome: bounded("did not end", () => ended)
      }
      return { terminal, end: () => (hasEnded ? ended : (pty.kill("SIGKILL"), ended)) }
    }),
    ({ end }) => Effect.promise(end)
  ).pipe(Effect.map(({ terminal }) => terminal))
