/**
 * `genesys-license why`: which roles and permissions give a user their licenses.
 */
import * as Why from "@genesys-license/admin/look/Why"
import { UserService } from "@genesys-license/client/UserService"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import * as People from "../flags/People.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as WhyRows from "../views/WhyRows.ts"
import * as WhyText from "../views/WhyText.ts"

export const command = Command.make(
  "why",
  {
    user: Argument.String("user").pipe(Argument.withDescription("Id or e-mail address of the user")),
    ...Output.flags(Output.formats),
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, user, ...target }) {
    yield* OutputCheck.ofResult(target)
    const why = yield* explain(user).pipe(Connection.provideOrEmulated(connection))
    yield* Output.write(target, {
      columns: WhyRows.columns,
      rows: Stream.fromIterable(WhyRows.make(why)),
      text: () => WhyText.render(why),
      document: () => why
    })
  })
).pipe(
  Command.withDescription(
    "Shows why a user holds each license: the roles that need it, whether the user has the role directly or through a group, and the permissions of the role that need it. Needs the permission authorization:role:view."
  ),
  Command.withExamples([
    {
      command: "genesys-license why ann@example.com",
      description: "Explain the licenses of a user, by e-mail address"
    },
    {
      command: "genesys-license why 8f6a0c1e-2f5b-4c0e-9d7b-0b8f6f0f2a11 --format csv",
      description: "Export the explanation as CSV, by user id"
    }
  ])
)

const explain = Effect.fnUntraced(function* (typed: string) {
  const userId = yield* People.idOf(true, typed)
  const people = yield* UserService.use((users) => users.byId([userId], { expand: ["authorization", "groups"] }))
  const [person] = people.values()
  return yield* Why.run(person?.id ?? userId, person).pipe(
    Effect.catchReason("GenesysError", "NotFound", () =>
      Effect.fail(new Misused({ message: `There is no user ${JSON.stringify(typed)} in this organization.` }))
    )
  )
})
