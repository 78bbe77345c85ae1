/**
 * Asks whoever sits at the terminal, on stderr: stdout is for results.
 */
import * as Prompt from "effect/cli/Prompt"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { badArgument } from "effect/PlatformError"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { closeSync, constants, openSync, readSync } from "node:fs"

/** Whether there is somebody to ask. */
export const isPossible = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  return (yield* stdio.stdinIsTerminal) && (yield* stdio.stderrIsTerminal)
})

/** Whether the answer is yes. What was typed before the question is no answer to it. */
export const ask = (message: string) => answer(Prompt.Confirm({ message, theme: theme() }))

/** Whether this number is typed, with or without separators. */
export const askForNumber = (message: string, number: number) =>
  Effect.map(
    answer(Prompt.String({ message, theme: theme() })),
    (text) => text.trim().replace(/[,.' ]/g, "") === String(number)
  )

const theme = () => ({ colors: !process.env["NO_COLOR"] })

const answer = Effect.fnUntraced(function* <A>(prompt: Prompt.Prompt<A>) {
  const stdio = yield* Stdio.Stdio
  yield* forgetTyped
  return yield* Prompt.run(prompt).pipe(
    Effect.updateService(Terminal.Terminal, (terminal) => ({
      ...terminal,
      columns: Effect.sync(() => process.stderr.columns ?? 80),
      display: (text: string) =>
        Stream.run(Stream.make(text), stdio.stderr()).pipe(
          Effect.mapError((cause) => badArgument({ module: "Terminal", method: "display", cause }))
        )
    })),
    // Ctrl-C and Escape. What is said next begins on a line of its own.
    Effect.catchTag("QuitError", () => Effect.andThen(Console.error(""), Effect.interrupt))
  )
})

/** Reads all that the terminal holds for this process. Half a line is only given out in raw mode. */
const forgetTyped = Effect.sync(() => {
  const { stdin } = process
  try {
    const terminal = openSync("/dev/tty", constants.O_RDONLY | constants.O_NONBLOCK)
    const wasRaw = stdin.isRaw
    try {
      stdin.setRawMode(true)
      const buffer = Buffer.alloc(1024)
      while (readSync(terminal, buffer) > 0);
    } finally {
      stdin.setRawMode(wasRaw)
      closeSync(terminal)
    }
  } catch {
    // Nothing more is there (EAGAIN), or there is no such terminal, as on Windows.
  }
})
