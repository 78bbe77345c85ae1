/**
 * Flags that decide whether a difference sets the exit code. The names are those of Terraform and git.
 */
import * as Flag from "effect/cli/Flag"

/** For commands that make a plan. */
export const detailed = {
  detailedExitcode: Flag.Boolean("detailed-exitcode").pipe(
    Flag.withDescription("Exit with 2 if there are changes (default: on); --no-detailed-exitcode exits with 0"),
    Flag.withDefault(true)
  )
}

/** For `compare`. */
export const compare = {
  exitCode: Flag.Boolean("exit-code").pipe(
    Flag.withDescription("Exit with 2 if there are differences (default: on); --no-exit-code exits with 0"),
    Flag.withDefault(true)
  )
}
