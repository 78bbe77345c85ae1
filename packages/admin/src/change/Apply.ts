/**
 * Applies a plan: only while it is not stale, and only within the limits. Each batch is recorded in
 * the journal before it is sent, and again after the answer.
 *
 * The same plan with the same journal continues an earlier run, however that run ended. Changes
 * that are known to be done are not sent again. Changes with an unknown outcome are checked first.
 */
import type { AssignmentChange, AssignmentOutcome } from "@genesys-license/client/AssignmentOutcome"
import * as AssignmentBatch from "@genesys-license/client/AssignmentBatch"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import { LicenseService } from "@genesys-license/client/LicenseService"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { type AdminError, fail, InvalidInput, NotConfirmed, TooManyChanges } from "../AdminError.ts"
import * as Freshness from "./Freshness.ts"
import type * as Journal from "./Journal.ts"
import * as JournalFile from "./JournalFile.ts"
import type * as JournalStore from "./JournalStore.ts"
import * as Pair from "../licenses/Pair.ts"
import type { OrganizationIdentity } from "../organization/OrganizationIdentity.ts"
import * as Plan from "./Plan.ts"
import * as SameOrganization from "./SameOrganization.ts"

/** Options for applying a plan. */
export interface Options<E = never, R = never> extends JournalStore.Options {
  /** The journal: the path of a file, which is made if it is missing, or a store of another kind. */
  readonly journal: string | JournalStore.JournalStore
  /** Called with the changes before anything is sent. False refuses them. {@link withoutAsking} accepts everything. */
  readonly confirm: (proposal: Proposal) => Effect.Effect<boolean, E, R>
  /** The maximum number of changes in a plan (default: no limit). */
  readonly maxChanges?: number | undefined
  /** The maximum number of licenses that a plan may take away (default: no limit). */
  readonly maxRemovals?: number | undefined
  /** Changes per request (default: 100). */
  readonly batchSize?: number | undefined
  /** Called after each batch. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
}

/** The progress of a run. */
export interface Progress {
  /** How many changes this run has sent. */
  readonly sent: number
  /** How many changes this run sends in total. */
  readonly of: number
}

/** The changes to confirm. If an earlier run has applied a part of the plan, the remaining changes. */
export interface Proposal extends Plan.Summary {
  /** The connected organization. Absent if the caller has not named it. */
  readonly organization?: OrganizationIdentity
  /** The changes, in the order of sending. */
  readonly changes: ReadonlyArray<AssignmentChange>
}

/** Accepts every proposal, without asking. */
export const withoutAsking: (proposal: Proposal) => Effect.Effect<boolean> = () => Effect.succeed(true)

/** `reversed`: an earlier run has made the change, and somebody has reversed it since. It is not made again. */
export type Standing = Journal.Standing | "reversed"

/** A change of the plan, and its result. */
export interface Outcome extends AssignmentChange {
  /** The state of the change. */
  readonly standing: Standing
  /** The answer of the server, or the error. */
  readonly detail?: string
}

/** The result of applying a plan. */
export interface Result {
  /** Every change of the plan, in the order of the plan, whether this run or an earlier one sent it. */
  readonly outcomes: ReadonlyArray<Outcome>
  /** How many changes are in each state. */
  readonly counts: Readonly<Record<Standing, number>>
  /** How many of the `done` changes an earlier run has made. */
  readonly doneBefore: number
  /** Why the run ended early. After the problem is solved, apply the same plan again to send the rest. */
  readonly error?: GenesysError
}

/**
 * Applies a plan, or continues an earlier run. Fails with a `GenesysError` only if this run could
 * send no change. Otherwise the error is in the result.
 */
export const run = Effect.fn("Apply.run")(function* <E = never, R = never>(
  plan: Plan.Plan,
  options: Options<E, R>
): Effect.fn.Return<Result, AdminError | GenesysError | E, LicenseService | FileSystem.FileSystem | R> {
  yield* withinLimits(plan, options)
  yield* SameOrganization.ensure("plan", plan.organization, options.organization)
  const license = yield* LicenseService
  const checksum = yield* Plan.checksum(plan)

  const store = typeof options.journal === "string" ? yield* JournalFile.make(options.journal) : options.journal

  const before = yield* store.load(checksum)
  yield* SameOrganization.ensure("journal", before.organization, options.organization)
  // Check this first: the changes of a run in progress would make the plan look stale.
  yield* store.ensureFree(before, options)
  const todo = yield* Freshness.check(plan, before)
  if (todo.send.length > 0) {
    const { organization } = options
    const summary = Plan.summary(todo.send)
    const isConfirmed = yield* options.confirm({
      ...(organization !== undefined && { organization }),
      ...summary,
      changes: todo.send
    })
    if (!isConfirmed) {
      return yield* fail(new NotConfirmed({ additions: summary.additions, removals: summary.removals }))
    }
  }
  if (todo.send.length === 0 && todo.found.length === 0) return resultOf(plan, before, before, todo.reversed)

  return yield* Effect.gen(function* () {
    const session = yield* store.open(checksum, options)
    const { opened } = session
    // Another run may have made changes while a person was asked to confirm.
    const isUnchanged = options.confirm === withoutAsking && opened.lines === before.lines + 1
    const { found, reversed, send } = isUnchanged ? todo : yield* Freshness.check(plan, opened)
    if (found.length > 0) yield* session.append((stamp) => ({ _tag: "Checked", found, ...stamp }))
    const error = yield* sendAll(license, session, send, options)
    const after = yield* session.journal
    if (error !== undefined && send.every((change) => isNotSent(after, change))) return yield* error
    return { ...resultOf(plan, opened, after, reversed), ...(error !== undefined && { error }) }
  }).pipe(Effect.scoped)
})

const withinLimits = Effect.fnUntraced(function* (plan: Plan.Plan, options: Options<unknown, unknown>) {
  const { batchSize = 1, maxChanges = Infinity, maxRemovals = Infinity } = options
  const { removals } = Plan.summary(plan.changes)
  for (const [name, value] of Object.entries({ batchSize, maxChanges, maxRemovals })) {
    const isNumber = value === Infinity || Number.isInteger(value)
    const least = name === "batchSize" ? 1 : 0
    if (!isNumber || value < least) {
      const problem = `must be a whole number of at least ${least}, not ${value}`
      return yield* fail(new InvalidInput({ source: name, problem }))
    }
  }
  for (const [of, planned, allowed] of [
    ["changes", plan.changes.length, maxChanges],
    ["removals", removals, maxRemovals]
  ] as const) {
    if (planned > allowed) return yield* fail(new TooManyChanges({ of, planned, allowed }))
  }
})

/** Sends one batch after another. Returns the error if it stopped early. */
const sendAll = Effect.fnUntraced(function* (
  license: LicenseService["Service"],
  session: JournalStore.JournalSession,
  changes: ReadonlyArray<AssignmentChange>,
  { batchSize = AssignmentBatch.defaults.batchSize, onProgress }: Options<unknown, unknown>
): Effect.fn.Return<GenesysError | undefined, AdminError> {
  let sent = 0
  for (const batch of Arr.chunksOf(changes, batchSize)) {
    const outcomes = yield* sendBatch(license, session, batch)
    sent += batch.length
    if (onProgress !== undefined) yield* onProgress({ sent, of: changes.length })
    // No change of the batch was sent, and the next batch would fail in the same way.
    const [first] = outcomes
    if (first?._tag === "NotSent" && outcomes.every(({ _tag }) => _tag === "NotSent")) return first.error
  }
  return undefined
})

/** Sends one batch, and records it before and after. After an interruption, records what is known by then. */
const sendBatch = (
  license: LicenseService["Service"],
  session: JournalStore.JournalSession,
  changes: ReadonlyArray<AssignmentChange>
): Effect.Effect<ReadonlyArray<AssignmentOutcome>, AdminError> =>
  Effect.uninterruptibleMask(
    Effect.fnUntraced(function* (restore) {
      yield* session.append((stamp) => ({ _tag: "Sending", changes, ...stamp }))
      const outcomes = yield* restore(
        license.updateAssignments(AssignmentBatch.assignmentsOf(changes), { batchSize: changes.length })
      ).pipe(
        Effect.catch((error) =>
          Effect.succeed(changes.map((change): AssignmentOutcome => ({ _tag: "NotSent", ...change, error })))
        )
      )
      yield* session.append((stamp) => ({ _tag: "Answered", outcomes, ...stamp }))

      const unknown = new Set(outcomes.filter(({ _tag }) => _tag === "Unknown").map(Pair.key))
      const toReadBack = changes.filter((change) => unknown.has(Pair.key(change)))
      if (toReadBack.length > 0) {
        const found = yield* restore(Freshness.readBack(toReadBack)).pipe(
          Effect.provideService(LicenseService, license),
          // The outcome stays unknown, and the next run checks it.
          Effect.orElseSucceed(() => [])
        )
        if (found.length > 0) yield* session.append((stamp) => ({ _tag: "Checked", found, ...stamp }))
      }
      return outcomes
    })
  )

const isNotSent = ({ standings }: Journal.Journal, change: AssignmentChange) =>
  (standings.get(Pair.key(change))?.standing ?? "notSent") === "notSent"

const resultOf = (
  plan: Plan.Plan,
  before: Journal.Journal,
  after: Journal.Journal,
  reversed: ReadonlyArray<AssignmentChange>
): Result => {
  const counts = { done: 0, alreadySo: 0, reversed: 0, refused: 0, unknown: 0, notSent: 0 }
  const reversedKeys = new Set(reversed.map(Pair.key))
  let doneBefore = 0
  const outcomes = plan.changes.map((change): Outcome => {
    const key = Pair.key(change)
    const known = after.standings.get(key)
    const standing = reversedKeys.has(key) ? "reversed" : (known?.standing ?? "notSent")
    counts[standing] += 1
    if (standing === "done" && before.standings.get(key)?.standing === "done") doneBefore += 1
    const detail =
      standing === "reversed"
        ? "done by an earlier run, reversed since then"
        : known?.outcome && detailOf(known.outcome)
    return { ...change, standing, ...(detail !== undefined && { detail }) }
  })
  return { outcomes, counts, doneBefore }
}

const detailOf = (outcome: AssignmentOutcome): string | undefined =>
  "result" in outcome && outcome.result !== undefined
    ? outcome.result
    : "error" in outcome
      ? outcome.error?.message
      : undefined
