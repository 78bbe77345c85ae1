/**
 * `genesys-license undo`: the plan that reverses what was applied.
 */
import * as Undo from "@genesys-license/admin/change/Undo"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Connection from "../flags/Connection.ts"
import * as Output from "../terminal/Output.ts"
import * as PlanResult from "../views/PlanResult.ts"
import * as Table from "../terminal/Table.ts"

export const command = Command.make(
  "undo",
  {
    journal: Argument.String("journal").pipe(Argument.withDescription("The journal that apply wrote and named")),
    output: Output.output.pipe(Flag.withDescription("File to save the plan in, for apply")),
    format: Output.format(Output.formats),
    connection: Connection.flags
  },
  Effect.fnUntraced(
    function* ({ format, journal, output }) {
      const { label } = yield* Connection.Organization
      const { plan, readBack } = yield* Undo.plan(journal, { organization: { host: label } })
      if (readBack.length > 0) {
        const done = readBack.filter(({ isSo }) => isSo).length
        yield* Console.error(
          `The journal does not tell what became of ${Table.count(readBack.length, "change")}. Read back now: ${Table.number(done)} done, ${Table.number(readBack.length - done)} not done. Only what is done is reversed.`
        )
      }
      yield* PlanResult.finish(plan, { format, output })
    },
    (effect, { connection }) => Connection.provide(connection)(effect)
  )
).pipe(
  Command.withDescription(
    "Makes the plan that reverses what a journal tells was done, as far as it still is so. Nothing is changed: apply does that. Ends with 2 where there is something to reverse, and with 0 where there is nothing."
  ),
  Command.withExamples([
    {
      command: "genesys-license undo plan.1a2b3c4d.journal.ndjson --output undo.json",
      description: "The way back, ..."
    },
    { command: "genesys-license apply undo.json", description: "... and going it" }
  ])
)
