/**
 * The Postgres database that all workers share: its address and its tables.
 *
 * Effect makes the table of the queue. No table contains a secret.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Environment from "@genesys-license/client/Environment"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PersistedQueue from "effect/persistence/PersistedQueue"
import * as Redacted from "effect/Redacted"
import * as Migrator from "effect/sql/Migrator"
import * as SqlClient from "effect/sql/SqlClient"
import { DatabaseFailed, DatabaseNotNamed } from "../ClusterError.ts"
import type { Settings } from "./Settings.ts"

/** The variable with the URL of the database. The URL may contain a password, so it is never an argument. */
export const variable = "GENESYSLICENSE_DATABASE_URL"

/** Reads the URL from the environment. */
export const url: Effect.Effect<Redacted.Redacted, DatabaseNotNamed | GenesysError> = Effect.gen(function* () {
  const value = yield* Environment.variable(variable)
  if (value === undefined) return yield* new DatabaseNotNamed({ variable, problem: "is not set" })
  const isUrl = URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol)
  if (!isUrl) return yield* new DatabaseNotNamed({ variable, problem: "is not a postgres:// URL" })
  return Redacted.make(value)
})

/** Connects to the database that the environment names, and makes its tables. */
export const layer = ({
  maxConnections
}: {
  readonly maxConnections: number
}): Layer.Layer<SqlClient.SqlClient, DatabaseFailed | DatabaseNotNamed | GenesysError> =>
  Layer.unwrap(
    Effect.map(url, (url) =>
      Layer.provideMerge(
        tables,
        PgClient.layer({ url, maxConnections, applicationName: "genesys-license-cluster", maxMessageSize })
      ).pipe(Layer.catch((error) => Layer.effectContext(Effect.fail(failed(error)))))
    )
  )

/** A compressed snapshot of a million users takes 30 MB. */
const maxMessageSize = 256 * 1024 * 1024

/** Turns an error of the database into one for people. */
export const failed = (error: unknown): DatabaseFailed => new DatabaseFailed({ problem: problemOf(error) })

/** The innermost message, which says most. It never contains the password. */
export const problemOf = (error: unknown): string => {
  let problem = ""
  for (let inner: unknown = error; inner instanceof Error; inner = "reason" in inner ? inner.reason : inner.cause) {
    if (inner.message !== "") problem = inner.message
  }
  return (problem === "" ? Cause.pretty(Cause.die(error)) : problem).split("\n")[0]!.replace(/\.$/, "")
}

/** The names of the tables. */
export const names = {
  queue: "genesys_license_queue",
  jobs: "genesys_license_jobs",
  plans: "genesys_license_plans",
  leases: "genesys_license_leases",
  journals: "genesys_license_journals",
  limits: "genesys_license_limits"
} as const

const migrations = Migrator.fromRecord({
  "0001_create_tables": Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`CREATE TABLE ${sql(names.jobs)} (
      run TEXT NOT NULL,
      org TEXT NOT NULL,
      kind TEXT NOT NULL,
      job TEXT,
      round INTEGER NOT NULL DEFAULT 1,
      state TEXT NOT NULL DEFAULT 'waiting',
      entry TEXT,
      body BYTEA,
      submitted_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
      ended_at TIMESTAMPTZ,
      PRIMARY KEY (run, org, kind)
    )`
    yield* sql`CREATE INDEX ON ${sql(names.jobs)} (org, ended_at) WHERE kind = 'snapshot'`
    yield* sql`CREATE TABLE ${sql(names.plans)} (
      plan TEXT PRIMARY KEY,
      body TEXT NOT NULL,
      submitted_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
    )`
    yield* sql`CREATE TABLE ${sql(names.leases)} (
      org TEXT PRIMARY KEY,
      session TEXT NOT NULL,
      job TEXT NOT NULL,
      worker TEXT NOT NULL,
      since TIMESTAMPTZ NOT NULL,
      expires TIMESTAMPTZ NOT NULL
    )`
    yield* sql`CREATE TABLE ${sql(names.journals)} (
      plan TEXT NOT NULL,
      line BIGSERIAL,
      session TEXT NOT NULL,
      number INTEGER NOT NULL,
      entry TEXT NOT NULL,
      PRIMARY KEY (plan, session, number)
    )`
  })
})

const tables = Layer.effectDiscard(Migrator.make({})({ loader: migrations, table: "genesys_license_migrations" }))

/** The queue, in the database in the context. */
export const layerQueue = ({ lockExpiration, lockRefresh, poll }: Settings) =>
  Layer.provideMerge(
    PersistedQueue.layer,
    PersistedQueue.layerStoreSql({
      tableName: names.queue,
      pollInterval: poll,
      lockRefreshInterval: lockRefresh,
      lockExpiration
    })
  ).pipe(Layer.catch((error) => Layer.effectContext(Effect.fail(failed(error)))))
