/**
 * Decides whether the outcome of a job is recorded, or whether the queue tries the job again.
 */
import { AdminError } from "@genesys-license/admin/AdminError"
import type * as FleetRun from "@genesys-license/admin/fleet/FleetRun"
import { GenesysError } from "@genesys-license/client/GenesysError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { LeaseLost } from "../database/Lease.ts"
import { type Job, maxAttempts } from "../jobs/Job.ts"
import type * as Jobs from "../jobs/Jobs.ts"
import type * as Work from "../jobs/Work.ts"

/** The record of a job that has ended. */
export interface Ending {
  readonly outcome: Jobs.Outcome
  readonly left: Jobs.Left
}

/** The record of a job. Fails if the queue should try the job again. */
export const of = <E>(
  ended: FleetRun.Ended<Work.Done, E>,
  { attempts, worker }: { readonly attempts: number; readonly worker: string }
): Effect.Effect<Ending, E> => {
  const record = (outcome: Omit<Jobs.Outcome, "worker">, left: Jobs.Left = {}) =>
    Effect.succeed({ outcome: { worker, ...outcome }, left })
  switch (ended._tag) {
    case "Succeeded": {
      const { body, changes, notes, numbers, snapshot, state } = ended.value
      return record({ state, notes, numbers, ...(changes !== undefined && { changes }) }, { body, snapshot })
    }
    case "TimedOut": {
      const message = `It took longer than ${Duration.format(ended.after)}. Retry it, or give the workers more time with --timeout.`
      return record({
        state: "timedOut",
        notes: [],
        numbers: {},
        error: { reason: "TimedOut", message, isRetryable: true }
      })
    }
    case "Failed": {
      const { error } = ended
      if (isOfQueue(error) || (isRetryable(error) && attempts < maxAttempts)) return Effect.fail(error)
      return record({ state: "failed", notes: [], numbers: {}, error: explain(error) })
    }
    // A bug, or a database that does not answer.
    case "Died":
      return Effect.failCause(ended.cause)
  }
}

const isRetryable = (error: unknown) => error instanceof GenesysError && error.isRetryable

/** Whether the error means that another worker has the job now. */
export const isTakenOver = (error: unknown): boolean =>
  error instanceof LeaseLost || (error instanceof AdminError && error.reason._tag === "JournalInUse")

/** Whether the error comes from the database or the lease. It says nothing about the organization, so it is not recorded as its result. */
const isOfQueue = (error: unknown) =>
  isTakenOver(error) ||
  (error instanceof AdminError
    ? "code" in error.reason && error.reason.code === "ETIMEDOUT"
    : !(error instanceof GenesysError))

/** The maximum length of a recorded message. Details are in the result. */
const longest = 500

const explain = (error: unknown): Exclude<Jobs.Outcome["error"], undefined> => {
  const known = error instanceof GenesysError || error instanceof AdminError ? error : undefined
  const message = known?.message ?? "It ended for an unknown reason."
  return {
    reason: known?.reason._tag ?? "Unknown",
    message: message.length > longest ? `${message.slice(0, longest)}…` : message,
    isRetryable: isRetryable(error)
  }
}

/** A line for the log of the worker. */
export const line = ({ kind, org, run }: Job, { error, notes, state }: Omit<Jobs.Outcome, "worker">): string => {
  const detail = [...(error === undefined ? [] : [error.message]), ...notes].join(" ")
  return `${run}: ${kind} of ${org} ${states[state]}${detail === "" ? "" : `. ${detail}`}`
}

const states = { done: "done", partly: "partly done", failed: "failed", timedOut: "timed out" } as const
