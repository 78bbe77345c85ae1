/**
 * What became of a plan, written down as it happens: one line of JSON for each
 * step, added at the end and on the disk before the next step begins.
 *
 * A batch is announced before it is sent, so that a run that is killed at any point
 * leaves nothing unknown but what became of its last batch. The last line of such a
 * run may be torn; the next run begins a new one.
 */
import * as Problem from "@genesys-license/schema/Problem"
import { AssignmentChange, AssignmentOutcome } from "@genesys-license/client/AssignmentOutcome"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type AdminError, Corrupted, fail, NewerVersion } from "../AdminError.ts"
import * as Pair from "../licenses/Pair.ts"
import { Recorded } from "../organization/OrganizationIdentity.ts"
import * as TextFile from "../files/TextFile.ts"

/** The latest version of the format, and the one that is written. Version 1 did not tell which run wrote a line. */
export const version = 2

/** Which run wrote the line: one that was taken over may still write for a while. */
const session = Schema.optionalKey(Schema.String)

/** A line of a journal. `at` is ISO 8601. */
export const Entry = Schema.TaggedUnion({
  /** A run begins. */
  Opened: {
    version: Schema.Int,
    /** The checksum of the plan. */
    plan: Schema.String,
    /** Which organization is changed. */
    organization: Schema.optionalKey(Recorded),
    session: Schema.String,
    /** Who runs, in terms of the program: enough to find out whether it still does. */
    owner: Schema.String,
    /** The sessions that ended without saying so, and must not go on if they have not. */
    takesOver: Schema.Array(Schema.String),
    at: Schema.String
  },
  /** These changes are sent next, unless the run finds that it was taken over. */
  Sending: { changes: Schema.Array(AssignmentChange), session, at: Schema.String },
  /** What became of the changes that were sent. */
  Answered: { outcomes: Schema.Array(AssignmentOutcome), session, at: Schema.String },
  /** What was found when users were read back: whether the change is there. */
  Checked: {
    found: Schema.Array(Schema.Struct({ change: AssignmentChange, isSo: Schema.Boolean })),
    session,
    at: Schema.String
  },
  /** The run ended, whatever came of it. */
  Closed: { session: Schema.String, at: Schema.String }
})
export type Entry = (typeof Entry)["Type"]

/**
 * Where a change stands.
 *
 * - `done`: carried out, as the server said or as was read back.
 * - `alreadySo`: not carried out here, and there nevertheless when it was tried.
 * - `refused`: the server will not do it.
 * - `unknown`: sent, and nobody knows.
 * - `notSent`: not done and not decided.
 */
export type Standing = "done" | "alreadySo" | "refused" | "unknown" | "notSent"

/** Where one change stands. */
export interface Standings {
  /** The change. */
  readonly change: AssignmentChange
  /** How far it came. */
  readonly standing: Standing
  /** The last that was heard of it. */
  readonly outcome?: AssignmentOutcome
}

/** A run that writes to a journal. */
export interface Session {
  /** The id of the run. */
  readonly session: string
  /** Who runs it, as the run says. */
  readonly owner: string
  /** When it began, ISO 8601. */
  readonly at: string
}

/** What a journal says. */
export interface Journal {
  /** The checksum of the plan; absent in a journal without a line. */
  readonly plan?: string
  /** Which organization was changed, as the last run says. */
  readonly organization?: Recorded
  /** Runs that have not ended, or ended without saying so; the oldest first. */
  readonly sessions: ReadonlyArray<Session>
  /** By `Pair.key`. What is not there was never sent. */
  readonly standings: ReadonlyMap<string, Standings>
  /** How many lines it has, without those that were torn. */
  readonly lines: number
}

/** A journal without a line. */
export const empty: Journal = { sessions: [], standings: new Map(), lines: 0 }

const fromOutcome = { Done: "done", Refused: "refused", Unknown: "unknown", NotSent: "notSent" } as const

/** Where a change stands that is found to be there. */
const whenSo: { readonly [S in Standing]: Standing } = {
  done: "done",
  alreadySo: "alreadySo",
  unknown: "done",
  refused: "alreadySo",
  notSent: "alreadySo"
}

const standingOf = (outcome: AssignmentOutcome): Standing =>
  outcome._tag === "Done" && outcome.alreadySo ? "alreadySo" : fromOutcome[outcome._tag]

/** Reads a journal line by line, from nothing or from what was read before. */
export interface Reader {
  /** Takes the next line. */
  readonly add: (entry: Entry) => void
  /** What was read so far. Its standings go on with the reader. */
  readonly journal: () => Journal
}

