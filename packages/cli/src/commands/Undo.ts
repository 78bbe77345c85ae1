/**
 * `genesys-license undo`: makes a plan that reverses an apply.
 */
import * as Journal from "@genesys-license/admin/change/Journal"
import { withPeople } from "@genesys-license/admin/change/Plan"
import * as Undo from "@genesys-license/admin/change/Undo"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Connection from "../flags/Connection.ts"
import * as NewPlan from "../flags/NewPlan.ts"
import { identity } from "../flags/Identity.ts"
import * as People from "../flags/People.ts"
import * as Paths from "../terminal/Paths.ts"
import * as OrganizationNotes from "../views/OrganizationNotes.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as PlanResult from "../views/PlanResult.ts"
import * as Table from "../terminal/Table.ts"

export const command = Command.make(
  "undo",
  {
    journal: Paths.argument("journal").pipe(
      Argument.withDescription("Journal that `apply`, `give` or `take` wrote; they print its name")
    ),
    ...NewPlan.flags,
    people: People.people,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, journal, people, ...target }) {
    yield* OutputCheck.ofDocument(target, { reads: { "the journal": journal } })
    const applied = yield* Journal.load(journal)
    yield* Effect.gen(function* () {
      const organization = yield* identity
      yield* OrganizationNotes.say(OrganizationNotes.ofDocument(journal, applied.organization, organization))
      const { plan, readBack } = yield* Undo.ofJournal(applied, { organization })
      if (readBack.length > 0) {
        const found = readBack.filter(({ isSo }) => isSo).length
        yield* Console.error(
          `${Table.count(readBack.length, "change")} in the journal ${readBack.length === 1 ? "has" : "have"} an unknown outcome. Checked now: ${Table.number(found)} done, ${Table.number(readBack.length - found)} not done. Only changes that are done are reversed.`
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
    "Plans how to reverse the changes in a journal. Leaves out users whose license has changed again since. Changes nothing: use `apply` to apply the plan. Exit code 0: nothing to reverse; 2: there are changes."
  ),
  Command.withExamples([
    {
      command: "genesys-license undo plan.journal.ndjson --output undo.json",
      description: "Plan how to reverse an apply"
    },
    { command: "genesys-license apply undo.json", description: "Apply that plan" }
  ])
)
