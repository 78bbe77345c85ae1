/**
 * Carrying out a plan: only while it holds, only as far as it may, with everything
 * written down before and after it is sent.
 *
 * The same plan with the same journal goes on where a run before has ended,
 * however it ended: what is known to be done is not sent again, what is unknown is
 * read back first.
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
import * as JournalSession from "./JournalSession.ts"
import * as Pair from "../licenses/Pair.ts"
import * as Plan from "./Plan.ts"

export interface Options<E = never, R = never> extends JournalSession.Options {
  /** The file of the journal. It is made where there is none. */
  readonly journal: string
  /** Asked before licenses are taken away, with all that would be sent. {@link withoutAsking} agrees to everything. */
  readonly confirm: (summary: Plan.Summary) => Effect.Effect<boolean, E, R>
  /** The most changes that a plan may have. Default: any number. */
  readonly maxChanges?: number | undefined
  /** The most licenses that a plan may take away. Default: any number. */
  readonly maxRemovals?: number | undefined
  /** Changes per request. Default: 100. */
  readonly batchSize?: number | undefined
  /** Hears how far it is, after each batch. */
  readonly onProgress?: ((progress: Progress) => Effect.Effect<void>) | undefined
}

export interface Progress {
  /** Changes that were sent by this run. */
  readonly sent: number
  /** Changes that this run sends in all. */
  readonly of: number
}

/** For whoever has decided before. */
export const withoutAsking: (summary: Plan.Summary) => Effect.Effect<boolean> = () => Effect.succeed(true)

/** A change of the plan, and what became of it. */
export interface Outcome extends AssignmentChange {
  readonly standing: Journal.Standing
  /** What the server said, or why it could not. */
  readonly detail?: string
}

export interface Result {
  /** Every change of the plan, in its order, by this run or one before. */
  readonly outcomes: ReadonlyArray<Outcome>
  /** How many stand so. */
  readonly counts: Readonly<Record<Journal.Standing, number>>
  /** Of those that are done: by runs before this one. */
  readonly doneBefore: number
  /** Why the run ended early. What was not sent can be sent when this is out of the way. */
  readonly error?: GenesysError
}

/** Applies a plan, or goes on with it. Fails with the error of the API only when nothing of the plan was let in. */
export const run = Effect.fn("Apply.run")(function* <E = never, R = never>(
  plan: Plan.Plan,
  options: Options<E, R>
): Effect.fn.Return<Result, AdminError | GenesysError | E, LicenseService | FileSystem.FileSystem | R> {
  yield* withinLimits(plan, options)
  const license = yield* LicenseService
  const checksum = yield* Plan.checksum(plan)

  const before = yield* JournalSession.load(options.journal, checksum)
  const todo = yield* Freshness.check(plan, before)
  const summary = Plan.summary(todo.send)
  if (summary.removals > 0 && !(yield* options.confirm(summary))) {
    return yield* fail(new NotConfirmed({ removals: summary.removals }))
  }
  if (todo.send.length === 0 && todo.found.length === 0) return resultOf(plan, before, before)

  return yield* Effect.gen(function* () {
    const session = yield* JournalSession.open(options.journal, checksum, options)
    const { opened } = session
    // People take their time to answer, and another run may have come and gone.
    const isSameJournal = opened.lines === before.lines + 1
    const { found, send } = summary.removals === 0 && isSameJournal ? todo : yield* Freshness.check(plan, opened)
    if (found.length > 0) yield* session.append((at) => ({ _tag: "Checked", found, at }))
    const error = yield* sendAll(license, session, send, options)
    const after = yield* session.journal
    if (error !== undefined && send.every((change) => isNotSent(after, change))) return yield* error
    return { ...resultOf(plan, opened, after), ...(error !== undefined && { error }) }
  }).pipe(Effect.scoped)
})

