/**
 * Gives and takes any number of licenses, in requests of limited size, and returns an outcome
 * for each change.
 */
import * as Problem from "@genesys-license/schema/Problem"
import { quote } from "@genesys-license/schema/Quote"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { LicenseAssignmentRequest, LicenseId, LicenseUpdateStatus, UserId } from "../Models.ts"
import { type AssignmentChange, type AssignmentOutcome, fromError, fromStatuses } from "./AssignmentOutcome.ts"
import { InvalidRequest, GenesysError } from "../errors/GenesysError.ts"
import * as RequestSize from "./RequestSize.ts"

/** Options for sending changes. A change is one license of one user. */
export interface Options {
  /**
   * Maximum changes per request (default: 100). The vendor documents no maximum. If the server
   * refuses a request as too large, the client sends smaller ones.
   */
  readonly batchSize?: number | undefined
  /** Maximum size of a request body, in bytes (default: 262144, which is 256 KiB). The vendor documents no maximum. */
  readonly maxRequestBytes?: number | undefined
  /** How many requests to send at the same time (default: 1). With more than 1, the server may process a later request first. */
  readonly concurrency?: number | undefined
}

export const defaults = { batchSize: 100, maxRequestBytes: 256 * 1024, concurrency: 1 } as const

type Batch = Arr.NonEmptyReadonlyArray<AssignmentChange>

/** The operation of one client. `post` sends one request. */
export const make = (
  post: (
    assignments: ReadonlyArray<LicenseAssignmentRequest>
  ) => Effect.Effect<ReadonlyArray<LicenseUpdateStatus>, GenesysError>
) => {
  const size = RequestSize.make()
  return Effect.fnUntraced(function* (assignments: ReadonlyArray<LicenseAssignmentRequest>, options: Options = {}) {
    const settings = yield* settingsOf(options)
    const changes = yield* changesOf(assignments)
    const batches = yield* split(changes, settings)

    const outcomes = new Map<AssignmentChange, AssignmentOutcome>()
    /** The error after which nothing more is sent, because every further request would fail in the same way. */
    let stop: GenesysError | undefined
    const sending: RequestSize.Sending<AssignmentChange, void, never> = {
      request: (part) =>
        Effect.suspend(() => (stop === undefined ? post(assignmentsOf(part)) : Effect.fail(stop))).pipe(
          Effect.flatMap((statuses) => read(part, statuses, outcomes))
        ),
      isSplit: () => false,
      giveUp: (part, error) =>
        Effect.sync(() => {
          for (const change of part) outcomes.set(change, fromError(change, error))
          if (outcomes.get(part[0])?._tag === "NotSent") stop ??= error
        })
    }
    yield* Effect.forEach(batches, (batch) => size.send(batch, sending), {
      concurrency: settings.concurrency,
      discard: true
    })

    const inOrder = changes.flatMap((change) => outcomes.get(change) ?? [])
    if (stop !== undefined && inOrder.every(({ _tag }) => _tag === "NotSent")) return yield* stop
    return inOrder
  })
}

const refuse = (problem: string) =>
  new GenesysError({ operation: "postLicenseOrganization", reason: new InvalidRequest({ problem }) })

const settingsOf = (options: Options) => {
  const settings = {
    batchSize: options.batchSize ?? defaults.batchSize,
    maxRequestBytes: options.maxRequestBytes ?? defaults.maxRequestBytes,
    concurrency: options.concurrency ?? defaults.concurrency
  }
  for (const [name, value] of Object.entries(settings)) {
    if (!Number.isInteger(value) || value < 1) return Effect.fail(refuse(`${name} must be a whole number of 1 or more`))
  }
  return Effect.succeed(settings)
}

/** Any id is allowed in a body, except one that cannot belong to anybody. */
const Id = Schema.String.check(
  Schema.makeFilter((id) => {
    if (id === "") return "must not be empty"
    return id.isWellFormed() ? undefined : "must not contain a lone surrogate"
  })
)
const decodeAssignments = Schema.decodeUnknownEffect(
  Schema.Struct({
    assignments: Schema.Array(
      Schema.Struct({ licenseId: Id, userIdsAdd: Schema.Array(Id), userIdsRemove: Schema.Array(Id) })
    )
  })
)

