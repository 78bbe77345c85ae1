/**
 * The jobs of `genesys-license fleet` on a queue in Postgres.
 *
 * @module
 */
export * as ClusterError from "./ClusterError.ts"
export * as Database from "./database/Database.ts"
export * as Job from "./jobs/Job.ts"
export * as Jobs from "./jobs/Jobs.ts"
export * as JournalSql from "./database/JournalSql.ts"
export * as Lease from "./database/Lease.ts"
export * as LimitStore from "./database/LimitStore.ts"
export * as Nightly from "./worker/Nightly.ts"
export * as Runs from "./jobs/Runs.ts"
export * as Settings from "./database/Settings.ts"
export * as Worker from "./worker/Worker.ts"
