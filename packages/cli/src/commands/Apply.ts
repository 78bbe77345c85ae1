/**
 * `genesys-license apply`: carries out a plan, or goes on with it.
 */
import * as Plan from "@genesys-license/admin/change/Plan"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Applying from "../Applying.ts"
import * as Figures from "../views/Figures.ts"
import * as Connection from "../flags/Connection.ts"
import { differentIf, Misused } from "../terminal/Ending.ts"
import { identity } from "../flags/Identity.ts"
import * as JournalPath from "../JournalPath.ts"
import * as OrganizationNotes from "../views/OrganizationNotes.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Paths from "../terminal/Paths.ts"
import * as People from "../flags/People.ts"

export const command = Command.make(
  "apply",
  {
    plan: Paths.argument("plan").pipe(Argument.withDescription("Plan that `plan` or `undo` saved")),
    ...Applying.flags,
    ...Output.flags(Output.formats),
    people: People.people,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, ...flags }) {
    if (flags.plan === Output.standard && Option.isNone(flags.journal)) {
      return yield* new Misused({ message: "A plan from stdin has no name for its journal: say --journal FILE." })
    }
    const plan = yield* Plan.load(flags.plan)
    const journal = Option.isSome(flags.journal) ? flags.journal.value : yield* JournalPath.beside(flags.plan, plan)
    yield* OutputCheck.ofResult(flags, { reads: { "the plan": flags.plan }, writes: { "the journal": journal } })
    const organization = Effect.tap(identity, (asked) =>
      OrganizationNotes.say(OrganizationNotes.ofDocument(flags.plan, plan.organization, asked))
    )
    const result = yield* Applying.run(plan, {
      ...flags,
      journal,
      organization,
      advice: {
        look: "Look at the plan",
        all: "`genesys-license show` has them all",
        goOn: "the same command goes on from there"
      }
    }).pipe(Connection.provide(connection))
    yield* Figures.tell(Figures.ofResult(result))
    yield* differentIf(!(yield* Applying.show(result, plan, { ...flags, journal }, flags)))
  })
).pipe(
  Command.withDescription(
    "Carries out a plan. Asks before it changes anything, and refuses if a user of the plan no longer holds what they held when the plan was made. A journal records every step. If a run is stopped for any reason, run the same command again. Exit code 0: all is done; 2: a part is not done."
  ),
  Command.withExamples([
    { command: "genesys-license apply plan.json", description: "Ask, then change" },
    {
      command: "genesys-license apply plan.json --max-changes 500 --max-removals 20 --yes --output done.csv",
      description: "In a script, within limits"
    }
  ])
)
