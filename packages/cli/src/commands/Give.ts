/**
 * `genesys-license give`: a license for some people.
 */
import * as Command from "effect/cli/Command"
import * as GiveOrTake from "./GiveOrTake.ts"

export const command = Command.make("give", { ...GiveOrTake.flags, to: GiveOrTake.sheet("to") }, ({ to, ...flags }) =>
  GiveOrTake.run("give", { ...flags, sheet: to, confirmRemovals: 0 })
).pipe(
  Command.withDescription(
    "Gives a license to people: shows who would get it, asks, and gives it. People who hold it are left alone. A journal records every step, and `undo` reads it. Exit code 0: all is done; 2: a part is not done, or somebody is not known; with --output as `plan`."
  ),
  Command.withExamples([
    { command: "genesys-license give cloudCX3 jane@example.com", description: "One person, after a question" },
    { command: "genesys-license give cloudCX3 --to sheet.csv", description: "Everybody in a spreadsheet" },
    {
      command: "genesys-license give cloudCX3 --to sheet.csv --output plan.json",
      description: "Only save the plan, for apply"
    }
  ])
)
