/**
 * Asks whoever sits at the terminal, on stderr: stdout is for results.
 */
import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import { badArgument } from "effect/PlatformError"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { Misused } from "./Ending.ts"

/** Whether there is a terminal to ask at. */
export const isPossible = Effect.flatMap(Stdio.Stdio, ({ stderrIsTerminal, stdinIsTerminal }) =>
  Effect.zipWith(stdinIsTerminal, stderrIsTerminal, (isIn, isOut) => isIn && isOut)
)

/** Whether the answer is yes. Where nobody can be asked, `otherwise` says what to do. */
export const ask = Effect.fnUntraced(function* (message: string, otherwise: string) {
  const stdio = yield* Stdio.Stdio
  if (!(yield* isPossible)) return yield* new Misused({ message: otherwise })
  const colors = !process.env["NO_COLOR"]
  return yield* Prompt.run(Prompt.Confirm({ message, theme: { colors } })).pipe(
    Effect.updateService(Terminal.Terminal, (terminal) => ({
      ...terminal,
      columns: Effect.sync(() => process.stderr.columns ?? 80),
      display: (text: string) =>
        Stream.run(Stream.make(text), stdio.stderr()).pipe(
          Effect.mapError((cause) => badArgument({ module: "Terminal", method: "display", cause }))
        )
    })),
    // Ctrl-C and Escape.
    Effect.catchTag("QuitError", () => Effect.interrupt)
  )
})
