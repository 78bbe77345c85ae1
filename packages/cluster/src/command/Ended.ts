/**
 * How a command ends when everything is said.
 */
import * as Data from "effect/Data"
import * as Runtime from "effect/Runtime"

/** The exit code. 1: failed; 2: a part is not done. */
export class Ended extends Data.TaggedError("Ended")<{ readonly exitCode: 1 | 2 }> {
  override readonly [Runtime.errorExitCode] = this.exitCode
  override readonly [Runtime.errorReported] = false
}
