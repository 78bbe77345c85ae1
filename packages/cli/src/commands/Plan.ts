/**
 * `genesys-license plan`: the changes that are needed to reach a desired state.
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
import * as NewPlan from "../flags/NewPlan.ts"
import { identity } from "../flags/Identity.ts"
import * as Paths from "../terminal/Paths.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as Figures from "../views/Figures.ts"
import * as PlanResult from "../views/PlanResult.ts"
import * as Paging from "../flags/Paging.ts"
import * as People from "../flags/People.ts"
import { Misused } from "../terminal/Ending.ts"

/** `fleet plan` has the same flag. */
export const exact = Flag.Boolean("exact").pipe(
  Flag.withDescription("Take the licenses in the list away from everybody who is not in the list (default: off)"),
  Flag.withDefault(false)
)

/** What `--only` says; `fleet plan` calls it `--changes`, because its `--only` selects organizations. */
export const onlyText = "Plan only additions, or only removals (default: both)"

const config = {
  desired: Paths.argument("desired").pipe(
    Argument.withDescription(
      "Desired state: a CSV with userId or email, licenseId and optionally state (present or absent); or NDJSON or JSON; - is stdin"
    )
  ),
  exact,
  allowUnknownUsers: Flag.Boolean("allow-unknown-users").pipe(
    Flag.withDescription("With --exact, skip users that the organization does not have (default: refuse the list)"),
    Flag.withDefault(false)
  ),
  only: Flag.Literals("only", ["add", "remove"]).pipe(Flag.withDescription(onlyText), Flag.optional),
  ...NewPlan.flags,
  people: People.people,
  read: Paging.flags,
  connection: Connection.flags
}

/** `fleet plan` runs it for each organization. */
export const run = Effect.fnUntraced(function* ({
  allowUnknownUsers,
  connection,
  exact,
  only,
  people,
  read,
  ...flags
}: Command.Command.Config.Infer<typeof config>) {
  yield* OutputCheck.ofDocument(flags, { reads: { "the desired state": flags.desired } })
  const listed = yield* Desired.load(flags.desired, { exact })
  if (!people && NamedByEmail.emails(listed).size > 0) {
    return yield* new Misused({
      message: `--no-people: ${flags.desired} has e-mail addresses, which can only be looked up in the directory. Leave out --no-people, or use user ids.`
    })
  }
  yield* Effect.gen(function* () {
    const organization = yield* identity
    const desired = yield* People.reading((onProgress) => NamedByEmail.resolve(listed, { onProgress }))
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

export const command = Command.make("plan", config, run).pipe(
  Command.withDescription(
    "Compares the licenses that users should hold with those that they hold, and plans the changes. Changes nothing: use `apply` to apply the plan. Exit code 0: nothing to change; 2: there are changes, or a user is unknown."
  ),
  Command.withExamples([
    {
      command: "genesys-license plan desired.csv --output plan.json",
      description: "Show what would change, and save the plan for `apply`"
    },
    {
      command: "genesys-license plan holders.csv --exact",
      description: "Take the licenses in the file away from all other users"
    },
    {
      command: "genesys-license plan desired.csv --only remove --format csv",
      description: "Show only who would lose what"
    }
  ])
)
