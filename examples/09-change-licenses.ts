/**
 * Gives and takes any number of licenses in one call, and shows the outcome of each
 * change: `Done`, `Refused`, `Unknown` or `NotSent`.
 *
 * It always uses the emulator, even if the environment names an organization: an example
 * must not change what people hold.
 */
import { NodeRuntime } from "@effect/platform-node"
import { AssignmentOutcome, LicenseService } from "@genesys-license/client"
import { Array, Console, Effect, Stream } from "effect"
import * as Organization from "./organization.ts"

const describe = AssignmentOutcome.match({
  Done: ({ change, licenseId, userId }) =>
    `${userId} ${change === "add" ? "now holds" : "no longer holds"} ${licenseId}`,
  Refused: ({ error, licenseId, result, userId }) => `${licenseId} of ${userId}: ${result ?? error?.message}`,
  // The answer was lost, or its meaning is unknown: read the user back before you send the change again.
  Unknown: ({ licenseId, userId }) => `${licenseId} of ${userId} has to be read back`,
  NotSent: ({ error, licenseId, userId }) => `${licenseId} of ${userId} is as it was: ${error.message}`
})

const program = Effect.gen(function* () {
  const license = yield* LicenseService
  const moving = yield* license.users().pipe(
    Stream.filter(({ licenses }) => licenses.includes("cloudCX2")),
    Stream.map(({ id }) => id),
    Stream.take(250),
    Stream.runCollect
  )

  // 501 changes: six requests, of 100 changes at most.
  const outcomes = yield* license.updateAssignments([
    { licenseId: "cloudCX3", userIdsAdd: [...moving, "nobody"], userIdsRemove: [] },
    { licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: moving }
  ])
  const byTag = Array.groupBy(outcomes, ({ _tag }) => _tag)
  yield* Console.log(describe(outcomes[0]!))
  yield* Console.log(`and ${(byTag.Done?.length ?? 0) - 1} more`)
  for (const outcome of byTag.Refused ?? []) yield* Console.log(describe(outcome))

  // Read back the users whose outcome is unknown.
  const unknown = new Set(byTag.Unknown?.map(({ userId }) => userId))
  for (const [userId, licenses] of yield* license.getUsers(unknown)) yield* Console.log(`${userId}: ${licenses.join()}`)
})

program.pipe(
  Effect.provide(Organization.layerEmulator({ users: 2_000 })),
  // Wrong credentials, a missing permission, or no connection: nothing was changed.
  Effect.catchTag("GenesysError", (error) => Console.error(error.message)),
  NodeRuntime.runMain
)
