/**
 * All users, page by page. The stream is lazy: who takes ten users reads one page.
 *
 * Beneath `users` are the pages: each tells how far the reading is, what moved in the
 * list meanwhile, and where to go on after it.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Drift, LicenseService, type PagePosition } from "@genesys-license/client"
import { Console, Effect, Option, Stream } from "effect"
import * as Organization from "./organization.ts"

/** Where an export has come to. A real one keeps it in a file, after it has written the users of the page. */
let checkpoint: PagePosition | undefined

const program = Effect.gen(function* () {
  const license = yield* LicenseService

  yield* license.users().pipe(
    Stream.take(10),
    Stream.runForEach((user) => Console.log(`${user.id}: ${user.licenses.join(", ") || "no license"}`))
  )

  // An export that is cut off after its first page ...
  yield* license.userPages().pipe(
    Stream.take(1),
    Stream.runForEach((page) => Effect.sync(() => (checkpoint = page.resumeFrom)))
  )

  // ... and goes on from there. `GenesysError` has a `resumeFrom` too.
  const last = yield* license.userPages({ resumeFrom: checkpoint }).pipe(
    Stream.tap(({ drift, pageNumber }) =>
      Console.log(`page ${pageNumber}: ${drift.users} of ${drift.total ?? "?"} users`)
    ),
    Stream.runLast
  )

  const { drift } = Option.getOrThrow(last)
  yield* Console.log(
    Drift.isStill(drift)
      ? `${drift.users} users`
      : `${drift.users} users, but the list has moved: ${drift.possiblyMissed} may be missing`
  )
})

program.pipe(Effect.provide(Organization.layer), NodeRuntime.runMain)
