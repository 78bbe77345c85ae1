/**
 * Shows the licenses of one user. Here they are whole definitions; in the list of users they are ids.
 */
import { NodeRuntime } from "@effect/platform-node"
import { LicenseService } from "@genesys-license/client"
import { Console, Effect, Stream } from "effect"
import * as Organization from "./organization.ts"

const program = Effect.gen(function* () {
  const license = yield* LicenseService
  // Takes the first user who holds a license.
  const some = yield* license.users().pipe(
    Stream.filter((user) => user.licenses.length > 0),
    Stream.runHead,
    Effect.flatMap(Effect.fromOption)
  )

  const user = yield* license.getUser(some.id)
  for (const { description, id, permissions } of user.licenses) {
    yield* Console.log(
      `${user.id} holds ${id} (${description ?? "no description"}), with ${permissions?.ids.length ?? "unknown"} permissions`
    )
  }
})

program.pipe(Effect.provide(Organization.layer), NodeRuntime.runMain)
