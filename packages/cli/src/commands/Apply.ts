/**
 * `genesys-license apply`: applies a plan, or continues one that was stopped.
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

const config = {
  plan: Paths.argument("plan").pipe(
    Argument.withDescription("Plan that `plan`, `undo`, `give` or `take` saved; - is stdin")
  ),
  ...Applying.flags,
  ...Output.flags(Output.formats),
  people: People.people,
  connection: Connection.flags
}

/** `fleet apply` runs it for each organization. */
export const run = Effect.fnUntraced(function* ({ connection, ...flags }: Command.Command.Config.Infer<typeof config>) {
  if (flags.plan === Output.standard && Option.isNone(flags.journal)) {
    return yield* new Misused({
      message: "A plan from stdin has no file name, so its journal needs one. Pass --journal FILE."
    })
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
      look: "Check the plan",
      all: "`genesys-license show` lists all",
      resume: "Run the same command again to continue"
    }
  }).pipe(Connection.provide(connection))
  yield* Figures.tell(Figures.ofResult(result))
  yield* differentIf(!(yield* Applying.show(result, plan, { ...flags, journal }, flags)))
})

export const command = Command.make("apply", config, run).pipe(
  Command.withDescription(
    "Applies a plan. Asks before it changes anything. Refuses the plan if the licenses of one of its users have changed since it was made. Records every step in a journal. If a run is stopped for any reason, run the same command again. Exit code 0: every change is done; 2: some changes are not done."
  ),
  Command.withExamples([
    { command: "genesys-license apply plan.json", description: "Ask, then apply the plan" },
    {
      command: "genesys-license apply plan.json --max-changes 500 --max-removals 20 --yes --output done.csv",
      description: "In a script, with limits"
    }
  ])
)
