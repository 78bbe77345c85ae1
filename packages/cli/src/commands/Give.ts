/**
 * `genesys-license give`: gives a license to people.
 */
import * as Command from "effect/cli/Command"
import * as GiveOrTake from "./GiveOrTake.ts"

export const command = Command.make("give", { ...GiveOrTake.flags, to: GiveOrTake.sheet("to") }, ({ to, ...flags }) =>
  GiveOrTake.run("give", { ...flags, sheet: to, confirmRemovals: 0 })
).pipe(
  Command.withDescription(
    "Gives a license to people: shows who would get it, asks, and gives it. Skips people who already hold it. Records every step in a journal, for `undo`. Exit code 0: every change is done; 2: some changes are not done, or somebody was not found. With --output, exit codes are those of `plan`."
  ),
  Command.withExamples([
    {
      command: "genesys-license give cloudCX3 jane@example.com",
      description: "Give it to one person, after a question"
    },
    { command: "genesys-license give cloudCX3 --to sheet.csv", description: "Give it to everybody in a spreadsheet" },
    {
      command: "genesys-license give cloudCX3 --to sheet.csv --output plan.json",
      description: "Only save the plan, for `apply`"
    }
  ])
)
