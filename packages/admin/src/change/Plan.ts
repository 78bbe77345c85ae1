/**
 * A plan: the changes that lead from the licenses that users hold now to the desired state. It is
 * made from a fresh read, can be saved as a file, and can be applied later.
 */
import { AssignmentChange } from "@genesys-license/client/AssignmentOutcome"
import * as CallOptions from "@genesys-license/client/CallOptions"
import { Drift } from "@genesys-license/client/Drift"
import { LicenseId, UserId } from "@genesys-license/schema/Ids"
import * as Duration from "effect/Duration"
import * as Order from "effect/Order"
import * as Schema from "effect/Schema"
import * as Document from "../files/Document.ts"
import { Holdings } from "../look/Snapshot.ts"
import { Recorded } from "../organization/OrganizationIdentity.ts"

/** A warning for the reader of a plan. Warnings do not prevent applying it. */
export const Warning = Schema.TaggedUnion({
  /** The organization does not know the user. Nothing is planned for this user. */
  UnknownUser: { userId: UserId, licenseIds: Schema.Array(LicenseId) },
  /** The organization no longer has the license. It can be taken from the users, but not given to them. */
  NoDefinition: { licenseId: LicenseId, userIds: Schema.Array(UserId) },
  /** After the plan, users would hold a license without its prerequisite. */
  PrerequisiteMissing: { licenseId: LicenseId, prerequisite: LicenseId, userIds: Schema.Array(UserId) },
  /** After the plan, users would hold a license that another license of theirs contains. */
  AlreadyComprised: { licenseId: LicenseId, comprisedBy: LicenseId, userIds: Schema.Array(UserId) }
})
export type Warning = (typeof Warning)["Type"]

/** The name and the e-mail address of a user in a plan. */
export const PlannedPerson = Schema.Struct({
  userId: UserId,
  name: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String)
})
export interface PlannedPerson extends Schema.Schema.Type<typeof PlannedPerson> {}

/** The changes, and the state of the organization that they were planned for. */
export const Plan = Schema.Struct({
  /** The time when the organization was read, ISO 8601. */
  createdAt: Schema.String,
  /** The organization that the plan is for. */
  organization: Schema.optionalKey(Recorded),
  /**
   * How the list of users changed while it was read. A user who was missed keeps a license that an
   * exact list would take. Absent if the list was not read.
   */
  drift: Schema.optionalKey(Drift),
  /** The names of the users, for the reader of the plan. */
  people: Schema.optionalKey(Schema.Array(PlannedPerson)),
  /** The changes, in the order of sending: additions first, and prerequisites before the licenses that require them. */
  changes: Schema.Array(AssignmentChange),
  /** The licenses that the users held when the plan was made. If they hold others now, the plan is stale. */
  observed: Holdings,
  /** How many entries of the desired state need no change. */
  unchanged: Schema.Int,
  warnings: Schema.Array(Warning),
  /** The requests for applying the plan: reads to check whether it is stale, and writes for the changes. */
  cost: Schema.Struct({ reads: Schema.Int, writes: Schema.Int })
}).annotate({ identifier: "Plan" })
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

const document = Document.make({ kind: "plan", version: 1, schema: Plan })

/** The checksum of the content of a plan, however its text is formatted. */
export const checksum = document.checksum
/** The text of a plan: JSON with a checksum. */
export const encode = document.encode
/** Reads a plan from a text. Fails if the text was edited or has a later version. */
export const decode = document.decode
/** Writes a plan to a file. Replaces an existing file. */
export const save = document.save
/** Reads a plan from a file. Fails if the file was edited or has a later version. */
export const load = document.load

/** Adds names and e-mail addresses of the users in the changes. Ignores other profiles. */
export const withPeople = (plan: Plan, profiles: Iterable<PlannedPerson>): Plan => {
  const changed = new Set(plan.changes.map(({ userId }) => userId))
  const people = Array.from(profiles)
    .filter(({ email, name, userId }) => changed.has(userId) && (email !== undefined || name !== undefined))
    .map(({ email, name, userId }): PlannedPerson => ({
      userId,
      ...(name !== undefined && { name }),
      ...(email !== undefined && { email })
    }))
  return people.length === 0 ? plan : { ...plan, people }
}

/** Counts of changes. */
export interface Summary {
  /** How many licenses are given. */
  readonly additions: number
  /** How many licenses are taken away. */
  readonly removals: number
  /** The counts for each license, sorted by id. */
  readonly licenses: ReadonlyArray<{
    readonly licenseId: LicenseId
    readonly additions: number
    readonly removals: number
  }>
}

/** Counts the changes, in total and for each license. */
export const summary = (changes: ReadonlyArray<AssignmentChange>): Summary => {
  const count = (some: ReadonlyArray<AssignmentChange>) => {
    const additions = some.filter(({ change }) => change === "add").length
    return { additions, removals: some.length - additions }
  }
  const licenses = [...Map.groupBy(changes, ({ licenseId }) => licenseId)]
    .map(([licenseId, some]) => ({ licenseId, ...count(some) }))
    .sort((a, b) => Order.String(a.licenseId, b.licenseId))
  return { ...count(changes), licenses }
}

/** The minimum time for the requests of a plan under a rate limit, in whole windows (default: the client's limit). */
export const duration = (
  { cost }: Pick<Plan, "cost">,
  { limit, window }: CallOptions.RateLimit = CallOptions.defaults.rateLimit
): Duration.Duration => {
  const windows = Math.ceil((cost.reads + cost.writes) / limit)
  return Duration.times(Duration.fromInputUnsafe(window), Math.max(0, windows - 1))
}
