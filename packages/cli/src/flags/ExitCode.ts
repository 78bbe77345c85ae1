/**
 * Whether a difference shows in the exit code, under the names of Terraform and of git.
 */
import * as Flag from "effect/cli/Flag"

/** For what plans. */
export const detailed = {
  detailedExitcode: Flag.Boolean("detailed-exitcode").pipe(
    Flag.withDescription("End with 2 if there are changes (default: on); --no-detailed-exitcode ends with 0"),
    Flag.withDefault(true)
  )
}

/** For what compares. */
export const compare = {
  exitCode: Flag.Boolean("exit-code").pipe(
    Flag.withDescription("End with 2 if there are differences (default: on); --no-exit-code ends with 0"),
    Flag.withDefault(true)
  )
}
