/** What tests of the queue share: organizations on sockets, workers as processes, and what the database has. */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Plan, Planning } from "@genesys-license/admin"
import { GenesysTransport, LicenseService, OrganizationService } from "@genesys-license/client"
import { run } from "@genesys-license/cluster/command/Command"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Cause from "effect/Cause"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import * as Schedule from "effect/Schedule"
import { SqlClient } from "effect/sql/SqlClient"
import { mkdirSync, writeFileSync } from "node:fs"
import { folder } from "../cli/run.ts"
import * as Canary from "../support/Canary.ts"
import * as HeldServer from "../support/HeldServer.ts"
import * as Postgres from "../support/postgres.ts"
import * as Processes from "../support/processes.ts"

export const timeout = 240_000

const main = "packages/cluster/src/main.ts"

/** What a worker is given that waits for nobody: its locks last as long as they do by default. */
const calm = ["--poll", "200 millis", "--retry-after", "1 second"]

/** A worker that soon takes others for lost. With one slot it does not compete with itself, however slow the machine is. */
export const heir = ["--lock-expiration", "3 seconds", "--lock-refresh", "1 second", "--slots", "1"]

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

/** The command inside this process: all but a worker need no other one. */
const inProcess = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) {
  let stdout = ""
  let stderr = ""
  const exit = yield* run(args, "0.0.0").pipe(
    Effect.provide(Layer.merge(NodeServices.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))),
    Effect.provideService(Console.Console, {
      ...globalThis.console,
      log: (...parts: ReadonlyArray<unknown>) => void (stdout += `${parts.join(" ")}\n`),
      error: (...parts: ReadonlyArray<unknown>) => void (stderr += `${parts.join(" ")}\n`)
    }),
    Effect.exit
  )
  const exitCode = Exit.isSuccess(exit) ? 0 : Runtime.getErrorExitCode(Cause.squash(exit.cause))
  return { exitCode, stdout, stderr }
})

/** A plan that gives a license to the first users of an organization, in the folder of plans. */
export const planned = Effect.fnUntraced(function* ({ id, listed, organization }: Org, folder: string, users: number) {
  const url = new URL(listed.gateway)
  const services = Layer.mergeAll(LicenseService.layerTransport, OrganizationService.layerTransport).pipe(
    Layer.provide(
      GenesysTransport.layer({
        gateway: { protocol: "http", host: url.hostname, port: Number(url.port) },
        credentials: { _tag: "ClientCredentials", clientId: client.id, clientSecret: Redacted.make(client.secret) }
      })
    ),
    Layer.provide(UndiciHttpClient.layer)
  )
  const all = yield* organization.users
  const assignments = all
    .filter(({ licenses }) => !licenses.includes(given))
    .slice(0, users)
    .map(({ id }) => ({ userId: id, licenseId: given, state: "present" as const }))
  yield* Effect.gen(function* () {
    const me = yield* OrganizationService.use(({ me }) => me)
    const plan = yield* Planning.make({ assignments, exactly: [] }, { organization: { id: me.id, host: url.host } })
    mkdirSync(folder, { recursive: true })
    yield* Plan.save(`${folder}/${id}.json`, plan)
  }).pipe(Effect.provide(Layer.merge(services, NodeServices.layer)))
  const held = new Set(assignments.map(({ userId }) => userId))
  return {
    /** How many of the users hold the license now. */
    holders: Effect.map(
      organization.users,
      (users) => users.filter(({ id, licenses }) => held.has(id) && licenses.includes(given)).length
    )
  }
})

const given = "examplePremiumAppUserLicense"

/** Makes statements wait. */
export interface Barrier {
  /** Ends when a statement waits. */
  readonly reached: Effect.Effect<void>
  /** What waits fails, as if the crash of its process had come before. */
  readonly abort: Effect.Effect<void>
  /** Lets everything pass from now on. */
  readonly open: Effect.Effect<void>
}

/** Rows that are written into a table, and of which a condition is true, wait before they are. */
export const barrier = Effect.fnUntraced(function* (url: string, table: string, condition: string) {
  const connection = yield* Layer.build(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 }))
  const run = (text: string) =>
    Effect.orDie(
      Effect.provide(
        SqlClient.use((sql) => sql.unsafe<any>(text)),
        connection
      )
    )
  yield* run("SELECT pg_advisory_lock(7)")
  yield* run(
    "CREATE FUNCTION wait() RETURNS trigger AS 'BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END' LANGUAGE plpgsql"
  )
  yield* run(
    `CREATE TRIGGER barrier BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION wait()`
  )
  const waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
  const aborted = `SELECT pg_terminate_backend(pid, 10000) FROM (${waiting}) AS waiting`
  return {
    reached: Effect.asVoid(until(run(waiting), (rows) => rows.length > 0)),
    abort: Effect.asVoid(run(aborted)),
    open: Effect.asVoid(run("SELECT pg_advisory_unlock(7)"))
  } satisfies Barrier
})

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
  const command = (args: ReadonlyArray<string>) => inProcess(args, env)
  const rows = (text: string) => Effect.orDie(Postgres.query(url, text))
  return {
    at,
    list,
    env,
    url,
    command,
    rows,
    /** The command as a process that a test may kill. */
    start: (...args: ReadonlyArray<string>) => Processes.start(process.execPath, [main, ...args], { env }),
    /** Starts a worker, and waits until it is ready. */
    worker: Effect.fnUntraced(function* (args: ReadonlyArray<string> = [], own: Readonly<Record<string, string>> = {}) {
      const running = yield* Processes.start(process.execPath, [main, "worker", list, ...calm, ...args], {
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
