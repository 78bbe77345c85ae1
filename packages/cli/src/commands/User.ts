/**
 * `genesys-license user`: one user with their licenses.
 */
import * as Profile from "@genesys-license/admin/people/Profile"
import * as UserIdCell from "@genesys-license/admin/people/UserIdCell"
import { LicenseService } from "@genesys-license/client/LicenseService"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Connection from "../flags/Connection.ts"
import * as People from "../flags/People.ts"
import * as DefinitionRows from "../views/DefinitionRows.ts"
import { Misused } from "../terminal/Ending.ts"
import * as Output from "../terminal/Output.ts"
import * as OutputCheck from "../terminal/OutputCheck.ts"
import * as UserText from "../views/UserText.ts"

export const command = Command.make(
  "user",
  {
    user: Argument.String("user").pipe(Argument.withDescription("Id or e-mail address of the user")),
    ...Output.flags(Output.formats),
    people: People.people,
    connection: Connection.flags
  },
  Effect.fnUntraced(function* ({ connection, people, user: typed, ...target }) {
    yield* OutputCheck.ofResult(target)
    const { profile, user } = yield* Effect.gen(function* () {
      const userId = yield* People.idOf(people, typed)
      const user = yield* LicenseService.use((license) => license.getUser(userId)).pipe(
        Effect.catchReason("GenesysError", "NotFound", () =>
          Effect.fail(new Misused({ message: `There is no user ${JSON.stringify(typed)} in this organization.` }))
        )
      )
      return { user, profile: yield* profileOf(people, user.id) }
    }).pipe(Connection.provideOrEmulated(connection))
    const rows = user.licenses.map(DefinitionRows.make)
    yield* Output.write(target, {
      columns: DefinitionRows.columns,
      rows: Stream.fromIterable(rows),
      text: (width) => UserText.render(user.id, profile, rows, DefinitionRows.columns, width),
      document: () => ({
        ...(profile === undefined ? { userId: user.id } : Profile.readable(profile)),
        licenses: user.licenses.map(DefinitionRows.document)
      })
    })
  })
).pipe(
  Command.withDescription(
    "Shows a user: name, department, last login and similar data, and each license with its description."
  ),
  Command.withExamples([
    { command: "genesys-license user jane@example.com", description: "Show a user by e-mail address" },
    {
      command: "genesys-license user 8f6a0c1e-2f5b-4c0e-9d7b-0b8f6f0f2a11",
      description: "Show a user by id"
    }
  ])
)

/** The profile of a user. The directory has only the id of the manager, so this looks up the name. */
const profileOf = Effect.fnUntraced(function* (people: boolean, userId: string) {
  const find = (id: string) =>
    Effect.map(People.profilesOf(people, [id]), (profiles) => profiles.get(UserIdCell.sameness(id)))
  const profile = yield* find(userId)
  if (profile?.manager === undefined) return profile
  const manager = yield* find(profile.manager)
  return { ...profile, manager: (manager && Profile.called(manager)) ?? profile.manager }
})