/** The requested changes, without repeats, in the order of the caller. */
const changesOf = Effect.fnUntraced(function* (input: ReadonlyArray<LicenseAssignmentRequest>) {
  const { assignments } = yield* Effect.mapError(decodeAssignments({ assignments: input }), (error) =>
    refuse(Problem.describe(error))
  )
  const changes: Array<AssignmentChange> = []
  const seen = new Map<LicenseId, Map<UserId, AssignmentChange["change"]>>()
  for (const { licenseId, userIdsAdd, userIdsRemove } of assignments) {
    const ofLicense = seen.get(licenseId) ?? new Map<UserId, AssignmentChange["change"]>()
    seen.set(licenseId, ofLicense)
    for (const [change, userIds] of [["add", userIdsAdd] as const, ["remove", userIdsRemove] as const]) {
      for (const userId of userIds) {
        const before = ofLicense.get(userId)
        if (before !== undefined && before !== change) {
          return yield* refuse(
            `${quote(licenseId)} is both given to and taken from user ${quote(userId)}; remove one of the two`
          )
        }
        if (before === undefined) changes.push({ licenseId, userId, change })
        ofLicense.set(userId, change)
      }
    }
  }
  return changes
})

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length
const bytesOfBody = bytesOf({ assignments: [] })
const bytesOfAssignment = bytesOf({ licenseId: "", userIdsAdd: [], userIdsRemove: [] }) - bytesOf("") + 1

/** Splits the changes into batches that fit the limits. Changes of one license stay together as far as possible. */
const split = Effect.fnUntraced(function* (
  changes: ReadonlyArray<AssignmentChange>,
  { batchSize, maxRequestBytes }: { readonly batchSize: number; readonly maxRequestBytes: number }
) {
  const batches: Array<Batch> = []
  let batch: Array<AssignmentChange> = []
  let bytes = 0
  for (const [licenseId, ofLicense] of Map.groupBy(changes, ({ licenseId }) => licenseId)) {
    const bytesOfLicense = bytesOfAssignment + bytesOf(licenseId)
    let isMentioned = false
    for (const change of ofLicense) {
      const bytesOfUser = bytesOf(change.userId) + 1
      const alone = bytesOfBody + bytesOfLicense + bytesOfUser
      if (alone > maxRequestBytes) {
        return yield* refuse(
          `the change of ${quote(licenseId)} for user ${quote(change.userId)} takes ${alone} bytes, but maxRequestBytes is ${maxRequestBytes}; raise it`
        )
      }
      const together = bytes + (isMentioned ? 0 : bytesOfLicense) + bytesOfUser
      const fits = batch.length < batchSize && together <= maxRequestBytes
      if (Arr.isArrayNonEmpty(batch) && !fits) {
        batches.push(batch)
        batch = []
      }
      bytes = batch.length === 0 ? alone : together
      isMentioned = true
      batch.push(change)
    }
  }
  if (Arr.isArrayNonEmpty(batch)) batches.push(batch)
  return batches
})

/** The assignments of a request: one for each license. */
export const assignmentsOf = (batch: ReadonlyArray<AssignmentChange>): ReadonlyArray<LicenseAssignmentRequest> =>
  [...Map.groupBy(batch, ({ licenseId }) => licenseId)].map(([licenseId, changes]) => {
    const users = (which: AssignmentChange["change"]) =>
      changes.filter(({ change }) => change === which).map(({ userId }) => userId)
    return { licenseId, userIdsAdd: users("add"), userIdsRemove: users("remove") }
  })

/** Sets the outcome of each change of a batch from the rows of the response about it. */
const read = (
  batch: Batch,
  statuses: ReadonlyArray<LicenseUpdateStatus>,
  outcomes: Map<AssignmentChange, AssignmentOutcome>
) => {
  const byLicense = Map.groupBy(statuses, ({ licenseId }) => licenseId)
  const rows = new Map([...byLicense].map(([id, ofLicense]) => [id, Map.groupBy(ofLicense, ({ userId }) => userId)]))
  let unrelated = statuses.length
  for (const change of batch) {
    const ofChange = rows.get(change.licenseId)?.get(change.userId) ?? []
    outcomes.set(change, fromStatuses(change, ofChange))
    unrelated -= ofChange.length
  }
  return unrelated === 0
    ? Effect.void
    : Effect.logDebug("Ignored rows of the response about changes that were not requested").pipe(
        Effect.annotateLogs({ operation: "postLicenseOrganization", rows: unrelated })
      )
}
