/**
 * `genesys-license take`: takes a license away from people.
 */
import * as Command from "effect/cli/Command"
import * as GiveOrTake from "./GiveOrTake.ts"

export const command = Command.make(
  "take",
  { ...GiveOrTake.flags, confirmRemovals: GiveOrTake.confirmRemovals, from: GiveOrTake.sheet("from") },
  ({ from, ...flags }) => GiveOrTake.run("take", { ...flags, sheet: from })
).pipe(
  Command.withDescription(
    "Takes a license away from people: shows who would lose it, asks, and takes it away. Skips people who do not hold it. Needs --yes without a terminal. Records every step in a journal, for `undo`. Exit code 0: every change is done; 2: some changes are not done, or somebody was not found. With --output, exit codes are those of `plan`."
  ),
  Command.withExamples([
    {
      command: "genesys-license users --license cloudCX3 --inactive-days 90 --output idle.csv",
      description: "List who has not logged in for 90 days"
    },
    {
      command: "genesys-license take cloudCX3 --from idle.csv",
      description: "Take it away from them, after a question"
    },
    { command: "genesys-license take cloudCX3 'Jane Doe'", description: "Take it away from one person, by name" }
  ])
)
