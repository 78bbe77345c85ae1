/**
 * `genesys-license undo`: the plan that reverses what was applied.
 */
import * as Journal from "@genesys-license/admin/change/Journal"
import { withPeople } from "@genesys-license/admin/change/Plan"
import * as Undo from "@genesys-license/admin/change/Undo"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Connection from "../flags/Connection.ts"
import * as ExitCode from "../flags/ExitCode.ts"
import { identity } from "../flags/Identity.ts"
import * as People from "../flags/People.ts"
import * as Output from "../terminal/Output.ts"
import * as Paths from "../terminal/Paths.ts"
import * as OrganizationNotes from "../views/OrganizationNotes.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as PlanResult from "../views/PlanResult.ts"
import * as Table from "../terminal/Table.ts"

export const command = Command.make(
  "undo",
  {
    journal: Paths.argument("journal").pipe(Argument.withDescription("Journal that `apply` wrote and named")),
    output: Output.output.pipe(Flag.withDescription("Save the plan in FILE, for `apply`; - is stdout")),
    ...Output.view,
    ...ExitCode.detailed,
    people: People.people,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, journal, people, ...target }) {
    yield* OutputCheck.ofDocument(target, { reads: { "the journal": journal } })
    const done = yield* Journal.load(journal)
    yield* Effect.gen(function* () {
      const organization = yield* identity
      yield* OrganizationNotes.say(OrganizationNotes.ofDocument(journal, done.organization, organization))
      const { plan, readBack } = yield* Undo.ofJournal(done, { organization })
      if (readBack.length > 0) {
        const found = readBack.filter(({ isSo }) => isSo).length
        yield* Console.error(
          `The journal does not tell what became of ${Table.count(readBack.length, "change")}. Read back now: ${Table.number(found)} done, ${Table.number(readBack.length - found)} not done. Only what is done is reversed.`
        )
      }
      const profiles = yield* People.profilesOf(
        people,
        plan.changes.map(({ userId }) => userId)
      )
      yield* PlanResult.finish(withPeople(plan, profiles.values()), target)
    }).pipe(Connection.provide(connection))
  })
).pipe(
  Command.withDescription(
    "Plans how to reverse what an apply did, and leaves out what has changed since. Changes nothing; `apply` does. Exit code 0: nothing to reverse; 2: there are changes."
  ),
  Command.withExamples([
    {
      command: "genesys-license undo plan.journal.ndjson --output undo.json",
      description: "Plan how to reverse it"
    },
    { command: "genesys-license apply undo.json", description: "Reverse it" }
  ])
)
