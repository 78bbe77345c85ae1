/**
 * Every call fails with one error, `GenesysError`, which has a tagged reason. Handle the
 * reasons that mean something to your program, and pass the others on.
 */
import { NodeRuntime } from "@effect/platform-node"
import { LicenseService } from "@genesys-license/client"
import { Console, Effect } from "effect"
import * as Organization from "./organization.ts"

const describe = (userId: string) =>
  Effect.gen(function* () {
    const license = yield* LicenseService
    const user = yield* license.getUser(userId)
    return `${user.id} holds ${user.licenses.length} licenses`
  }).pipe(
    Effect.catchReasons("GenesysError", {
      NotFound: () => Effect.succeed(`${userId} is not in this organization`),
      Forbidden: ({ permissions }) => Effect.succeed(`the OAuth client needs ${permissions.join(" or ")}`),
      // An id like `..` would call another operation; it is refused before anything is sent.
      InvalidRequest: ({ problem }) => Effect.succeed(`nothing was sent: ${problem}`)
    })
  )

const program = Effect.gen(function* () {
  yield* Console.log(yield* describe("f3b0c442-98fc-4c14-9afb-f4c8996fb924"))
  yield* Console.log(yield* describe(".."))
})

program.pipe(
  Effect.provide(Organization.layer),
  // All other errors have a message for people.
  Effect.catchTag("GenesysError", (error) => Console.error(error.message)),
  NodeRuntime.runMain
)
