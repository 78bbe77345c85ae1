/**
 * `genesys-license plan`: what has to change so that users hold what they should.
 */
import * as Desired from "@genesys-license/admin/change/Desired"
import * as Planning from "@genesys-license/admin/change/Planning"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Connection from "../flags/Connection.ts"
import * as Output from "../terminal/Output.ts"
import * as PlanResult from "../views/PlanResult.ts"
import * as Paging from "../flags/Paging.ts"

export const command = Command.make(
  "plan",
  {
    desired: Argument.String("desired").pipe(
      Argument.withDescription("CSV with userId, licenseId and perhaps state (present or absent), or JSON")
    ),
    exact: Flag.Boolean("exact").pipe(
      Flag.withDescription("Whoever holds a license of the CSV and is not in it shall lose it"),
      Flag.withDefault(false)
    ),
    allowUnknownUsers: Flag.Boolean("allow-unknown-users").pipe(
      Flag.withDescription(
        "With --exact, leave out users whom the organization does not know (default: refuse the list)"
      ),
      Flag.withDefault(false)
    ),
    only: Flag.Literals("only", ["add", "remove"]).pipe(
      Flag.withDescription("Plan only what users gain, or only what they lose"),
      Flag.optional
    ),
    output: Output.output.pipe(Flag.withDescription("File to save the plan in, for apply")),
    format: Output.format(Output.formats),
    read: Paging.flags,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ allowUnknownUsers, connection, exact, format, only, output, read, ...flags }) {
    const desired = yield* Desired.load(flags.desired, { exact })
    yield* Effect.gen(function* () {
      const { label } = yield* Connection.Organization
      const plan = yield* Paging.during(read, (onProgress) =>
        Planning.make(desired, {
          only: Option.getOrUndefined(only),
          organization: { host: label },
          unknownUsers: allowUnknownUsers ? "leaveOut" : "fail",
          onProgress,
          read
        })
      )
      yield* Paging.warn(plan.drift)
      yield* PlanResult.finish(plan, { format, output })
    }).pipe(Connection.provide(connection))
  })
).pipe(
  Command.withDescription(
    "Compares what users should hold with what they hold, and tells the difference. Nothing is changed: apply does that. Ends with 2 where there is something to change, or where a user is not known, and with 0 where there is nothing."
  ),
  Command.withExamples([
    {
      command: "genesys-license plan desired.csv --output plan.json",
      description: "What would change, kept for apply"
    },
    {
      command: "genesys-license plan holders.csv --exact",
      description: "These users, and nobody else, shall hold the licenses of the file"
    },
    { command: "genesys-license plan desired.csv --only remove --format csv", description: "Only who would lose what" }
  ])
)
