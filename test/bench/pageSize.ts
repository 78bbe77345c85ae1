/**
 * The effect of the page size for a large organization: 100,000 users with the real limit of
 * 300 requests a minute, and the default options of the client. One server accepts pages of
 * 500. The other one refuses pages of more than 100, which means three minutes of waiting. To save
 * time, its window is a tenth of a minute.
 */
import { LicenseService } from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Clock, Effect, Stream } from "effect"
import * as Organization from "../../examples/organization.ts"
import { type Measure, round } from "./report.ts"

const limit = 300
/** The factor by which the window is shorter with small pages. */
const scale = 10

const read = (options: EmulatorOptions & { readonly users: number }) =>
  Effect.gen(function* () {
    const license = yield* LicenseService
    const { journal } = yield* Emulator
    const began = yield* Clock.currentTimeMillis
    const found = yield* Stream.runCount(license.users())
    if (found !== options.users) throw new Error(`The client found ${found} of ${options.users} users`)
    const seconds = ((yield* Clock.currentTimeMillis) - began) / 1000
    const requests = (yield* journal.requests).filter(({ operation }) => operation === "getLicenseUsers")
    return { requests: requests.length, refused: requests.filter(({ status }) => status === 429).length, seconds }
  }).pipe(Effect.provide(Organization.layerEmulator(options)))

export const measure: Measure = async ({ quick }) => {
  const users = quick ? 10_000 : 100_000
  const large = await Effect.runPromise(read({ users, rateLimit: { requests: limit, window: "1 minute" } }))
  const small = await Effect.runPromise(
    read({
      users,
      rateLimit: { requests: limit, window: `${60 / scale} seconds` },
      faults: [
        {
          operation: "getLicenseUsers",
          query: { pageSize: "500" },
          fault: { type: "status", status: 400, code: "response.entity.too.large" }
        }
      ]
    })
  )
  const row = (server: string, seconds: number, { refused, requests }: typeof large) => ({
    server,
    requests,
    "answers with 429": refused,
    "s at the real limit": round(seconds)
  })
  // The first request of the last window cannot be sent before this time.
  const least = (Math.ceil(users / 100 / limit) - 1) * 60
  return {
    title: `${users.toLocaleString("en")} users at ${limit} requests a minute, the page size found by the client; once`,
    rows: [
      row("takes 500 a page", large.seconds, large),
      row(`takes 100 a page (window of ${60 / scale} s, times ${scale})`, small.seconds * scale, small)
    ],
    targets: [
      { what: `seconds at ${limit} requests a minute`, figure: large.seconds, bound: { atMost: 10 } },
      {
        what: "requests beyond a page for 100 users, where the server takes no more",
        figure: small.requests - users / 100,
        bound: { atMost: 3 }
      },
      {
        what: `seconds there, of which ${least} are waiting for the windows`,
        figure: small.seconds * scale,
        bound: { atMost: Math.max(10, least * 1.05) }
      },
      { what: "answers with 429", figure: large.refused + small.refused, bound: { atMost: 0 } }
    ],
    notMeasured: "the latency of a network, and the page size that the real API accepts, which is not documented."
  }
}
