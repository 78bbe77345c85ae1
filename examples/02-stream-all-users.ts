/**
 * Reads all users, page by page. The stream is lazy: a program that takes ten users reads one page.
 *
 * `userPages` has the pages: each says how far the reading is, how the list changed
 * meanwhile, and where to resume after it.
 */
import { NodeRuntime } from "@effect/platform-node"
import { Drift, LicenseService, type PagePosition } from "@genesys-license/client"
import { Console, Effect, Option, Stream } from "effect"
import * as Organization from "./organization.ts"

/** The position of an export. A real one saves it in a file, after it has written the users of the page. */
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

  // ... and resumes there. `GenesysError` has a `resumeFrom`, too.
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
