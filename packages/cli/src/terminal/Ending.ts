/**
 * How the command ends: 0 done or no difference, 1 failed, 2 differences, a limit that
 * is passed or partly applied, 130 interrupted.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"

/** Everything is said, and this is how it ends. */
export class Ended extends Data.TaggedError("Ended")<{ readonly exitCode: 1 | 2 }> {
  override readonly [Runtime.errorExitCode] = this.exitCode
  override readonly [Runtime.errorReported] = false
}

/** Ends with 2 where there are differences, or not all was done. */
export const differentIf = (isDifferent: boolean): Effect.Effect<void, Ended> =>
  isDifferent ? Effect.fail(new Ended({ exitCode: 2 })) : Effect.void

/** What only the command itself can get wrong: the way it was called. */
export class Misused extends Data.TaggedError("Misused")<{ readonly message: string }> {}

/** Whoever read the output has seen enough. */
export class NobodyReads extends Data.TaggedError("NobodyReads")<{}> {}

/** What a person is told in a sentence. Anything else is a mistake of this program and keeps its stack. */
export type Explained = AdminError | GenesysError | Misused

/** Says what went wrong on stderr, and what to type next. */
export const explain = <A, E, R>(effect: Effect.Effect<A, E | Explained | NobodyReads, R>) =>
  effect.pipe(
    Effect.catchIf(isExplained, (error) =>
      Effect.andThen(Console.error(sentence(error)), Effect.fail(new Ended({ exitCode: 1 })))
    ),
    Effect.catchIf(
      (error) => error instanceof NobodyReads,
      () => Effect.void
    )
  )

const isExplained = (error: unknown): error is Explained =>
  typeof error === "object" &&
  error !== null &&
  "_tag" in error &&
  (error._tag === "AdminError" || error._tag === "GenesysError" || error._tag === "Misused")

const sentence = (error: Explained) => {
  const flag = error._tag === "AdminError" ? flagFor(error.reason) : undefined
  return flag === undefined ? error.message : `${error.message} (${flag})`
}

/** The library says what to do; how it is typed is known here. */
const flagFor = (reason: AdminError["reason"]) => {
  switch (reason._tag) {
    case "JournalInUse":
      return "--take-over"
    case "JournalMismatch":
      return "--journal FILE"
    case "UnknownUsers":
      return "--allow-unknown-users"
    case "TooManyChanges":
      return `--max-${reason.of} N`
    default:
      return undefined
  }
}
