/**
 * `genesys-license apply`: carries out a plan, or goes on with it.
 */
import * as Apply from "@genesys-license/admin/change/Apply"
import { describe } from "@genesys-license/admin/organization/OrganizationIdentity"
import * as Plan from "@genesys-license/admin/change/Plan"
import { CurrentCallOptions } from "@genesys-license/client/CallOptions"
import { UserService } from "@genesys-license/client/UserService"
import type { Person } from "@genesys-license/schema/users/Person"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as ApplyResult from "../views/ApplyResult.ts"
import * as ChangeRows from "../views/ChangeRows.ts"
import * as Figures from "../views/Figures.ts"
import * as Confirmation from "../terminal/Confirmation.ts"
import * as Connection from "../flags/Connection.ts"
import { differentIf, Misused } from "../terminal/Ending.ts"
import * as Fit from "../terminal/Fit.ts"
import { identity } from "../flags/Identity.ts"
import * as JournalPath from "../JournalPath.ts"
import * as OrganizationNotes from "../views/OrganizationNotes.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Owner from "../Owner.ts"
import * as Paths from "../terminal/Paths.ts"
import * as Progress from "../terminal/Progress.ts"
import * as People from "../flags/People.ts"
import * as Paging from "../flags/Paging.ts"
import * as Question from "../views/Question.ts"
import * as Table from "../terminal/Table.ts"

const limit = (name: string, what: string) =>
  Flag.Int(name).pipe(
    Flag.withSchema(Paging.Count),
    Flag.withMetavar("N"),
    Flag.withDescription(`Refuse a plan with more than N ${what}`),
    Flag.optional
  )

export const command = Command.make(
  "apply",
  {
    plan: Paths.argument("plan").pipe(Argument.withDescription("Plan that `plan` or `undo` saved")),
    journal: Paths.flag("journal").pipe(
      Flag.withDescription("File that records every step (default: beside the plan, with a part of its checksum)"),
      Flag.optional
    ),
    maxChanges: limit("max-changes", "changes"),
    maxRemovals: limit("max-removals", "removals"),
    yes: Flag.Boolean("yes").pipe(
      Flag.withAlias("y"),
      Flag.withDescription("Apply without asking"),
      Flag.withDefault(false)
    ),
    takeOver: Flag.Boolean("take-over").pipe(
      Flag.withDescription("Take the journal over from a run that seems to go on, but does not run any more"),
      Flag.withDefault(false)
    ),
    batchSize: Flag.Int("batch-size").pipe(
      Flag.withSchema(Paging.Positive),
      Flag.withMetavar("N"),
      Flag.withDescription("Changes in one request (default: 100)"),
      Flag.withDefault(100)
    ),
    confirmRemovals: Flag.Int("confirm-removals").pipe(
      Flag.withSchema(Paging.Count),
      Flag.withMetavar("N"),
      Flag.withDescription("Ask to type the number of removals if there are more than N (default: 50)"),
      Flag.withDefault(50)
    ),
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
    const owner = yield* Owner.make
    let isAgreed = false
    let sent: Apply.Progress | undefined

    const line = { before: "Checking the plan", label: "Changing licenses", perRequest: flags.batchSize }
    const apply = Effect.gen(function* () {
      const organization = yield* identity
      yield* OrganizationNotes.say(OrganizationNotes.ofDocument(flags.plan, plan.organization, organization))
      return yield* Progress.withLine(line, ({ hide, onProgress }) =>
        Apply.run(plan, {
          journal,
          organization,
          confirm: flags.yes
            ? Apply.withoutAsking
            : (proposal) =>
                Effect.tap(hide(confirm(proposal, flags, plan)), (agreed) =>
                  Effect.sync(() => {
                    isAgreed = agreed
                  })
                ),
          maxChanges: Option.getOrUndefined(flags.maxChanges),
          maxRemovals: Option.getOrUndefined(flags.maxRemovals),
          batchSize: flags.batchSize,
          takeOver: flags.takeOver,
          owner: owner.self,
          isAlive: owner.isAlive,
          onProgress: (progress) => {
            sent = progress
            return onProgress({ done: progress.sent, total: progress.of })
          }
        })
      )
    })
    const result = yield* apply.pipe(
      Effect.onInterrupt(() =>
        Effect.flatMap(isThere(journal), (isThere) =>
          Console.error(stopped({ mayHaveChanged: isThere && (isAgreed || flags.yes), journal, sent }))
        )
      ),
      Connection.provide(connection)
    )

    yield* Figures.tell(Figures.ofResult(result))
    // A plan without changes leaves none.
    const hasJournal = yield* isThere(journal)
    yield* Output.write(
      flags,
      ApplyResult.make(result, hasJournal ? journal : undefined, ChangeRows.known(flags.people ? plan.people : []))
    )
    if (result.error !== undefined) yield* Console.error(result.error.message)
    yield* differentIf(!ApplyResult.isComplete(result))
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

const isThere = (path: string) => FileSystem.FileSystem.use((fs) => Effect.orElseSucceed(fs.exists(path), () => false))

/** Where nobody can be asked, a script may give licenses, but not take any away unless it says so. */
const confirm = Effect.fnUntraced(function* (
  { changes, organization, removals }: Apply.Proposal,
  { confirmRemovals, people: isNamed }: { readonly confirmRemovals: number; readonly people: boolean },
  plan: Plan.Plan
) {
  if (!(yield* Confirmation.isPossible)) {
    if (removals === 0) return true
    return yield* new Misused({
      message: `The plan takes away ${Table.count(removals, "license")}, and there is no terminal to ask at. Look at the plan, and say --yes if it is right. Nothing was changed.`
    })
  }
  const called = organization === undefined ? (yield* Connection.Organization).title : describe(organization)
  const planned = ChangeRows.known(isNamed ? plan.people : [])
  const people =
    isNamed && planned.size === 0 ? yield* namesOf(Question.first(changes).map(({ userId }) => userId)) : planned
  yield* Console.error(Question.text({ organization: called, changes, people }, yield* Fit.stderr))
  const sentence = Question.sentence(changes)
  return removals > confirmRemovals
    ? yield* Confirmation.askForNumber(`${sentence}? Type ${removals} to go on`, removals)
    : yield* Confirmation.ask(`${sentence}?`)
})

/** Names help whoever is asked, and are not worth waiting for, nor failing. */
const namesOf = (userIds: ReadonlyArray<string>) =>
  UserService.use((users) => users.byId(userIds)).pipe(
    Effect.provideService(CurrentCallOptions, { callTimeout: "5 seconds", retries: 0 }),
    Effect.orElseSucceed(() => new Map<string, Person>())
  )

const stopped = (how: {
  readonly mayHaveChanged: boolean
  readonly journal: string
  readonly sent: Apply.Progress | undefined
}) => {
  if (!how.mayHaveChanged) return "Stopped. Nothing was changed."
  const answered =
    how.sent === undefined
      ? "no request of this run was answered"
      : `${Table.number(how.sent.sent)} of ${Table.count(how.sent.of, "change")} of this run were answered`
  return `Stopped: ${answered}. ${how.journal} has what was done; the same command goes on from there.`
}
