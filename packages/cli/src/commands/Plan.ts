/**
 * `genesys-license plan`: what has to change so that users hold what they should.
 */
import * as Desired from "@genesys-license/admin/change/Desired"
import * as NamedByEmail from "@genesys-license/admin/change/NamedByEmail"
import { withPeople } from "@genesys-license/admin/change/Plan"
import * as Planning from "@genesys-license/admin/change/Planning"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Connection from "../flags/Connection.ts"
import * as ExitCode from "../flags/ExitCode.ts"
import { identity } from "../flags/Identity.ts"
import * as Output from "../terminal/Output.ts"
import * as Paths from "../terminal/Paths.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Figures from "../views/Figures.ts"
import * as PlanResult from "../views/PlanResult.ts"
import * as Paging from "../flags/Paging.ts"
import * as People from "../flags/People.ts"
import { Misused } from "../terminal/Ending.ts"

export const command = Command.make(
  "plan",
  {
    desired: Paths.argument("desired").pipe(
      Argument.withDescription(
        "CSV with userId or email, licenseId and optionally state (present or absent); or NDJSON or JSON; - is stdin"
      )
    ),
    exact: Flag.Boolean("exact").pipe(
      Flag.withDescription("Take the licenses of the list from everybody who is not on it"),
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
    output: Output.output.pipe(Flag.withDescription("Save the plan in FILE, for `apply`; - is stdout")),
    ...Output.view,
    ...ExitCode.detailed,
    people: People.people,
    read: Paging.flags,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ allowUnknownUsers, connection, exact, only, people, read, ...flags }) {
    yield* OutputCheck.ofDocument(flags, { reads: { "the desired state": flags.desired } })
    const written = yield* Desired.load(flags.desired, { exact })
    if (!people && NamedByEmail.emails(written).size > 0) {
      return yield* new Misused({
        message: `--no-people: ${flags.desired} names people by e-mail address, and only the directory knows whose it is.`
      })
    }
    yield* Effect.gen(function* () {
      const organization = yield* identity
      const desired = yield* People.reading((onProgress) => NamedByEmail.resolve(written, { onProgress }))
      const plan = yield* Paging.during(read, (onProgress) =>
        Planning.make(desired, {
          only: Option.getOrUndefined(only),
          organization,
          unknownUsers: allowUnknownUsers ? "leaveOut" : "fail",
          onProgress,
          read
        })
      )
      yield* Paging.warn(plan.drift)
      yield* Figures.tell(Figures.ofPlan(plan))
      const profiles = yield* People.profilesOf(
        people,
        plan.changes.map(({ userId }) => userId)
      )
      yield* PlanResult.finish(withPeople(plan, profiles.values()), flags)
    }).pipe(Connection.provide(connection))
  })
).pipe(
  Command.withDescription(
    "Compares what users should hold with what they hold, and shows the difference. Changes nothing; `apply` does. Exit code 0: nothing to change; 2: there are changes, or a user is not known."
  ),
  Command.withExamples([
    {
      command: "genesys-license plan desired.csv --output plan.json",
      description: "Show what would change, and save it for apply"
    },
    {
      command: "genesys-license plan holders.csv --exact",
      description: "Only these users keep the licenses of the file"
    },
    {
      command: "genesys-license plan desired.csv --only remove --format csv",
      description: "Show only who would lose what"
    }
  ])
)
