/**
 * `genesys-license user`: one user, and what their licenses are.
 */
import * as UserIdCell from "@genesys-license/admin/people/UserIdCell"
import { LicenseService } from "@genesys-license/client/LicenseService"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import * as DefinitionRows from "../views/DefinitionRows.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"

export const command = Command.make(
  "user",
  {
    userId: Argument.String("user-id").pipe(Argument.withDescription("Id of the user, as `users` lists it")),
    ...Output.flags(Output.formats),
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, userId, ...target }) {
    yield* OutputCheck.ofResult(target)
    const user = yield* LicenseService.use((license) => license.getUser(UserIdCell.read(userId))).pipe(
      Effect.catchReason("GenesysError", "NotFound", () =>
        Effect.fail(
          new Misused({
            message: `There is no user ${JSON.stringify(userId)} in this organization.${userId.includes("@") ? " This looks like an e-mail address, and the License API knows users by their ids only." : ""}`
          })
        )
      ),
      Connection.provideOrEmulated(connection)
    )
    yield* Output.write(target, {
      columns: DefinitionRows.columns,
      rows: Stream.fromIterable(user.licenses.map(DefinitionRows.make)),
      document: () => ({ userId: user.id, licenses: user.licenses.map(DefinitionRows.document) })
    })
  })
).pipe(
  Command.withDescription("Shows the licenses of one user, and what they are."),
  Command.withExamples([
    {
      command: "genesys-license user 8f6a0c1e-2f5b-4c0e-9d7b-0b8f6f0f2a11",
      description: "A user by id"
    }
  ])
)
