/**
 * Audits organizations as entities of an Effect cluster, for a program that has a cluster
 * already. An organization is one entity, so only one runner works on it at a time. An audit
 * is a persisted message: if its runner is lost, another one does it.
 *
 * Without GENESYSLICENSE_DATABASE_URL the cluster is this process, and lives in memory.
 */
import { NodeClusterSocket, NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import * as Audit from "@genesys-license/admin/look/Audit"
import { GenesysTransport, LicenseService } from "@genesys-license/client"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import { Config, Console, Effect, Layer, LayerMap, Option, Schema } from "effect"
import { ClusterSchema, Entity, TestRunner } from "effect/cluster"
import { Rpc } from "effect/rpc"

/** The organizations of this example, each in an emulator. Yours come from your configuration. */
const organizations: Readonly<Record<string, EmulatorOptions>> = {
  acme: { seed: "acme", users: 400 },
  globex: { seed: "globex", users: 700 },
  initech: { seed: "initech", users: 250 }
}

/** One transport for each organization, and so one token and one rate limit. It is closed when nobody uses it. */
class Organizations extends LayerMap.Service<Organizations>()("Organizations", {
  lookup: (id: string) =>
    LicenseService.layerTransport.pipe(
      Layer.provide(
        Layer.unwrap(
          Effect.gen(function* () {
            const { host, port } = yield* Server
            const { oauth } = yield* Emulator
            return GenesysTransport.layer({
              gateway: { protocol: "http", host, port },
              credentials: { _tag: "ClientCredentials", ...oauth.credentials }
            })
          })
        )
      ),
      Layer.provide([NodeHttpClient.layerUndici, Layer.fresh(Server.layer(organizations[id]))])
    ),
  idleTimeToLive: "30 seconds"
}) {}

/** What an audit replies. It is stored, so it is short, and has names of licenses only. */
const Counted = Schema.Struct({ users: Schema.Int, unlicensed: Schema.Int, mostCommon: Schema.String })

/** An error is a final reply too. Only what no repetition can change belongs here; the rest is a defect, and is tried again. */
class Refused extends Schema.TaggedError<Refused>()("Refused", { message: Schema.String }) {}

const Organization = Entity.make("Organization", [
  Rpc.make("audit", {
    payload: { night: Schema.String },
    success: Counted,
    error: Refused,
    // Two messages of one night are one audit.
    primaryKey: ({ night }) => night
  }).annotate(ClusterSchema.Persisted, true)
])

const entities = Organization.toLayer(
  Effect.gen(function* () {
    const { entityId } = yield* Entity.CurrentAddress
    const audit = Effect.gen(function* () {
      const { licenses, unlicensed, users } = yield* Audit.run({ read: { concurrency: 4 } })
      return { users, unlicensed, mostCommon: licenses[0]?.licenseId ?? "none" }
    })
    return {
      audit: () =>
        audit.pipe(
          Effect.provide(Organizations.get(entityId)),
          Effect.catch((error) =>
            error._tag === "GenesysError" && !error.isRetryable
              ? Effect.fail(new Refused({ message: error.message }))
              : Effect.die(error)
          )
        )
    }
  }),
  { maxIdleTime: "1 minute" }
)

const program = Effect.gen(function* () {
  const organization = yield* Organization.client
  const night = new Date().toISOString().slice(0, 10)
  yield* Effect.forEach(
    Object.keys(organizations),
    (id) =>
      Effect.flatMap(organization(id).audit({ night }), ({ mostCommon, unlicensed, users }) =>
        Console.log(`${id}: ${users} users, ${unlicensed} without a license, most hold ${mostCommon}`)
      ),
    { concurrency: "unbounded" }
  )
})

const cluster = Layer.unwrap(
  Effect.map(Config.option(Config.Redacted("GENESYSLICENSE_DATABASE_URL")), (url) =>
    Option.isNone(url)
      ? TestRunner.layer
      : // Each process of the cluster listens on a port that the others can reach; see `ShardingConfig`.
        NodeClusterSocket.layer().pipe(Layer.provide(PgClient.layer({ url: url.value, maxConnections: 8 })))
  )
)

program.pipe(
  Effect.provide(entities.pipe(Layer.provideMerge(cluster), Layer.provide(Organizations.layer))),
  NodeRuntime.runMain
)
