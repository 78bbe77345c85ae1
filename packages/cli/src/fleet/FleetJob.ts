/**
 * Runs a command for many organizations: skips those that are done, runs some at the same
 * time, records each result, and writes a summary of all.
 */
import * as FleetRecord from "@genesys-license/admin/fleet/FleetRecord"
import * as FleetRun from "@genesys-license/admin/fleet/FleetRun"
import * as FleetSummary from "@genesys-license/admin/fleet/FleetSummary"
import * as Organizations from "@genesys-license/admin/fleet/Organizations"
import type { Organization } from "@genesys-license/admin/fleet/Organizations"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { Flags } from "../flags/FleetFlags.ts"
import { formats } from "../flags/FleetFlags.ts"
import * as Connection from "../flags/Connection.ts"
import * as Board from "../terminal/Board.ts"
import { differentIf } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Table from "../terminal/Table.ts"
import * as FleetView from "../views/FleetView.ts"
import * as OneOrganization from "./OneOrganization.ts"

/** What to do for each organization. */
export interface Job<E, R> {
  /** The command, such as `audit`. */
  readonly name: string
  /** The label of the progress display, such as `Auditing`. */
  readonly label: string
  /** The file extension of the results. */
  readonly extension: string
  /** The options that the results depend on. With other options, nothing is done yet. */
  readonly options: object
  /** Runs the command for an organization, and writes its result to the output. */
  readonly run: (organization: Organization, output: Option.Option<string>) => Effect.Effect<void, E, R>
  /** The files that the command reads for an organization. */
  readonly inputs?: (organization: Organization) => ReadonlyArray<string>
  /** Whether the command connects to the organization. Default: yes. */
  readonly isConnected?: boolean
}

/** The organizations of the list that `--only` and `--except` select. */
export const organizationsOf = Effect.fnUntraced(function* ({ except, only, organizations }: Flags) {
  return yield* Organizations.select(yield* Organizations.load(organizations), {
    only: Option.getOrUndefined(only),
    except: Option.getOrElse(except, () => [])
  })
})

export const run = Effect.fnUntraced(function* <E, R>(
  flags: Flags,
  organizations: ReadonlyArray<Organization>,
  job: Job<E, R>
) {
  const { isConnected = true, name } = job
  const record = yield* FleetRecord.open(flags.outputDir, name)
  yield* OutputCheck.ofResult(flags, { reads: { "the list of organizations": flags.organizations } }, formats)
  const task = yield* FleetRecord.task({ command: name, extension: job.extension, options: job.options })
  const tasks = new Map<string, string>()
  const skipped = new Set<string>()
  for (const organization of organizations) {
    const ofOne = yield* taskOf(task, job, organization)
    tasks.set(organization.id, ofOne)
    if (!flags.again && (yield* record.isDone(organization.id, ofOne))) skipped.add(organization.id)
  }

  const ran = new Map<string, FleetRecord.Entry>()
  const notes = new Map<string, Array<string>>()
  const fileOf = ({ id }: Organization) => `${id}.${job.extension}`
  const work = (organization: Organization) => {
    const sentences: Array<string> = []
    notes.set(organization.id, sentences)
    return OneOrganization.run(organization, {
      run: (output) => job.run(organization, output),
      output: `${flags.outputDir}/${fileOf(organization)}`,
      say: (sentence) => sentences.push(sentence),
      secrets: Option.getOrUndefined(flags.secretsDir)
    })
  }
  const entryOf = Effect.fnUntraced(function* (
    organization: Organization,
    ended: FleetRun.Ended<OneOrganization.Said, unknown>
  ): Effect.fn.Return<FleetRecord.Entry> {
    const { id } = organization
    const common = {
      command: job.name,
      id,
      at: DateTime.formatIso(yield* DateTime.now),
      task: tasks.get(id) ?? "",
      numbers: {},
      notes: notes.get(id) ?? []
    }
    if (ended._tag !== "Succeeded") return { ...common, ...failureOf(ended) }
    const { checksum, exitCode, figures } = ended.value
    return {
      ...common,
      state: exitCode === 0 ? "done" : "partly",
      ...(checksum !== undefined && { file: { name: fileOf(organization), checksum } }),
      ...figures
    }
  })

  const todo = organizations.filter(({ id }) => !skipped.has(id))
  const summary = () =>
    FleetSummary.make(
      name,
      organizations.map(({ id }) => id),
      record,
      ran,
      skipped
    )
  const all = Board.during({ label: job.label, total: organizations.length, done: skipped.size }, (board) =>
    FleetRun.run(todo, work, {
      concurrency: flags.parallel,
      timeout: flags.timeout,
      onBegan: ({ id }) => board.began(id),
      onEnded: Effect.fnUntraced(function* (organization, ended) {
        const entry = yield* entryOf(organization, ended)
        yield* record.add(entry)
        ran.set(entry.id, entry)
        yield* board.ended(entry.id, FleetView.line(entry), entry.state !== "done")
      })
    })
  ).pipe(Effect.onInterrupt(() => Console.error(stopped(summary(), notes, ran))))
  yield* isConnected ? Connection.sharingNetwork(all) : all
  yield* Output.write(flags, FleetView.make(summary()))
  yield* differentIf(!FleetSummary.isComplete(summary()))
}, Effect.scoped)

/** Identifies a piece of work: the task of all organizations, the organization, and the content of its input files. */
const taskOf = Effect.fnUntraced(function* <E, R>(task: string, job: Job<E, R>, organization: Organization) {
  const fs = yield* FileSystem.FileSystem
  const { clientId, gateway, region } = organization
  const inputs = yield* Effect.forEach(job.inputs?.(organization) ?? [], (path) =>
    fs.readFile(path).pipe(
      Effect.flatMap((bytes) => FleetRecord.checksum(bytes)),
      // The command itself reports what is wrong with the file.
      Effect.orElseSucceed(() => "")
    )
  )
  return [task, `${clientId} at ${region ?? gateway}`, ...inputs].join("; ")
})

const failureOf = (
  ended: Exclude<FleetRun.Ended<OneOrganization.Said, unknown>, { readonly _tag: "Succeeded" }>
): Pick<FleetRecord.Entry, "error" | "state"> => {
  switch (ended._tag) {
    case "Failed":
      return { state: "failed", error: OneOrganization.explain(ended.error) }
    case "TimedOut":
      return {
        state: "timedOut",
        error: {
          reason: "TimedOut",
          message: `It took longer than ${Duration.format(ended.after)}. Run the same command again, with a longer --timeout if necessary.`,
          isRetryable: true
        }
      }
    case "Died":
      return { state: "failed", error: OneOrganization.explain(Cause.squash(ended.cause)) }
  }
}

const stopped = (
  { counts, organizations }: FleetSummary.Summary,
  notes: ReadonlyMap<string, ReadonlyArray<string>>,
  ran: ReadonlyMap<string, unknown>
) =>
  [
    // Messages of the organizations that were stopped, such as where their journal is.
    ...[...notes]
      .filter(([id, sentences]) => !ran.has(id) && sentences.length > 0)
      .map(([id, sentences]) => `${id}: ${sentences.join(" ")}`),
    `Stopped: ${Table.number(counts.done)} of ${Table.count(organizations.length, "organization")} are done. Run the same command again to do the rest.`
  ].join("\n")
