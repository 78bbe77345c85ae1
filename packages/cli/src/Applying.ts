/**
 * Applies a plan from the command line: asks first, shows progress, and says how things
 * stand if the run is stopped.
 */
import * as Apply from "@genesys-license/admin/change/Apply"
import type * as Plan from "@genesys-license/admin/change/Plan"
import { nameAndPlace, type OrganizationIdentity } from "@genesys-license/admin/organization/OrganizationIdentity"
import * as AssignmentBatch from "@genesys-license/client/AssignmentBatch"
import { CurrentCallOptions } from "@genesys-license/client/CallOptions"
import { UserService } from "@genesys-license/client/UserService"
import type { Person } from "@genesys-license/schema/users/Person"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Connection from "./flags/Connection.ts"
import * as Paging from "./flags/Paging.ts"
import * as Owner from "./Owner.ts"
import * as Confirmation from "./terminal/Confirmation.ts"
import { Misused } from "./terminal/Ending.ts"
import * as Fit from "./terminal/Fit.ts"
import * as Output from "./terminal/Output.ts"
import * as Paths from "./terminal/Paths.ts"
import * as Progress from "./terminal/Progress.ts"
import * as Table from "./terminal/Table.ts"
import * as ApplyResult from "./views/ApplyResult.ts"
import * as ChangeRows from "./views/ChangeRows.ts"
import * as FirstChanges from "./views/FirstChanges.ts"
import * as Question from "./views/Question.ts"

const limit = (name: string, what: string) =>
  Flag.Int(name).pipe(
    Flag.withSchema(Paging.Count),
    Flag.withMetavar("N"),
    Flag.withDescription(`Refuse plans with more than N ${what}`),
    Flag.optional
  )

/** The flags that commands share if they apply a plan. */
export const flags = {
  journal: Paths.flag("journal").pipe(
    Flag.withDescription("Record every step in FILE (default: beside the plan, such as plan.journal.ndjson)"),
    Flag.optional
  ),
  maxChanges: limit("max-changes", "changes"),
  maxRemovals: limit("max-removals", "removals"),
  yes: Flag.Boolean("yes").pipe(
    Flag.withAlias("y"),
    Flag.withDescription("Apply without asking first"),
    Flag.withDefault(false)
  ),
  takeOver: Flag.Boolean("take-over").pipe(
    Flag.withDescription("Take over the journal of a run that is no longer running"),
    Flag.withDefault(false)
  ),
  batchSize: Flag.Int("batch-size").pipe(
    Flag.withSchema(Paging.Positive),
    Flag.withMetavar("N"),
    Flag.withDescription("Send N changes per request (default: 100)"),
    Flag.withDefault(100)
  ),
  confirmRemovals: Flag.Int("confirm-removals").pipe(
    Flag.withSchema(Paging.Count),
    Flag.withMetavar("N"),
    Flag.withDescription("Ask you to type the number of removals if there are more than N (default: 50)"),
    Flag.withDefault(50)
  )
}

export interface Options<E, R> {
  /** The path of the journal. */
  readonly journal: string
  /** Reads which organization the command is connected to. */
  readonly organization: Effect.Effect<OrganizationIdentity, E, R>
  readonly yes: boolean
  readonly maxChanges: Option.Option<number>
  /** Default: no limit. */
  readonly maxRemovals?: Option.Option<number>
  readonly confirmRemovals: number
  /** Default: false. */
  readonly takeOver?: boolean
  /** Default: 100. */
  readonly batchSize?: number
  /** Whether to show the names of users. */
  readonly people: boolean
  readonly advice: Advice
}

/** What the user can do next, as parts of sentences. */
export interface Advice {
  /** How to inspect the plan. Begins a sentence. */
  readonly look: string
  /** How to see all changes of a large plan. Ends a sentence. */
  readonly all: string
  /** How to continue after a stop. Ends a sentence. */
  readonly resume: string
}