/** Begins to read a journal, or goes on after what was read before. */
export const reader = (from: Journal = empty): Reader => {
  let { lines, organization, plan, sessions } = from
  const standings = new Map(from.standings)
  const takenOver = new Set<string>()

  const answered = (outcome: AssignmentOutcome) => {
    const { change, licenseId, userId } = outcome
    const standing = standingOf(outcome)
    standings.set(Pair.key(outcome), { change: { licenseId, userId, change }, standing, outcome })
  }

  const add = (entry: Entry) => {
    lines += 1
    // It has sent nothing since, so that it only tells what became of the batch that was on its way.
    const isLate = "session" in entry && entry.session !== undefined && takenOver.has(entry.session)
    switch (entry._tag) {
      case "Opened":
        plan = entry.plan
        organization = entry.organization ?? organization
        sessions = [...sessions.filter(({ session }) => !entry.takesOver.includes(session)), entry]
        for (const session of entry.takesOver) takenOver.add(session)
        break
      case "Closed":
        sessions = sessions.filter(({ session }) => session !== entry.session)
        break
      case "Sending":
        if (isLate) break
        for (const change of entry.changes) standings.set(Pair.key(change), { change, standing: "unknown" })
        break
      case "Answered":
        for (const outcome of entry.outcomes) {
          const isOpen = standings.get(Pair.key(outcome))?.standing === "unknown"
          if (!isLate || (isOpen && outcome._tag === "Done")) answered(outcome)
        }
        break
      case "Checked":
        if (isLate) break
        for (const { change, isSo } of entry.found) {
          const before = standings.get(Pair.key(change))
          if (!isSo || before === undefined) continue
          standings.set(Pair.key(change), { ...before, standing: whenSo[before.standing] })
        }
    }
  }
  const journal = (): Journal => ({
    ...(plan !== undefined && { plan }),
    ...(organization !== undefined && { organization }),
    sessions,
    standings,
    lines
  })
  return { add, journal }
}

const decodeEntry = Schema.decodeUnknownResult(Entry)
const encodeEntry = Schema.encodeSync(Schema.fromJsonString(Entry))

/** One line, with its end. */
export const line = (entry: Entry): string => `${encodeEntry(entry)}\n`

const isNewer = Schema.is(Schema.Struct({ version: Schema.Int.check(Schema.isGreaterThan(version)) }))

/** How a run begins, and every journal, as far as it goes. */
const beginning = `{"_tag":"Opened",`

/** The line with which a run begins. */
export type Opened = Extract<Entry, { readonly _tag: "Opened" }>

/** The run among these lines that takes over from another one, if there is one. */
export const takenOver = (text: string, session: string): Opened | undefined => {
  for (const line of text.split("\n")) {
    if (!line.startsWith(beginning)) continue
    const json = Result.try((): unknown => JSON.parse(line))
    const entry = Result.flatMap(json, (json) => decodeEntry(json))
    if (Result.isSuccess(entry) && entry.success._tag === "Opened" && entry.success.takesOver.includes(session)) {
      return entry.success
    }
  }
  return undefined
}

/**
 * Reads the lines of a journal. Lines that were torn are passed over: those that are
 * no whole JSON, when nothing follows but the end of their run, or another run.
 */
export const parse = Effect.fnUntraced(function* (
  text: string,
  { source = "journal" }: { readonly source?: string | undefined } = {}
): Effect.fn.Return<Journal, AdminError> {
  const journal = reader()
  const corrupted = (index: number, problem: string) =>
    fail(new Corrupted({ document: "journal", source, problem: `line ${index + 1}: ${problem}` }))
  if (text.slice(0, beginning.length) !== beginning.slice(0, text.length)) {
    return yield* corrupted(0, "it is not how a journal begins")
  }
  let torn: number | undefined
  for (const [index, line] of text.split("\n").entries()) {
    if (line === "") continue
    const json = yield* Effect.option(Effect.try((): unknown => JSON.parse(line)))
    if (Option.isNone(json)) {
      torn ??= index
      continue
    }
    if (isNewer(json.value)) {
      const reason = { document: "journal", source, version: json.value.version, supported: version } as const
      return yield* fail(new NewerVersion(reason))
    }
    const decoded = decodeEntry(json.value)
    if (Result.isFailure(decoded)) return yield* corrupted(index, Problem.describe(decoded.failure))
    const entry = decoded.success
    if (torn !== undefined && entry._tag !== "Opened" && entry._tag !== "Closed") {
      return yield* corrupted(torn, "it is no whole JSON")
    }
    torn = undefined
    journal.add(entry)
  }
  return journal.journal()
})

/** Reads a journal. */
export const load = Effect.fnUntraced(function* (
  path: string
): Effect.fn.Return<Journal, AdminError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const bytes = yield* Effect.mapError(fs.readFile(path), TextFile.failed(path, "read"))
  // A torn line may end within a character.
  return yield* parse(new TextDecoder().decode(bytes), { source: path })
})
