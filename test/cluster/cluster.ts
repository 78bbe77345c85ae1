/** What tests of the queue share: organizations on sockets, workers as processes, and what the database has. */
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { writeFileSync } from "node:fs"
import { folder } from "../cli/run.ts"
import * as Canary from "../support/Canary.ts"
import * as HeldServer from "../support/HeldServer.ts"
import * as Postgres from "../support/postgres.ts"
import * as Processes from "../support/processes.ts"

export const timeout = 240_000

const main = "packages/cluster/src/main.ts"

/** Short, so that a lost worker is found while a test waits. */
export const short = [
  "--lock-expiration",
  "3 seconds",
  "--lock-refresh",
  "1 second",
  "--poll",
  "200 millis",
  "--retry-after",
  "1 second"
]

const client = { id: "00000000-0000-4000-8000-00000000f1ee", secret: Canary.clientSecret }

/** An organization on a socket, and how it is listed. */
export const organization = Effect.fnUntraced(function* (id: string, options: EmulatorOptions = {}) {
  const services = yield* Layer.build(
    HeldServer.HeldServer.layer({
      seed: id,
      users: 30,
      clients: [client],
      rateLimit: { requests: 999_999, window: "60 seconds" },
      ...options
    })
  )
  const { url } = yield* Effect.provide(Server, services)
  const { faults, journal, organization } = yield* Effect.provide(Emulator, services)
  const gate = yield* Effect.provide(HeldServer.HeldServer, services)
  return {
    id,
    listed: { id, gateway: url, clientId: client.id, secret: `SECRET_OF_${id.toUpperCase()}` },
    faults,
    gate,
    organization,
    /** How often an operation was asked for. */
    asked: (operation: string) =>
      Effect.map(journal.requests, (requests) => requests.filter((request) => request.operation === operation).length),
    requests: journal.requests
  }
})

export type Org = Effect.Success<ReturnType<typeof organization>>

/** Waits until something is so, which nothing tells. */
export const until = <A, E, R>(look: Effect.Effect<A, E, R>, isSo: (value: A) => boolean) =>
  Effect.repeat(look, { until: isSo, schedule: Schedule.spaced("20 millis") })

/** A folder with a list of organizations, and the command on a database. */
export const fleet = Effect.fnUntraced(function* (
  organizations: ReadonlyArray<Org>,
  database?: { readonly url: string }
) {
  const { url } = database ?? (yield* Postgres.database)
  const at = yield* folder
  const list = at("orgs.json")
  writeFileSync(list, JSON.stringify({ organizations: organizations.map(({ listed }) => listed) }))
  const env = {
    GENESYSLICENSE_DATABASE_URL: url,
    ...Object.fromEntries(organizations.map(({ listed: { secret } }) => [secret, client.secret]))
  }
  const command = (args: ReadonlyArray<string>, own: Readonly<Record<string, string>> = {}) =>
    Processes.run(process.execPath, [main, ...args], { env: { ...env, ...own } })
  const rows = (text: string) => Effect.orDie(Postgres.query(url, text))
  return {
    at,
    list,
    env,
    url,
    command,
    rows,
    /** Starts a worker, and waits until it is ready. */
    worker: Effect.fnUntraced(function* (args: ReadonlyArray<string> = [], own: Readonly<Record<string, string>> = {}) {
      const running = yield* Processes.start(process.execPath, [main, "worker", list, ...short, ...args], {
        env: { ...env, ...own }
      })
      yield* running.said(/is ready/)
      return running
    }),
    /** Submits, and returns the id of the run. */
    submit: Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
      const { exitCode, stderr, stdout } = yield* command(["submit", ...args])
      if (exitCode !== 0) return yield* Effect.die(new Error(stderr))
      return stdout.trim()
    }),
    /** Waits until a run has ended, and tells how it stands. */
    ended: Effect.fnUntraced(function* (run: string) {
      const { exitCode, stdout } = yield* command(["status", run, "--wait", "--format", "json"])
      return { exitCode, status: JSON.parse(stdout) }
    })
  }
})
