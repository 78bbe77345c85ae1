/**
 * A journal in a file.
 *
 * The file is its own lock. Lines are appended, so if two runs begin at the same time, one
 * of them comes first in the file, and the other gives way. A run that was killed leaves no
 * lock to remove, only a session without an end. The next run takes it over.
 *
 * A run that takes over cannot know whether the other has ended. So after each of its own
 * lines, a run reads what others have appended. If a take-over comes before the line, the
 * run sends nothing more. If it comes after, the run that takes over has read the line.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as Scope from "effect/Scope"
import { type AdminError, fail, JournalInUse, JournalMismatch, JournalTakenOver } from "../AdminError.ts"
import * as Journal from "./Journal.ts"
import { begin, type JournalSession, type JournalStore, newSession, type Options, type Stamp } from "./JournalStore.ts"
import * as TextFile from "../files/TextFile.ts"
import * as WholeFile from "../files/WholeFile.ts"

/** The journal in a file. The file is made when the journal is opened. */
export const make = Effect.fnUntraced(function* (
  path: string
): Effect.fn.Return<JournalStore, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  return {
    load: (plan) => Effect.provideService(load(path, plan), FileSystem.FileSystem, fs),
    ensureFree: (journal, options) => ensureFree(path, journal, options),
    open: (plan, options) => Effect.provideService(open(path, plan, options), FileSystem.FileSystem, fs)
  }
})

/** The journal of a plan; empty if there is no file. */
const load = Effect.fnUntraced(function* (path: string, plan: string) {
  const fs = yield* FileSystem.FileSystem
  const exists = yield* Effect.mapError(fs.exists(path), TextFile.failed(path, "read"))
  const journal = exists ? yield* Journal.load(path) : Journal.empty
  // A journal in which nothing was sent may serve another plan.
  if (journal.plan !== undefined && journal.plan !== plan && journal.standings.size > 0) {
    return yield* fail(new JournalMismatch({ path }))
  }
  return journal
})

const inUse = (path: string, { at, owner }: Journal.Session) => fail(new JournalInUse({ path, owner, since: at }))

const ensureFree = Effect.fnUntraced(function* (
  path: string,
  { sessions }: Journal.Journal,
  { isAlive = () => Effect.succeed(true), takeOver = false }: Pick<Options, "isAlive" | "takeOver">
) {
  if (takeOver) return
  for (const session of sessions) if (yield* isAlive(session.owner)) return yield* inUse(path, session)
})

const open = Effect.fnUntraced(function* (
  path: string,
  plan: string,
  options: Options
): Effect.fn.Return<JournalSession, AdminError, FileSystem.FileSystem | Scope.Scope> {
  const fs = yield* FileSystem.FileSystem
  const session = yield* newSession
  const { organization, owner = "another run" } = options
  const found = yield* load(path, plan)
  yield* ensureFree(path, found, options)

  const file = yield* Effect.mapError(fs.open(path, { flag: "a+", mode: 0o600 }), TextFile.failed(path, "write"))
  // A line that was cut off must not spoil the next one.
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

  yield* begin(write, plan, found, { organization, owner })
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

const sizeOf = (file: FileSystem.File) => Effect.map(file.stat, ({ size }) => BigInt(String(size)))

/** Whether the last line of a file is incomplete. */
const endsTorn = Effect.fnUntraced(function* (file: FileSystem.File) {
  const end = yield* sizeOf(file)
  if (end === 0n) return false
  const last = new Uint8Array(1)
  yield* file.read(last, { position: end - 1n })
  return last[0] !== 0x0a
})

/** Reads the complete lines that anybody has appended to a file since the last call. */
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
