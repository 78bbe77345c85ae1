/**
 * What the queue carries: a job for one organization. It names things, and has no secret.
 */
import * as Schema from "effect/Schema"

/**
 * What a job does.
 *
 * - `audit`: counts who holds which license.
 * - `snapshot`: saves who holds which license.
 * - `compare`: saves a snapshot, and compares it with the last one of that organization.
 * - `apply`: carries out a plan.
 */
export const kinds = ["audit", "snapshot", "compare", "apply"] as const
/** What a job does. */
export type Kind = (typeof kinds)[number]

/** A job for one organization. */
export const Job = Schema.Struct({
  /** What was submitted together. */
  run: Schema.String,
  /** The organization, as the list of the workers names it. */
  org: Schema.String,
  kind: Schema.Literals(kinds),
  /** Counts how often the job was submitted: `retry` adds one. */
  round: Schema.Int,
  /** Of an apply: the checksum of the plan. */
  plan: Schema.optionalKey(Schema.String),
  /** Of an apply: refuse plans with more changes. Default: any number. */
  maxChanges: Schema.optionalKey(Schema.Int),
  /** Of an apply: refuse plans that take away more licenses. Default: any number. */
  maxRemovals: Schema.optionalKey(Schema.Int),
  /** Of an apply: changes in one request. Default: 100. */
  batchSize: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "Job" })
export interface Job extends Schema.Schema.Type<typeof Job> {}

/** Names a job in the queue. The queue keeps one of each name. */
export const idOf = ({ kind, org, round, run }: Job): string => `${run}/${kind}/${org}/${round}`

/** The name of the queue. */
export const queue = "genesys-license"

/** How often a job is tried before it becomes a dead letter. */
export const maxAttempts = 5
