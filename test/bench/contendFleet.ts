/**
 * The process of one contender with many organizations: does its task and reports the costs.
 * `fleet` is the command. `loop` is the program that a developer writes who needs only the
 * files.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Audit, FleetRun, People } from "@genesys-license/admin"
import { write } from "@genesys-license/admin/files/WholeFile"
import { run } from "genesys-license/Command"
// The command loads it when it is asked for, and loading is not what is measured.
import "genesys-license/commands/Fleet"
import { LicenseService, UserService } from "@genesys-license/client"
import { GenesysTransport } from "@genesys-license/client/GenesysTransport"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { peakRssBytes } from "./peak.ts"

export interface Task {
  readonly contender: "fleet" | "loop"
  readonly port: number
  readonly organizations: number
  readonly secret: string
  /** The file with the organizations. */
  readonly list: string
  /** The folder for the written files. */
  readonly folder: string
}

export interface Cost {
  readonly wallMillis: number
  readonly cpuMillis: number
  readonly peakRssBytes: number
  /** Sums over all written files. */
  readonly users: number
}

const parallel = FleetRun.defaults.concurrency

const loop = ({ folder, organizations, port, secret }: Task) =>
  Effect.forEach(
    Array.from({ length: organizations }, (_, n) => n),
    (n) => {
      const transport = GenesysTransport.layer({
        gateway: { protocol: "http", host: "127.0.0.1", port },
        credentials: { _tag: "ClientCredentials", clientId: `client-${n}`, clientSecret: Redacted.make(secret) }
      }).pipe(Layer.provide(UndiciHttpClient.layer))
      return Effect.gen(function* () {
        const people = yield* People.read({ concurrency: 4 })
        const audit = yield* Audit.run({ people, read: { concurrency: 4, order: "arrival" } })
        yield* write(join(folder, `org-${n}.json`), `${JSON.stringify(audit)}\n`)
      }).pipe(
        Effect.provide(
          Layer.mergeAll(LicenseService.layerTransport, UserService.layerTransport).pipe(Layer.provide(transport))
        )
      )
    },
    { concurrency: parallel, discard: true }
  )

/** Discards the line that the command prints for each organization. */
const quiet: Console.Console = { ...globalThis.console, error: () => {} }

const fleet = ({ folder, list }: Task) =>
  run(["fleet", "audit", list, "--output-dir", folder, "--output", join(folder, "fleet.json")]).pipe(
    Effect.provideService(Console.Console, quiet)
  )

const cost = async (task: Task): Promise<Cost> => {
  const began = performance.now()
  const before = process.cpuUsage()
  const work: Effect.Effect<void, unknown, NodeServices.NodeServices> =
    task.contender === "fleet" ? fleet(task) : loop(task)
  await Effect.runPromise(Effect.provide(work, NodeServices.layer))
  const { system, user } = process.cpuUsage(before)
  const wallMillis = performance.now() - began
  const files = readdirSync(task.folder).filter((name) => name.startsWith("org-"))
  return {
    wallMillis,
    cpuMillis: (user + system) / 1000,
    peakRssBytes: peakRssBytes(),
    users: files.reduce((sum, name) => sum + JSON.parse(readFileSync(join(task.folder, name), "utf8")).users, 0)
  }
}

process.on("disconnect", () => process.exit())
process.once("message", async (task) => {
  process.send?.(await cost(task as Task))
})
