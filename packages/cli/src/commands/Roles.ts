/**
 * `genesys-license roles`: which role needs which license, and how many people have it.
 */
import * as RoleReport from "@genesys-license/admin/look/RoleReport"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import * as Paging from "../flags/Paging.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as RoleRows from "../views/RoleRows.ts"

export const command = Command.make(
  "roles",
  {
    list: Flag.Int("list").pipe(
      Flag.withSchema(Paging.Count),
      Flag.withMetavar("N"),
      Flag.withDescription("Name up to N users for each role; counts are always exact (default: 0)"),
      Flag.withDefault(0)
    ),
    unused: Flag.Boolean("unused").pipe(
      Flag.withDescription(
        "Show permissions that need a license and that nobody used for 30 days (default: off); takes a request for each role that needs a license"
      ),
      Flag.withDefault(false)
    ),
    ...Output.flags(Output.formats),
    read: Paging.flags,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, list, read, unused, ...target }) {
    yield* OutputCheck.ofResult(target)
    const report = yield* Paging.during(read, (onProgress) =>
      RoleReport.run({ listed: list, unused, onProgress, read: { ...read, order: "arrival" } })
    ).pipe(Connection.provideOrEmulated(connection))
    yield* Paging.warn(report.drift)
    const note = RoleRows.leftOut(report)
    if (note !== undefined) yield* Console.error(note)
    yield* Output.write(target, {
      columns: RoleRows.columns({ isNaming: list > 0, unused }),
      rows: Stream.fromIterable(report.roles.map(RoleRows.make)),
      document: () => RoleRows.document(report, list > 0)
    })
  })
).pipe(
  Command.withDescription(
    "Lists each role with the number of its active users, the licenses that it needs, and the permissions that need these licenses. Needs the permission authorization:role:view."
  ),
  Command.withExamples([
    { command: "genesys-license roles", description: "Show which role needs which license" },
    { command: "genesys-license roles --unused", description: "Show which paid permissions nobody uses" },
    { command: "genesys-license roles --output roles.csv", description: "Export all roles to a spreadsheet" },
    {
      command:
        "genesys-license roles --list 20 --format json | jq '.roles[] | select(.costs[].licenseId == \"cloudCX3\")'",
      description: "Show the roles that need a license, and who has them"
    }
  ])
)