const withinLimits = Effect.fnUntraced(function* (plan: Plan.Plan, options: Options<unknown, unknown>) {
  const { batchSize = 1, maxChanges = Infinity, maxRemovals = Infinity } = options
  const { adds, removals } = Plan.summary(plan.changes)
  for (const [name, value] of Object.entries({ batchSize, maxChanges, maxRemovals })) {
    const isNumber = value === Infinity || Number.isInteger(value)
    if (!isNumber || value < (name === "batchSize" ? 1 : 0)) {
      return yield* fail(new InvalidInput({ source: name, problem: `it must be a whole number, and is ${value}` }))
    }
  }
  for (const [of, planned, allowed] of [
    ["changes", adds + removals, maxChanges],
    ["removals", removals, maxRemovals]
  ] as const) {
    if (planned > allowed) return yield* fail(new TooManyChanges({ of, planned, allowed }))
  }
})

/** Sends batch after batch; tells why it stopped early, if it did. */
const sendAll = Effect.fnUntraced(function* (
  license: LicenseService["Service"],
  session: JournalSession.JournalSession,
  changes: ReadonlyArray<AssignmentChange>,
  { batchSize = AssignmentBatch.defaults.batchSize, onProgress }: Options<unknown, unknown>
): Effect.fn.Return<GenesysError | undefined, AdminError> {
  let sent = 0
  for (const batch of Arr.chunksOf(changes, batchSize)) {
    const outcomes = yield* sendBatch(license, session, batch)
    sent += batch.length
    if (onProgress !== undefined) yield* onProgress({ sent, of: changes.length })
    // The next batch would only end in the same way.
    const [first] = outcomes
    if (first?._tag === "NotSent" && outcomes.every(({ _tag }) => _tag === "NotSent")) return first.error
  }
  return undefined
})

/** One batch, written down before and after. Whoever interrupts it still gets written down what is known by then. */
const sendBatch = (
  license: LicenseService["Service"],
  session: JournalSession.JournalSession,
  changes: ReadonlyArray<AssignmentChange>
): Effect.Effect<ReadonlyArray<AssignmentOutcome>, AdminError> =>
  Effect.uninterruptibleMask(
    Effect.fnUntraced(function* (restore) {
      yield* session.append((at) => ({ _tag: "Sending", changes, at }))
      const outcomes = yield* restore(
        license.updateAssignments(AssignmentBatch.assignmentsOf(changes), { batchSize: changes.length })
      ).pipe(
        Effect.catch((error) =>
          Effect.succeed(changes.map((change): AssignmentOutcome => ({ _tag: "NotSent", ...change, error })))
        )
      )
      yield* session.append((at) => ({ _tag: "Answered", outcomes, at }))

      const unknown = new Set(outcomes.filter(({ _tag }) => _tag === "Unknown").map(Pair.key))
      const toReadBack = changes.filter((change) => unknown.has(Pair.key(change)))
      if (toReadBack.length > 0) {
        const found = yield* restore(Freshness.readBack(toReadBack)).pipe(
          Effect.provideService(LicenseService, license),
          // It stays unknown, and the next run reads it back.
          Effect.orElseSucceed(() => [])
        )
        if (found.length > 0) yield* session.append((at) => ({ _tag: "Checked", found, at }))
      }
      return outcomes
    })
  )

const isNotSent = ({ standings }: Journal.Journal, change: AssignmentChange) =>
  (standings.get(Pair.key(change))?.standing ?? "notSent") === "notSent"

const resultOf = (plan: Plan.Plan, before: Journal.Journal, after: Journal.Journal): Result => {
  const counts = { done: 0, alreadySo: 0, refused: 0, unknown: 0, notSent: 0 }
  const outcomes = plan.changes.map((change): Outcome => {
    const { outcome, standing = "notSent" } = after.standings.get(Pair.key(change)) ?? {}
    counts[standing] += 1
    const detail = outcome && detailOf(outcome)
    return { ...change, standing, ...(detail !== undefined && { detail }) }
  })
  const doneBefore = [...before.standings.values()].filter(({ standing }) => standing === "done").length
  return { outcomes, counts, doneBefore }
}

const detailOf = (outcome: AssignmentOutcome): string | undefined =>
  "result" in outcome && outcome.result !== undefined
    ? outcome.result
    : "error" in outcome
      ? outcome.error?.message
      : undefined
