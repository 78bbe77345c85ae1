/**
 * Does the work of a job in its organization.
 */
import { type AdminError, fail, InvalidInput } from "@genesys-license/admin/AdminError"
import * as Apply from "@genesys-license/admin/change/Apply"
import * as Plan from "@genesys-license/admin/change/Plan"
import * as FleetFigures from "@genesys-license/admin/fleet/FleetFigures"
import * as Audit from "@genesys-license/admin/look/Audit"
import * as CompactSnapshot from "@genesys-license/admin/look/CompactSnapshot"
import * as Compare from "@genesys-license/admin/look/Compare"
import * as OrganizationIdentity from "@genesys-license/admin/organization/OrganizationIdentity"
import * as People from "@genesys-license/admin/people/People"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import * as Effect from "effect/Effect"
import type { FileSystem } from "effect/FileSystem"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as JournalSql from "../database/JournalSql.ts"
import type { Lease } from "../database/Lease.ts"
import type { Settings } from "../database/Settings.ts"
import * as Connection from "./Connection.ts"
import type { Job } from "./Job.ts"
import * as Jobs from "./Jobs.ts"

/** The result of the work. `partly`: something is left to do or to check. */
export interface Done extends FleetFigures.Figures, Jobs.Left {
  readonly state: "done" | "partly"
  /** Sentences for people. */
  readonly notes: ReadonlyArray<string>
}

/** How to read the list of users: the defaults of `genesys-license audit`. */
const read = { concurrency: 4, order: "arrival" } as const

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`

const audit = Effect.gen(function* () {
  const people = yield* People.read({ concurrency: read.concurrency })
  const found = yield* Audit.run({ people, read })
  return { state: "done", notes: [], ...FleetFigures.ofAudit(found), body: json(found) } satisfies Done
})

const take = Effect.gen(function* () {
  const organization = yield* Connection.identity
  const snapshot = yield* CompactSnapshot.take({ organization, read })
  const text = yield* Stream.mkString(CompactSnapshot.encode(snapshot))
  return { snapshot, text }
})

const snapshot = Effect.map(take, ({ snapshot, text }): Done => ({
  state: "done",
  notes: [],
  ...FleetFigures.ofSnapshot(snapshot),
  body: text
}))

const compare = Effect.fnUntraced(function* (job: Job) {
  const { snapshot: after, text } = yield* take
  const last = yield* Jobs.lastSnapshot(job)
  if (last === undefined) {
    const notes = ["This is the first snapshot, so there is nothing to compare it with."]
    return { state: "done", notes, numbers: {}, snapshot: text } satisfies Done
  }
  const before = yield* CompactSnapshot.decode(Stream.make(last), { source: `the last snapshot of ${job.org}` })
  if (OrganizationIdentity.compare(before.organization, after.organization) === "other") {
    const notes = [
      "The last snapshot is of another organization, so nothing was compared. Check the list of organizations."
    ]
    return { state: "partly", notes, numbers: {}, snapshot: text } satisfies Done
  }
  const found = Compare.compare(before, after)
  return {
    state: "done",
    notes: [],
    ...FleetFigures.ofComparison(found),
    body: json({ before: before.takenAt, after: after.takenAt, ...found }),
    snapshot: text
  } satisfies Done
})

const apply = Effect.fnUntraced(function* (job: Job, lease: Lease, settings: Settings) {
  const text = job.plan === undefined ? undefined : yield* Jobs.planOf(job.plan)
  if (text === undefined) {
    return yield* fail(new InvalidInput({ source: "the plan", problem: "it is not in the database. Submit it again" }))
  }
  const plan = yield* Plan.decode(text, { source: `the plan of ${job.org}` })
  const organization = yield* Connection.identity
  const result = yield* Apply.run(plan, {
    journal: yield* JournalSql.make(lease, settings),
    organization,
    owner: lease.worker,
    // A person agreed to the plan, within these limits, when it was submitted.
    confirm: Apply.withoutAsking,
    maxChanges: job.maxChanges,
    maxRemovals: job.maxRemovals,
    batchSize: job.batchSize
  })
  const { counts, error } = result
  // The queue tries again, and the journal lets the next attempt continue here.
  if (error?.isRetryable === true) return yield* error
  const isComplete = counts.reversed + counts.refused + counts.unknown + counts.notSent === 0
  return {
    state: isComplete ? "done" : "partly",
    notes: error === undefined ? [] : [error.message],
    ...FleetFigures.ofResult(result),
    body: json({ ...result, ...(error !== undefined && { error: error.message }) })
  } satisfies Done
})

/** Does a job, for the holder of the lease of its organization. */
export const of = (
  job: Job,
  lease: Lease,
  settings: Settings
): Effect.Effect<Done, AdminError | GenesysError | SqlError, Connection.Services | FileSystem | SqlClient> => {
  switch (job.kind) {
    case "audit":
      return audit
    case "snapshot":
      return snapshot
    case "compare":
      return compare(job)
    case "apply":
      return apply(job, lease, settings)
  }
}
