/**
 * Runs programs of this repository on a terminal. Tests see the screen and type.
 */
import { spawn } from "@lydell/node-pty"
import xterm from "@xterm/headless"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { stripVTControlCharacters } from "node:util"
import * as Recorder from "./leaks/Recorder.ts"
import { patience, root } from "./processes.ts"

export interface Terminal {
  /** Waits until the output matches `pattern`, and returns all output with its escape sequences. */
  readonly shown: (pattern: RegExp) => Effect.Effect<string>
  /** Waits until the screen matches `pattern`, and returns its lines. */
  readonly shows: (pattern: RegExp) => Effect.Effect<ReadonlyArray<string>>
  /** The current lines of the screen, up to the last one in use. */
  readonly lines: Effect.Effect<ReadonlyArray<string>>
  readonly type: (text: string) => Effect.Effect<void>
  /** The exit of the program, and all output. */
  readonly outcome: Effect.Effect<{ readonly exitCode: number; readonly screen: string }>
}

export interface Options {
  /** The environment. Nothing is inherited from this process. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Default: 100. */
  readonly columns?: number | undefined
}

const rows = 40

/** Starts `command` on a new terminal. It is killed when the scope closes. */
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
        rows,
        env: { TERM: "xterm-256color", PATH: process.env["PATH"] ?? "", ...Recorder.environment(), ...env }
      })
      const model = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
      const linesNow = () => {
        const { active } = model.buffer
        const lines = Array.from({ length: active.length }, (_, n) => active.getLine(n)?.translateToString(true) ?? "")
        return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1)
      }
      const settled = () => new Promise<void>((resolve) => model.write("", resolve))
      let screen = ""
      let hasEnded = false
      const looks = new Set<() => void>()
      pty.onData((text) => {
        screen += text
        model.write(text, () => {
          for (const look of looks) look()
        })
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
            duration: patience,
            orElse: () => Effect.die(new Error(`${[command, ...args].join(" ")} ${what} in time:\n${screen}`))
          })
        )
      /** Waits for a match. If the program ends first, checks its last output. */
      const seen = <A>(what: string, isThere: () => boolean, result: () => A) =>
        bounded(what, () => {
          const during = new Promise<A>((resolve) => {
            const look = () => {
              if (!isThere()) return
              looks.delete(look)
              resolve(result())
            }
            looks.add(look)
            look()
          })
          const atTheEnd = ended.then(settled).then(() => {
            if (isThere()) return result()
            throw new Error(`It ended and ${what}:\n${JSON.stringify(screen)}`)
          })
          return Promise.race([during, atTheEnd])
        })
      const terminal: Terminal = {
        shown: (pattern) =>
          seen(
            `did not show ${pattern}`,
            () => pattern.test(stripVTControlCharacters(screen)),
            () => screen
          ),
        shows: (pattern) => seen(`does not show ${pattern}`, () => pattern.test(linesNow().join("\n")), linesNow),
        lines: Effect.promise(() => settled().then(linesNow)),
        type: (text) => Effect.sync(() => pty.write(text)),
        outcome: bounded("did not end", () => ended)
      }
      return { terminal, end: () => (hasEnded ? ended : (pty.kill("SIGKILL"), ended)) }
    }),
    ({ end }) => Effect.promise(end)
  ).pipe(Effect.map(({ terminal }) => terminal))
