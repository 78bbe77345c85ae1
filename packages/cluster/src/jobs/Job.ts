/**
 * A job for one organization, as the queue stores it. It contains no secret.
 */
import * as Schema from "effect/Schema"

/**
 * The kinds of jobs.
 *
 * - `audit`: counts who holds which license.
 * - `snapshot`: saves who holds which license.
 * - `compare`: saves a snapshot, and compares it with the last one of that organization.
 * - `apply`: applies a plan.
 */
export const kinds = ["audit", "snapshot", "compare", "apply"] as const
/** A kind of job. */
export type Kind = (typeof kinds)[number]

/** A job for one organization. */
export const Job = Schema.Struct({
  /** The id of the run: all jobs that were submitted together. */
  run: Schema.String,
  /** The id of the organization in the list of the workers. */
  org: Schema.String,
  kind: Schema.Literals(kinds),
  /** How often the job was submitted. `retry` adds one. */
  round: Schema.Int,
  /** For `apply`: the checksum of the plan. */
  plan: Schema.optionalKey(Schema.String),
  /** For `apply`: refuse a plan with more changes. Default: no limit. */
  maxChanges: Schema.optionalKey(Schema.Int),
  /** For `apply`: refuse a plan that takes away more licenses. Default: no limit. */
  maxRemovals: Schema.optionalKey(Schema.Int),
  /** For `apply`: the number of changes per request. Default: 100. */
  batchSize: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "Job" })
export interface Job extends Schema.Schema.Type<typeof Job> {}

/** The id of a job in the queue. The queue stores each id once. */
export const idOf = ({ kind, org, round, run }: Job): string => `${run}/${kind}/${org}/${round}`

/** The name of the queue. */
export const queue = "genesys-license"

/** The number of attempts before a job becomes a dead letter. */
export const maxAttempts = 5
