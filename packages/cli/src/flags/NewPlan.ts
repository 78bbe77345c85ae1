/**
 * The flags of commands that make a plan: where to save it, how to show it, and the exit code.
 */
import * as Flag from "effect/cli/Flag"
import * as Output from "../terminal/Output.ts"
import * as ExitCode from "./ExitCode.ts"

export const flags = {
  output: Output.output.pipe(
    Flag.withDescription(
      "Save the plan to FILE for `apply`, replacing it if it exists; - is stdout (default: do not save)"
    )
  ),
  ...Output.view,
  ...ExitCode.detailed
}
