/**
 * What has to be changed so that users hold what they should: made on a fresh read,
 * kept in a file, carried out later or never.
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

/** Something that whoever reads a plan should know. None of it keeps the plan from being applied. */
export const Warning = Schema.TaggedUnion({
  /** The organization has no such user. Nothing is planned for them. */
  UnknownUser: { userId: UserId, licenseIds: Schema.Array(LicenseId) },
  /** The organization has no such license now, and nothing gives it back. Users lose it, or nothing is planned for them. */
  NoDefinition: { licenseId: LicenseId, userIds: Schema.Array(UserId) },
  /** Afterwards, users hold a license without one that it needs. */
  PrerequisiteMissing: { licenseId: LicenseId, prerequisite: LicenseId, userIds: Schema.Array(UserId) },
  /** Afterwards, users hold a license that another one of theirs contains. */
  AlreadyComprised: { licenseId: LicenseId, comprisedBy: LicenseId, userIds: Schema.Array(UserId) }
})
export type Warning = (typeof Warning)["Type"]

/** What to call a user of a plan. */
export const PlannedPerson = Schema.Struct({
  userId: UserId,
  name: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String)
})
export interface PlannedPerson extends Schema.Schema.Type<typeof PlannedPerson> {}

/** What is to be changed, and what it was planned on. */
export const Plan = Schema.Struct({
  /** When the organization was read, ISO 8601. */
  createdAt: Schema.String,
  /** Which organization it is for. */
  organization: Schema.optionalKey(Recorded),
  /** What was seen to move, where the whole organization was read: who was missed, keeps what nobody else shall have. */
  drift: Schema.optionalKey(Drift),
  /** Who the users of the changes are, for whoever reads the plan. */
  people: Schema.optionalKey(Schema.Array(PlannedPerson)),
  /** In the order in which they are sent: first what users gain, and what a license needs before it. */
  changes: Schema.Array(AssignmentChange),
  /** What the users of the changes held; a plan is stale when they do not hold it any more. */
  observed: Holdings,
  /** How many licenses of users were as they should be. */
  unchanged: Schema.Int,
  warnings: Schema.Array(Warning),
  /** The requests that applying it takes: to see whether it is stale, and to change what is to be changed. */
  cost: Schema.Struct({ reads: Schema.Int, writes: Schema.Int })
}).annotate({ identifier: "Plan" })
export interface Plan extends Schema.Schema.Type<typeof Plan> {}

const document = Document.make({ kind: "plan", version: 1, schema: Plan })

/** Identifies the content of a plan, however its text is formatted. */
export const checksum = document.checksum
/** The text of a plan: JSON with its checksum. */
export const encode = document.encode
/** Reads a text. Fails if it was changed, or is of a later version. */
export const decode = document.decode
/** Writes a plan to a file, in the place of one that is there. */
export const save = document.save
/** Reads a file as `decode` reads a text. */
export const load = document.load

/** The same plan, which says who its users are: at most those of the changes. */
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

/** How much a plan changes. */
export interface Summary {
  /** Licenses that are given. */
  readonly additions: number
  /** Licenses that are taken away. */
  readonly removals: number
  /** The licenses that are given or taken, by id. */
  readonly licenses: ReadonlyArray<{
    readonly licenseId: LicenseId
    readonly additions: number
    readonly removals: number
  }>
}

/** How many changes there are, for each license and in all. */
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

/** What the rate limit makes of the requests of a plan, at least: whole windows are waited for. Default: that of the client. */
export const duration = (
  { cost }: Pick<Plan, "cost">,
  { limit, window }: CallOptions.RateLimit = CallOptions.defaults.rateLimit
): Duration.Duration => {
  const windows = Math.ceil((cost.reads + cost.writes) / limit)
  return Duration.times(Duration.fromInputUnsafe(window), Math.max(0, windows - 1))
}