/** Applies a plan, or continues one that was stopped. Asks first, except with `yes`. */
export const run = Effect.fnUntraced(function* <E, R>(plan: Plan.Plan, options: Options<E, R>) {
  const { batchSize = AssignmentBatch.defaults.batchSize, journal, takeOver = false, yes } = options
  const owner = yield* Owner.make
  let isAgreed = false
  let sent: Apply.Progress | undefined

  const line = { before: "Checking the plan", label: "Changing licenses", perRequest: batchSize }
  const apply = Effect.gen(function* () {
    const organization = yield* options.organization
    return yield* Progress.withLine(line, ({ hide, onProgress }) =>
      Apply.run(plan, {
        journal,
        organization,
        confirm: yes
          ? Apply.withoutAsking
          : (proposal) =>
              Effect.tap(hide(confirm(proposal, options, plan)), (agreed) =>
                Effect.sync(() => {
                  isAgreed = agreed
                })
              ),
        maxChanges: Option.getOrUndefined(options.maxChanges),
        maxRemovals: Option.getOrUndefined(options.maxRemovals ?? Option.none()),
        batchSize,
        takeOver,
        owner: owner.self,
        isAlive: owner.isAlive,
        onProgress: (progress) => {
          sent = progress
          return onProgress({ done: progress.sent, total: progress.of })
        }
      })
    )
  })
  return yield* Effect.onInterrupt(apply, () =>
    Effect.flatMap(exists(journal), (hasJournal) =>
      Console.error(stopped(hasJournal && (isAgreed || yes), sent, options))
    )
  )
})

/** Shows the result of applying a plan. Returns whether every change is done. */
export const show = Effect.fnUntraced(function* (
  result: Apply.Result,
  plan: Plan.Plan,
  { journal, people }: { readonly journal: string; readonly people: boolean },
  target: Output.Target
) {
  // A plan without changes writes no journal.
  const hasJournal = yield* exists(journal)
  yield* Output.write(
    target,
    ApplyResult.make(result, hasJournal ? journal : undefined, ChangeRows.known(people ? plan.people : []))
  )
  if (result.error !== undefined) yield* Console.error(result.error.message)
  return ApplyResult.isComplete(result)
})

const exists = (path: string) => FileSystem.FileSystem.use((fs) => Effect.orElseSucceed(fs.exists(path), () => false))

/** Without a terminal, a plan that only gives licenses is applied. One that takes licenses away needs `--yes`. */
const confirm = Effect.fnUntraced(function* (
  { changes, organization, removals }: Apply.Proposal,
  {
    advice,
    confirmRemovals,
    people: isNamed
  }: Pick<Options<unknown, unknown>, "advice" | "confirmRemovals" | "people">,
  plan: Plan.Plan
) {
  if (!(yield* Confirmation.isPossible)) {
    if (removals === 0) return true
    return yield* new Misused({
      message: `The plan takes away ${Table.count(removals, "license")}, and there is no terminal to ask for confirmation. Nothing was changed. ${advice.look}, and pass --yes if it is correct.`
    })
  }
  const title = organization === undefined ? (yield* Connection.Organization).title : nameAndPlace(organization)
  const planned = ChangeRows.known(isNamed ? plan.people : [])
  const people =
    isNamed && planned.size === 0 ? yield* namesOf(FirstChanges.of(changes).map(({ userId }) => userId)) : planned
  yield* Console.error(Question.text({ organization: title, changes, people, hint: advice.all }, yield* Fit.stderr))
  const sentence = Question.sentence(changes)
  return removals > confirmRemovals
    ? yield* Confirmation.askForNumber(`${sentence}? Type ${removals} to continue`, removals)
    : yield* Confirmation.ask(`${sentence}?`)
})

/** Names are only a help in the question: do not wait long for them, and do not fail without them. */
const namesOf = (userIds: ReadonlyArray<string>) =>
  UserService.use((users) => users.byId(userIds)).pipe(
    Effect.provideService(CurrentCallOptions, { callTimeout: "5 seconds", retries: 0 }),
    Effect.orElseSucceed(() => new Map<string, Person>())
  )

const stopped = (
  mayHaveChanged: boolean,
  sent: Apply.Progress | undefined,
  { advice, journal }: Pick<Options<unknown, unknown>, "advice" | "journal">
) => {
  if (!mayHaveChanged) return "Stopped. Nothing was changed."
  const answered =
    sent === undefined
      ? "this run got no answer to any request"
      : `this run got answers for ${Table.number(sent.sent)} of ${Table.count(sent.of, "change")}`
  return `Stopped: ${answered}. ${journal} records what was done. ${advice.resume}.`
}
