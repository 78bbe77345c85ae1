/**
 * Asks the user at the terminal. Questions go to stderr, because stdout is for results.
 */
import * as Prompt from "effect/cli/Prompt"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { badArgument } from "effect/PlatformError"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { closeSync, constants, openSync, readSync } from "node:fs"

/** Whether there is a terminal to ask at. */
export const isPossible = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  return (yield* stdio.stdinIsTerminal) && (yield* stdio.stderrIsTerminal)
})

/** Asks a yes-or-no question. Ignores what was typed before the question appeared. */
export const ask = (message: string) => answer(Prompt.Confirm({ message, theme: theme() }))

/** Asks the user to type a number, and returns whether they did. Thousands separators are allowed. */
export const askForNumber = (message: string, number: number) =>
  Effect.map(
    answer(Prompt.String({ message, theme: theme() })),
    (text) => text.trim().replace(/[,.' ]/g, "") === String(number)
  )

const theme = () => ({ colors: !process.env["NO_COLOR"] })

const answer = Effect.fnUntraced(function* <A>(prompt: Prompt.Prompt<A>) {
  const stdio = yield* Stdio.Stdio
  yield* discardTyped
  return yield* Prompt.run(prompt).pipe(
    Effect.updateService(Terminal.Terminal, (terminal) => ({
      ...terminal,
      columns: Effect.sync(() => process.stderr.columns ?? 80),
      display: (text: string) =>
        Stream.run(Stream.make(text), stdio.stderr()).pipe(
          Effect.mapError((cause) => badArgument({ module: "Terminal", method: "display", cause }))
        )
    })),
    // Ctrl-C and Escape. The empty line makes the next message begin on its own line.
    Effect.catchTag("QuitError", () => Effect.andThen(Console.error(""), Effect.interrupt))
  )
})

/** Reads and discards everything typed so far. Only raw mode returns an unfinished line. */
const discardTyped = Effect.sync(() => {
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
    // EAGAIN: everything is read. Other errors: there is no /dev/tty, as on Windows.
  }
})
