/**
 * Shows names beside licenses. Two services share one transport, and so one token and one
 * rate limit.
 */
import { NodeRuntime } from "@effect/platform-node"
import { LicenseService, UserService } from "@genesys-license/client"
import { Console, Effect, Layer, Stream } from "effect"
import * as Organization from "./organization.ts"

const program = Effect.gen(function* () {
  const license = yield* LicenseService
  const users = yield* UserService

  const holders = yield* license.users().pipe(
    Stream.filter((user) => user.licenses.includes("cloudCX3")),
    Stream.take(5),
    Stream.runCollect
  )
  const people = yield* users.byId(
    holders.map(({ id }) => id),
    { expand: ["dateLastLogin"] }
  )
  for (const { id } of holders) {
    const person = people.get(id)
    // Absent does not mean "never": users with single sign-on may have no date here.
    const lastLogin = person?.dateLastLogin ?? "no login known"
    yield* Console.log(`${person?.name ?? id} (${person?.department ?? "no department"}): ${lastLogin}`)
  }
})

program.pipe(
  Effect.provide(UserService.layerTransport.pipe(Layer.provideMerge(Organization.layer))),
  NodeRuntime.runMain
)
