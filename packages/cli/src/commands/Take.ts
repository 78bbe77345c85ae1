/**
 * `genesys-license take`: a license from some people.
 */
import * as Command from "effect/cli/Command"
import * as GiveOrTake from "./GiveOrTake.ts"

export const command = Command.make(
  "take",
  { ...GiveOrTake.flags, confirmRemovals: GiveOrTake.confirmRemovals, from: GiveOrTake.sheet("from") },
  ({ from, ...flags }) => GiveOrTake.run("take", { ...flags, sheet: from })
).pipe(
  Command.withDescription(
    "Takes a license from people: shows who would lose it, asks, and takes it. People who do not hold it are left alone. Without a terminal it needs --yes. A journal records every step, and `undo` reads it. Exit code 0: all is done; 2: a part is not done, or somebody is not known; with --output as `plan`."
  ),
  Command.withExamples([
    {
      command: "genesys-license users --license cloudCX3 --inactive-days 90 --output idle.csv",
      description: "Who has not logged in for 90 days"
    },
    { command: "genesys-license take cloudCX3 --from idle.csv", description: "Take it from them, after a question" },
    { command: "genesys-license take cloudCX3 'Jane Doe'", description: "From one person, by name" }
  ])
)
