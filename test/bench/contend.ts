/**
 * The process of one contender: warms up with a small organization, does one task, reports
 * the costs, and exits. So the memory, garbage and compiled code of one contender do not
 * affect the figures of another.
 */
import type { Found, Open } from "./contenders/contender.ts"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import type { Organization } from "./organization.ts"
import { peakRssBytes } from "./peak.ts"

const service = (http: () => Promise<Layer.Layer<HttpClient.HttpClient>>) => async () =>
  (await import("./contenders/service.ts")).open(await http())

/** Imported on demand, so that a contender does not load the modules of another. */
const contenders = {
  "official SDK": async () => (await import("./contenders/officialSdk.ts")).open,
  "undici + JSON.parse": async () => (await import("./contenders/undici.ts")).open,
  LicenseService: service(async () => (await import("@genesys-license/undici/UndiciHttpClient")).layer),
  "LicenseService on layerUndici": service(
    async () => (await import("@effect/platform-node/NodeHttpClient")).layerUndici
  ),
  "LicenseService on fetch": service(async () => (await import("effect/http/FetchHttpClient")).layer)
} satisfies Record<string, () => Promise<Open>>

export type Contender = keyof typeof contenders

export interface Task {
  readonly contender: Contender
  readonly port: number
  readonly organization: Organization
  readonly work:
    /** Users in a page (default: 100). */
    | { readonly _tag: "ReadAll"; readonly concurrency: number; readonly pageSize?: number }
    | { readonly _tag: "LookUp"; readonly userIds: ReadonlyArray<string> }
}

export interface Cost {
  readonly found: Found
  /** Processor time of the whole process: JavaScript, garbage collection, compiler and kernel. */
  readonly cpuMillis: number
  readonly wallMillis: number
  /** Peak memory of the process, including its start. */
  readonly peakRssBytes: number
}

/** Number of pages that are read before the measurement. */
const warmUp = 500

const run = async ({ contender, organization, port, work }: Task): Promise<Cost> => {
  const open = await contenders[contender]()
  const isReading = work._tag === "ReadAll"
  const pageSize = isReading ? (work.pageSize ?? 100) : 0
  if (isReading) {
    const rehearsal = await open(port, { users: warmUp * pageSize, latencyMillis: 0 })
    await rehearsal.readAll(work.concurrency, pageSize)
    await rehearsal.close()
  }
  const opened = await open(port, organization)
  const began = performance.now()
  const before = process.cpuUsage()
  const found = isReading ? await opened.readAll(work.concurrency, pageSize) : await opened.lookUp(work.userIds)
  const { system, user } = process.cpuUsage(before)
  const cost: Cost = {
    found,
    cpuMillis: (user + system) / 1000,
    wallMillis: performance.now() - began,
    peakRssBytes: peakRssBytes()
  }
  await opened.close()
  return cost
}

process.on("disconnect", () => process.exit())
process.once("message", async (task) => {
  process.send?.(await run(task as Task))
})
