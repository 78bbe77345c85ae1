/**
 * Checks that the client uses the whole rate limit and does not exceed it: one
 * client and an emulator on a socket, with the window reduced to 300 requests
 * in 6 seconds, over five full windows, with the client's default options.
 *
 * The ideal time follows from the limit: the fifth window opens 24 seconds after the first.
 */
import { LicenseService } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator"
import { Clock, Effect } from "effect"
import * as Organization from "../../examples/organization.ts"
import { type Measure, round } from "./report.ts"

const requests = 300
const windowSeconds = 6

const use = (windows: number) => (concurrency: number) =>
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
    return { concurrency, refused, seconds: (lastWindow - began) / 1000 }
  }).pipe(Effect.provide(Organization.layerEmulator({ rateLimit: { requests, window: `${windowSeconds} seconds` } })))

export const measure: Measure = async ({ quick }) => {
  const windows = quick ? 2 : 5
  const ideal = windowSeconds * (windows - 1)
  const used = await Effect.runPromise(Effect.forEach([4, 50], use(windows)))
  const share = (seconds: number) => (ideal / seconds) * 100
  return {
    title: `${requests} requests in ${windowSeconds} s allowed, ${windows} windows; once`,
    rows: used.map(({ concurrency, refused, seconds }) => ({
      "at a time": String(concurrency),
      "last window opened, s": round(seconds),
      "ideal, s": ideal,
      "limit used, %": round(share(seconds)),
      "answers with 429": refused
    })),
    targets: used.flatMap(({ concurrency, refused, seconds }) => [
      { what: `percent of the limit used, ${concurrency} at a time`, figure: share(seconds), bound: { atLeast: 97 } },
      { what: `answers with 429, ${concurrency} at a time`, figure: refused, bound: { atMost: 0 } }
    ]),
    notMeasured: "the latency of a network, and other clients of the same token."
  }
}
