/**
 * Whether the client uses the rate limit in full and does not overrun it: one
 * client of an emulator on a socket, whose window is scaled down to 300 requests
 * in 6 seconds, over five full windows, with the client's default options.
 *
 * Ideal is what the limit allows: the fifth window opens 24 seconds after the first.
 * Not measured: latency of a network, and other clients of the same token.
 *
 *     pnpm bench
 */
import { LicenseService } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator"
import { Clock, Console, Effect } from "effect"
import * as Organization from "../../examples/organization.ts"

const requests = 300
const windowSeconds = 6
const windows = 5

const measure = (concurrency: number) =>
  Effect.gen(function* () {
    const license = yield* LicenseService
    const { journal } = yield* Emulator
    const began = yield* Clock.currentTimeMillis
    let lastWindow = began
    yield* Effect.forEach(
      Array.from({ length: requests * windows }),
      (_, n) =>
        Effect.andThen(
          license.getUsersPage({ pageNumber: 1, pageSize: 25 }),
          n === requests * (windows - 1)
            ? Effect.map(Clock.currentTimeMillis, (now) => (lastWindow = now))
            : Effect.void
        ),
      { concurrency, discard: true }
    )
    const refused = (yield* journal.requests).filter(({ status }) => status === 429).length
    const ideal = windowSeconds * (windows - 1)
    const took = (lastWindow - began) / 1000
    yield* Console.log(
      `${String(concurrency).padStart(3)} at a time: window 5 opened after ${took.toFixed(2)} s of ideal ${ideal} s, ` +
        `${((ideal / took) * 100).toFixed(1)} % of the limit used; ${refused} answers with 429`
    )
  }).pipe(Effect.provide(Organization.layerEmulator({ rateLimit: { requests, window: `${windowSeconds} seconds` } })))

console.log(`${requests} requests in ${windowSeconds} s, ${windows} windows`)
await Effect.runPromise(Effect.forEach([4, 50], measure, { discard: true }))
