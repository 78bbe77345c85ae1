/**
 * A worker: takes jobs from the queue, some at a time, until it is told to stop.
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

/** How a worker works. */
export interface Options extends Settings {
  /** Names this worker in the status of its jobs. */
  readonly name: string
  /** The file that lists the organizations. It is read again for each job. */
  readonly organizations: string
  /** The folder of secrets. Default: environment variables. */
  readonly secrets?: string | undefined
  /** Jobs at the same time. */
  readonly slots: number
  /** The longest that a job may take. */
  readonly timeout: Duration.Duration
  /** How long jobs may go on after the worker is told to stop. */
  readonly drain: Duration.Duration
  /** Hears how many jobs went back to the queue when the worker stopped. Default: nobody. */
  readonly onStopped?: ((handedBack: number) => void) | undefined
}

/** The defaults of a worker. */
export const defaults = { slots: 8, timeout: Duration.minutes(15), drain: Duration.seconds(15) }

/** What a worker is doing. */
interface Slot {
  isBusy: boolean
}

/** Works until it is interrupted. Then it takes no more jobs, and lets those that it has end, for a while. */
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
      // The queue knows what failed. It tries again, or keeps a dead letter.
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
    // The queue gives them to other workers at once.
    yield* Fiber.interruptAll(busy.map(({ fiber }) => fiber))
    options.onStopped?.(late.length)
    yield* Console.error(late.length === 0 ? "Stopped." : `Stopped. ${count(late.length)} went back to the queue.`)
  })
  return yield* Effect.onExit(Effect.never, () => stop)
})

/** Says what is not recorded as the result of a job. */
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
  // Another attempt may have ended meanwhile.
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
