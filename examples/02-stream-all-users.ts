/**
 * All users, page by page. The stream is lazy: who takes ten users reads one page.
 */
import { NodeRuntime } from "@effect/platform-node"
import { LicenseService } from "@genesys-license/client"
import { Console, Effect, Stream } from "effect"
import * as Organization from "./organization.ts"

const program = Effect.gen(function* () {
  const license = yield* LicenseService

  yield* license.users().pipe(
    Stream.take(10),
    Stream.runForEach((user) => Console.log(`${user.id}: ${user.licenses.join(", ") || "no license"}`))
  )

  const users = yield* license.users({ concurrency: 4 }).pipe(Stream.runCount)
  yield* Console.log(`${users} users`)
})

program.pipe(Effect.provide(Organization.layer), NodeRuntime.runMain)
