/**
 * `LicenseService` is a layer like any other. Your own service asks for it, and does not
 * decide about regions, credentials or HTTP.
 */
import { NodeRuntime } from "@effect/platform-node"
import { type GenesysError, LicenseService } from "@genesys-license/client"
import { Console, Context, Effect, Layer, Stream } from "effect"
import * as Organization from "./organization.ts"

/** Who could give a seat back. */
class Seats extends Context.Service<
  Seats,
  { readonly holders: (licenseId: string) => Effect.Effect<ReadonlyArray<string>, GenesysError> }
>()("example/Seats") {
  static readonly layer = Layer.effect(
    Seats,
    Effect.gen(function* () {
      const license = yield* LicenseService
      return {
        holders: (licenseId) =>
          license.users().pipe(
            Stream.filter((user) => user.licenses.includes(licenseId)),
            Stream.map((user) => user.id),
            Stream.runCollect
          )
      }
    })
  )
}

const program = Effect.gen(function* () {
  const seats = yield* Seats
  const holders = yield* seats.holders("wallboardUser")
  yield* Console.log(`${holders.length} users hold wallboardUser`)
})

program.pipe(Effect.provide(Seats.layer.pipe(Layer.provide(Organization.layer))), NodeRuntime.runMain)
