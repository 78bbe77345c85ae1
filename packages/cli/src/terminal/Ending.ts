/**
 * Exit codes: 0 success or no differences, 1 error, 2 differences, a limit exceeded or only
 * partly done, 130 interrupted.
 */
import type { AdminError } from "@genesys-license/admin/AdminError"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"

/** Ends the command with an exit code. All messages are already printed. */
export class Ended extends Data.TaggedError("Ended")<{ readonly exitCode: 1 | 2 }> {
  override readonly [Runtime.errorExitCode] = this.exitCode
  override readonly [Runtime.errorReported] = false
}

/** Ends with 2 if there are differences, or if not everything was done. */
export const differentIf = (isDifferent: boolean): Effect.Effect<void, Ended> =>
  isDifferent ? Effect.fail(new Ended({ exitCode: 2 })) : Effect.void

/** Wrong usage of the command. All other errors come from the libraries. */
export class Misused extends Data.TaggedError("Misused")<{ readonly message: string }> {}

/** The reader of the output closed it, as `head` does. That is no error. */
export class NobodyReads extends Data.TaggedError("NobodyReads")<{}> {}

/** Errors that are shown as a sentence. Any other error is a bug, and is shown with its stack. */
export type Explained = AdminError | GenesysError | Misused

/** Prints an error to stderr, with the flag that helps. */
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

/** The library says what to do. Only the command knows the flag for it. */
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
