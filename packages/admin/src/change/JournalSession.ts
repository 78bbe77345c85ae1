/**
 * A run that writes to a journal, alone.
 *
 * The journal is its own lock: lines are added at the end, so that of two runs that
 * begin at the same time one stands before the other in the file, and the other
 * gives way. A run that was killed leaves no lock behind that would have to be
 * removed, only a session without an end, which the next run takes over.
 *
 * Whoever takes over cannot know that the other has ended. So each run looks what
 * has been added since, after each of its own lines: an announcement that stands
 * behind the line of a run that takes over is not followed by a request, and one
 * that stands before it is seen by that run.
 */
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Scope from "effect/Scope"
import { type AdminError, fail, JournalInUse, JournalMismatch, JournalTakenOver } from "../AdminError.ts"
import * as Journal from "./Journal.ts"
import type { OrganizationIdentity } from "../organization/OrganizationIdentity.ts"
import * as TextFile from "../files/TextFile.ts"
import * as WholeFile from "../files/WholeFile.ts"

export interface Options {
  /** Which organization is changed: the journal says so. Default: it does not. */
  readonly organization?: OrganizationIdentity | undefined
  /** Names this run to others, and no other run: a process, since when it runs, and its machine. Default: `another run`. */
  readonly owner?: string | undefined
  /** Whether a run goes on that has not said that it ended. Default: it is taken to go on. */
  readonly isAlive?: ((owner: string) => Effect.Effect<boolean>) | undefined
  /** Take over from a run that has not said that it ended, whoever it is. Default: false. */
  readonly takeOver?: boolean | undefined
}

export interface JournalSession {
  /** What the journal told when the run began. */
  readonly opened: Journal.Journal
  /** What it tells by now. */
  readonly journal: Effect.Effect<Journal.Journal>
  /** Adds a line; it is on the disk when this succeeds, and the journal is still that of this run. */
  readonly append: (entry: (stamp: Stamp) => Journal.Entry) => Effect.Effect<void, AdminError>
}

/** Who writes a line, and when. */
export interface Stamp {
  readonly session: string
  readonly at: string
}

/** The journal of a plan, empty when there is none yet. */
export const load = Effect.fnUntraced(function* (path: string, plan: string) {
  const fs = yield* FileSystem.FileSystem
  const exists = yield* Effect.mapError(fs.exists(path), TextFile.failed(path, "read"))
  const journal = exists ? yield* Journal.load(path) : Journal.empty
  // A run that sent nothing has told nothing of its plan.
  if (journal.plan !== undefined && journal.plan !== plan && journal.standings.size > 0) {
    return yield* fail(new JournalMismatch({ path }))
  }
  return journal
})

const inUse = (path: string, { at, owner }: Journal.Session) => fail(new JournalInUse({ path, owner, since: at }))

/** Fails where another run goes on, as far as can be told. */
export const ensureFree = Effect.fnUntraced(function* (
  path: string,
  { sessions }: Journal.Journal,
  { isAlive = () => Effect.succeed(true), takeOver = false }: Pick<Options, "isAlive" | "takeOver">
) {
  if (takeOver) return
  for (const session of sessions) if (yield* isAlive(session.owner)) return yield* inUse(path, session)
})

/** Opens the journal of a plan to write to it, until the scope closes. */
export const open = Effect.fnUntraced(function* (
  path: string,
  plan: string,
  options: Options = {}
): Effect.fn.Return<JournalSession, AdminError, FileSystem.FileSystem | Scope.Scope> {
  const fs = yield* FileSystem.FileSystem
  const session = yield* newSession
  const { organization, owner = "another run" } = options
  const found = yield* load(path, plan)
  yield* ensureFree(path, found, options)

  const file = yield* Effect.mapError(fs.open(path, { flag: "a+", mode: 0o600 }), TextFile.failed(path, "write"))
  // What a run before, or this one, has left unfinished must not spoil the next line.
  let isTorn = yield* Effect.mapError(endsTorn(file), TextFile.failed(path, "read"))
  const write = (entry: (stamp: Stamp) => Journal.Entry) =>
    Effect.gen(function* () {
      const line = entry({ session, at: DateTime.formatIso(yield* DateTime.now) })
      const text = (isTorn ? "\n" : "") + Journal.line(line)
      isTorn = true
      yield* file.writeAll(new TextEncoder().encode(text))
      isTorn = false
      yield* file.sync
      return line
    }).pipe(Effect.mapError(TextFile.failed(path, "write")), Effect.uninterruptible)

  const takesOver = found.sessions.map(({ session }) => session)
  yield* Effect.acquireRelease(
    write((stamp) => ({
      _tag: "Opened",
      version: Journal.version,
      plan,
      ...(organization !== undefined && { organization }),
      owner,
      takesOver,
      ...stamp
    })),
    () => Effect.ignore(write((stamp) => ({ _tag: "Closed", ...stamp })))
  )
  yield* Effect.mapError(WholeFile.syncDirectory(path), TextFile.failed(path, "write"))

  const added = addedTo(file, yield* Effect.mapError(sizeOf(file), TextFile.failed(path, "read")))
  const opened = yield* load(path, plan)
  const [first] = opened.sessions
  if (first !== undefined && first.session !== session) return yield* inUse(path, first)

  const reader = Journal.reader(opened)
  const append = Effect.fnUntraced(function* (entry: (stamp: Stamp) => Journal.Entry) {
    const line = yield* write(entry)
    const by = Journal.takenOver(yield* Effect.mapError(added, TextFile.failed(path, "read")), session)
    if (by !== undefined) return yield* fail(new JournalTakenOver({ path, owner: by.owner, since: by.at }))
    reader.add(line)
  })
  return { opened, journal: Effect.sync(reader.journal), append }
})

const newSession = Effect.flatMap(SecureRandom.SecureRandom, (random) => random.uuidV4()).pipe(
  Effect.provide(SecureRandom.layerWebCrypto)
)

const sizeOf = (file: FileSystem.File) => Effect.map(file.stat, ({ size }) => BigInt(String(size)))

/** Whether a file ends within a line. */
const endsTorn = Effect.fnUntraced(function* (file: FileSystem.File) {
  const end = yield* sizeOf(file)
  if (end === 0n) return false
  const last = new Uint8Array(1)
  yield* file.read(last, { position: end - 1n })
  return last[0] !== 0x0a
})

/** The whole lines that were added to a file, by anybody, since it was asked last. */
const addedTo = (file: FileSystem.File, from: bigint) => {
  let position = from
  return Effect.gen(function* () {
    const bytes = new Uint8Array(Number((yield* sizeOf(file)) - position))
    let filled = 0
    while (filled < bytes.length) {
      const read = Number(yield* file.read(bytes.subarray(filled), { position: position + BigInt(filled) }))
      if (read === 0) break
      filled += read
    }
    const end = bytes.lastIndexOf(0x0a, filled) + 1
    position += BigInt(end)
    return new TextDecoder().decode(bytes.subarray(0, end))
  })
}
