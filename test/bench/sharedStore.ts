/**
 * Checks that processes that share a token use its whole rate limit and do not exceed
 * it: four processes start at the same time, with one store of Effect's rate limiter and an emulator in
 * this process, whose limit is 300 requests in 20 seconds. The store is Redis if
 * there is a `redis-server`. Otherwise this process serves a store over a loopback socket.
 *
 * The ideal time follows from the limit: the fourth window opens 60 seconds after the first.
 */
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Redis from "../support/redis.ts"
import { converse } from "./processes.ts"
import { type Measure, round } from "./report.ts"
import type { Done, Task } from "./sharedStoreClient.ts"
import * as SocketStore from "./socketStore.ts"

const processes = 4
const concurrency = 8
const requests = 300
/** How long the last window is observed. */
const lastSeconds = 4

export const measure: Measure = async ({ quick }) => {
  const windows = quick ? 2 : 4
  const windowSeconds = quick ? 6 : 20
  const ideal = windowSeconds * (windows - 1)
  const { done, journal, store } = await Effect.runPromise(
    use(ideal + lastSeconds).pipe(
      Effect.provide(Server.layer({ rateLimit: { requests, window: `${windowSeconds} seconds` } })),
      Effect.scoped
    )
  )
  const refused = journal.filter(({ status }) => status === 429).length
  const admitted = journal.filter(({ status }) => status === 200)
  const opened = admitted.map(({ at }) => at).toSorted((a, b) => a - b)
  const lastOpened = (opened[requests * (windows - 1)]! - opened[0]!) / 1000
  const answered = (admitted.length / (requests * windows)) * 100
  const used = (ideal / lastOpened) * 100
  const cpu = done.map(({ cpuMillis }) => cpuMillis / 1000)
  return {
    title:
      `${requests} requests in ${windowSeconds} s allowed to ${processes} processes with one token, ${concurrency} at a time each, ` +
      `over ${store}; ${windows} windows, once`,
    rows: [
      {
        processes,
        "answers of those allowed, %": round(answered),
        "last window opened, s": round(lastOpened),
        "ideal, s": ideal,
        "limit used, %": round(used),
        "answers with 429": refused,
        "answers each": done.map(({ served }) => served).join(", "),
        "CPU s each, at most": round(Math.max(...cpu))
      }
    ],
    targets: [
      { what: "percent of the limit used", figure: used, bound: { atLeast: 99 } },
      { what: "percent of the answers that the windows allowed", figure: answered, bound: { atLeast: 99 } },
      { what: "answers with 429", figure: refused, bound: { atMost: 0 } }
    ],
    notMeasured:
      "the latency of a network, to the API or to the store, processes that begin one after the other (see the tests), and " +
      "a token for each process."
  }
}

const use = Effect.fnUntraced(function* (seconds: number) {
  const { port } = yield* Server
  const { journal, oauth } = yield* Emulator
  const token = Redacted.value(yield* oauth.issue())
  const store = Redis.isHere
    ? { _tag: "Redis" as const, port: yield* Redis.make }
    : { _tag: "Socket" as const, port: yield* SocketStore.serve }
  const task: Task = { port, token, store, concurrency, seconds }
  const done = yield* Effect.promise(async () => {
    const clients = Array.from({ length: processes }, () => converse("sharedStoreClient.ts"))
    // All processes connect to the store before one of them starts.
    const inStep = <A>(message: string | object) => Promise.all(clients.map(({ ask }) => ask<A>(message)))
    try {
      await Promise.all(clients.map(({ next }) => next()))
      await inStep(task)
      return await inStep<Done>("begin")
    } finally {
      await Promise.all(clients.map(({ close }) => close()))
    }
  })
  const operations = (yield* journal.requests).filter(({ operation }) => operation === "getLicenseUsers")
  return { done, journal: operations, store: Redis.isHere ? "Redis" : "a store on a socket" }
})
