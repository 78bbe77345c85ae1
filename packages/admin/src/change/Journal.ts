/**
 * The journal of a plan: a line of JSON for each step. A line is saved before the next step
 * begins.
 *
 * A batch is recorded before it is sent. So if a run is killed at any point, only the
 * outcome of its last batch is unknown. Its last line may be incomplete; the next run begins
 * a new line.
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

/** The version that is written, and the latest that can be read. In version 1, lines did not name their session. */
export const version = 2

/** The session that wrote the line. A session that lost the journal may still write one line. */
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
    /** Names the run, so that the program can find out whether it is still running. */
    owner: Schema.String,
    /** The sessions that this one takes over from. They must not continue. */
    takesOver: Schema.Array(Schema.String),
    at: Schema.String
  },
  /** These changes are sent next, unless the session has lost the journal. */
  Sending: { changes: Schema.Array(AssignmentChange), session, at: Schema.String },
  /** The outcomes of the changes that were sent. */
  Answered: { outcomes: Schema.Array(AssignmentOutcome), session, at: Schema.String },
  /** Users were read back: whether each change is in effect. */
  Checked: {
    found: Schema.Array(Schema.Struct({ change: AssignmentChange, isSo: Schema.Boolean })),
    session,
    at: Schema.String
  },
  /** The run ended, with any result. */
  Closed: { session: Schema.String, at: Schema.String }
})
export type Entry = (typeof Entry)["Type"]

/**
 * Where a change stands.
 *
 * - `done`: carried out; the server confirmed it, or it was read back.
 * - `alreadySo`: in effect before this plan changed anything.
 * - `refused`: the server rejected it.
 * - `unknown`: sent, with an unknown outcome.
 * - `notSent`: not sent.
 */
export type Standing = "done" | "alreadySo" | "refused" | "unknown" | "notSent"

/** Where one change stands. */
export interface Standings {
  /** The change. */
  readonly change: AssignmentChange
  /** Its state. */
  readonly standing: Standing
  /** Its last outcome. */
  readonly outcome?: AssignmentOutcome
}

/** A run that opened a journal. */
export interface Session {
  /** The id of the run. */
  readonly session: string
  /** The name that the run gave itself. */
  readonly owner: string
  /** When it began, ISO 8601. */
  readonly at: string
}

/** The content of a journal. */
export interface Journal {
  /** The checksum of the plan; absent in an empty journal. */
  readonly plan?: string
  /** The organization that was changed, as the last run recorded it. */
  readonly organization?: Recorded
  /** Sessions that have not recorded their end, the oldest first. */
  readonly sessions: ReadonlyArray<Session>
  /** By `Pair.key`. A change that is missing here was never sent. */
  readonly standings: ReadonlyMap<string, Standings>
  /** The number of complete lines. */
  readonly lines: number
}

/** An empty journal. */
export const empty: Journal = { sessions: [], standings: new Map(), lines: 0 }

const fromOutcome = { Done: "done", Refused: "refused", Unknown: "unknown", NotSent: "notSent" } as const

/** The new state of a change that is found to be in effect. */
const whenSo: { readonly [S in Standing]: Standing } = {
  done: "done",
  alreadySo: "alreadySo",
  unknown: "done",
  refused: "alreadySo",
  notSent: "alreadySo"
}

const standingOf = (outcome: AssignmentOutcome): Standing =>
  outcome._tag === "Done" && outcome.alreadySo ? "alreadySo" : fromOutcome[outcome._tag]

/** Reads a journal line by line. */
export interface Reader {
  /** Takes the next line. */
  readonly add: (entry: Entry) => void
  /** The journal so far. Its standings change as the reader continues. */
  readonly journal: () => Journal
}

/** Makes a reader that continues after `from` (default: an empty journal). */
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
    // After the take-over the session sent nothing, so it can only report the batch that was under way.
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

/** One line, with its line break. */
export const line = (entry: Entry): string => `${encodeEntry(entry)}\n`

const isNewer = Schema.is(Schema.Struct({ version: Schema.Int.check(Schema.isGreaterThan(version)) }))

/** The first characters of each journal, and of each run in it. */
const beginning = `{"_tag":"Opened",`

/** The line with which a run begins. */
export type Opened = Extract<Entry, { readonly _tag: "Opened" }>

/** The run in these lines that takes over from a session, if there is one. */
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
 * Reads the lines of a journal. Skips a line that was cut off: one that is not valid JSON
 * and is followed by nothing, by another run, or by the end of its run.
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
  // A line may be cut off within a character.
  return yield* parse(new TextDecoder().decode(bytes), { source: path })
})
