/**
 * A worker: does jobs of the queue, several at a time, until it is stopped.
 */
import * as FleetRun from "@genesys-license/admin/fleet/FleetRun"
import * as Organizations from "@genesys-license/admin/fleet/Organizations"
import type { Organization } from "@genesys-license/admin/fleet/Organizations"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { problemOf } from "../database/Database.ts"
import * as Lease from "../database/Lease.ts"
import { inWords, type Settings } from "../database/Settings.ts"
import * as Connection from "../jobs/Connection.ts"
import { type Job, maxAttempts } from "../jobs/Job.ts"
import * as Jobs from "../jobs/Jobs.ts"
import * as Work from "../jobs/Work.ts"
import * as Ending from "./Ending.ts"

/** The options of a worker. */
export interface Options extends Settings {
  /** The name of this worker in the status of its jobs. */
  readonly name: string
  /** The file that lists the organizations. It is read again for each job. */
  readonly organizations: string
  /** The folder of secrets. Default: environment variables. */
  readonly secrets?: string | undefined
  /** The maximum number of jobs at the same time. */
  readonly slots: number
  /** A job that takes longer is stopped. */
  readonly timeout: Duration.Duration
  /** How long jobs may go on after the worker is stopped. */
  readonly drain: Duration.Duration
  /** Called when the worker has stopped, with the number of jobs that went back to the queue. */
  readonly onStopped?: ((handedBack: number) => void) | undefined
}

/** The defaults of a worker. */
export const defaults = { slots: 8, timeout: Duration.minutes(15), drain: Duration.seconds(15) }

/** Whether one of the parallel jobs is running. */
interface Slot {
  isBusy: boolean
}

/** Does jobs until it is interrupted. Then it takes no new jobs, and lets the running ones go on for `drain`. */
export const run = Effect.fnUntraced(function* (options: Options) {
  const { take } = yield* Jobs.queued(options)
  let isStopping = false
  const loop = (slot: Slot) =>
    take((job, { attempts }) => {
      slot.isBusy = true
      return Effect.ensuring(
        handle(job, attempts, options).pipe(Effect.tapCause((cause) => said(job, attempts, cause))),
        Effect.sync(() => {
          slot.isBusy = false
        })
      )
    }).pipe(
      Effect.exit,
      // The queue has recorded the failure. It tries again, or keeps a dead letter.
      Effect.repeat({ until: () => isStopping })
    )
  const slots = Array.from({ length: options.slots }, (): Slot => ({ isBusy: false }))
  const fibers = yield* Effect.forEach(slots, (slot) =>
    Effect.map(Effect.forkDetach(loop(slot)), (fiber) => ({ fiber, slot }))
  )
  const stop = Effect.gen(function* () {
    isStopping = true
    const busy = fibers.filter(({ slot }) => slot.isBusy)
    yield* Fiber.interruptAll(fibers.filter(({ slot }) => !slot.isBusy).map(({ fiber }) => fiber))
    if (busy.length > 0) {
      yield* Console.error(`Stopping: ${count(busy.length)} may go on for ${inWords(options.drain)}.`)
    }
    yield* Effect.timeoutOption(Effect.interruptible(Fiber.awaitAll(busy.map(({ fiber }) => fiber))), options.drain)
    const late = busy.filter(({ slot }) => slot.isBusy)
    // Interrupted jobs go back to the queue, and other workers get them at once.
    yield* Fiber.interruptAll(busy.map(({ fiber }) => fiber))
    options.onStopped?.(late.length)
    yield* Console.error(late.length === 0 ? "Stopped." : `Stopped. ${count(late.length)} went back to the queue.`)
  })
  return yield* Effect.onExit(Effect.never, () => stop)
})

/** Prints failures that are not recorded as the result of a job. */
const said = ({ kind, org, run }: Job, attempts: number, cause: Cause.Cause<unknown>) => {
  if (Cause.hasInterruptsOnly(cause)) return Effect.void
  const error = Cause.squash(cause)
  if (Ending.isTakenOver(error)) {
    return Console.error(`${run}: ${kind} of ${org} was taken over by another worker. This one has stopped.`)
  }
  return Console.error(`${run}: ${kind} of ${org} failed (attempt ${attempts} of ${maxAttempts}). ${problemOf(error)}.`)
}

const count = (jobs: number) => (jobs === 1 ? "1 job" : `${jobs} jobs`)

const handle = Effect.fnUntraced(function* (job: Job, attempts: number, options: Options) {
  if (!(yield* Jobs.isOpen(job))) return
  const lease = yield* Lease.hold({ org: job.org, job: `${job.run}/${job.kind}`, worker: options.name }, options)
  // Another attempt may have ended while this one waited for the lease.
  if (!(yield* Jobs.isOpen(job))) return
  const work = Effect.gen(function* () {
    const organization = yield* find(job.org, options.organizations)
    return yield* Work.of(job, lease, options).pipe(Effect.provide(Connection.layer(organization, options.secrets)))
  })
  const [ended] = yield* Effect.raceFirst(
    FleetRun.run([job], () => work, { timeout: options.timeout }),
    lease.lost
  )
  if (ended === undefined) return
  const { left, outcome } = yield* Ending.of(ended, { attempts, worker: options.name })
  if (!(yield* Jobs.end(job, lease, outcome, left))) return yield* new Lease.LeaseLost({ org: job.org })
  yield* Console.error(Ending.line(job, outcome))
}, Effect.scoped)

const find = Effect.fnUntraced(function* (org: string, path: string) {
  const organizations = yield* Organizations.load(path)
  const [found] = yield* Organizations.select(organizations, { only: [org] })
  return found as Organization
})
