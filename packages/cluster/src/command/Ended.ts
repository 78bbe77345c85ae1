/**
 * The exit code of a command that has already printed everything.
 */
import * as Data from "effect/Data"
import * as Runtime from "effect/Runtime"

/** 1: failed; 2: only a part is done. */
export class Ended extends Data.TaggedError("Ended")<{ readonly exitCode: 1 | 2 }> {
  override readonly [Runtime.errorExitCode] = this.exitCode
  override readonly [Runtime.errorReported] = false
}
