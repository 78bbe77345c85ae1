/**
 * Where the journal of a plan is kept, and who may write to it.
 *
 * `JournalFile` keeps it in a file. Another store has to give the same promises:
 *
 * - A line that `append` has written survives a crash.
 * - One session writes at a time. A session that lost the journal to another one fails in
 *   `append`, before it sends anything else.
 */
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { AdminError } from "../AdminError.ts"
import type { OrganizationIdentity } from "../organization/OrganizationIdentity.ts"
import * as Journal from "./Journal.ts"

/** What a run says of itself when it opens a journal. */
export interface Options {
  /** The organization that is changed; the journal records it. Default: not recorded. */
  readonly organization?: OrganizationIdentity | undefined
  /** Names this run and no other: a process, its start and its machine. Default: `another run`. */
  readonly owner?: string | undefined
  /** Whether a run that has not recorded its end is still running. Default: yes. */
  readonly isAlive?: ((owner: string) => Effect.Effect<boolean>) | undefined
  /** Take over from any run that has not recorded its end. Default: false. */
  readonly takeOver?: boolean | undefined
}

/** The journals of plans. */
export interface JournalStore {
  /** Reads the journal of a plan, given the checksum of the plan. `Journal.empty` if there is none. */
  readonly load: (plan: string) => Effect.Effect<Journal.Journal, AdminError>
  /** Fails with `JournalInUse` if another run is still writing to this journal, as far as the store can tell. */
  readonly ensureFree: (journal: Journal.Journal, options: Options) => Effect.Effect<void, AdminError>
  /** Opens the journal of a plan for writing, until the scope closes. Fails with `JournalInUse` like `ensureFree`. */
  readonly open: (plan: string, options: Options) => Effect.Effect<JournalSession, AdminError, Scope.Scope>
}

/** A journal that is open for writing. */
export interface JournalSession {
  /** What the journal said when the session began. */
  readonly opened: Journal.Journal
  /** What it says now. */
  readonly journal: Effect.Effect<Journal.Journal>
  /** Adds a line. When this succeeds, the line survives a crash, and the journal still belongs to this session. */
  readonly append: (entry: (stamp: Stamp) => Journal.Entry) => Effect.Effect<void, AdminError>
}

/** Who writes a line, and when. */
export interface Stamp {
  /** The id of the session. */
  readonly session: string
  /** ISO 8601. */
  readonly at: string
}

/** Makes the id of a session. */
export const newSession: Effect.Effect<string> = Effect.flatMap(SecureRandom.SecureRandom, (random) =>
  random.uuidV4()
).pipe(Effect.provide(SecureRandom.layerWebCrypto))

/**
 * For stores: writes the first line of a session, which takes over the sessions of `found`, and
 * its last line when the scope closes.
 */
export const begin = <A, E, R>(
  write: (entry: (stamp: Stamp) => Journal.Entry) => Effect.Effect<A, E, R>,
  plan: string,
  found: Journal.Journal,
  { organization, owner }: Pick<Options, "organization"> & { readonly owner: string }
): Effect.Effect<A, E, R | Scope.Scope> =>
  Effect.acquireRelease(
    write((stamp) => ({
      _tag: "Opened",
      version: Journal.version,
      plan,
      ...(organization !== undefined && { organization }),
      owner,
      takesOver: found.sessions.map(({ session }) => session),
      ...stamp
    })),
    () => Effect.ignore(write((stamp) => ({ _tag: "Closed", ...stamp })))
  )
