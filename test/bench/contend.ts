/**
 * The process of one contender: warms up on a small organization, does one task,
 * tells what it cost, and ends. So nobody's memory, garbage or compiled code is in
 * anybody else's figures.
 */
import type { Found, Open } from "./contenders/contender.ts"
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import type { Organization } from "./organization.ts"

const service = (http: () => Promise<Layer.Layer<HttpClient.HttpClient>>) => async () =>
  (await import("./contenders/service.ts")).open(await http())

/** Nobody loads what only another one needs. */
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
    /** 100 users a page unless told. */
    | { readonly _tag: "ReadAll"; readonly concurrency: number; readonly pageSize?: number }
    | { readonly _tag: "LookUp"; readonly userIds: ReadonlyArray<string> }
}

export interface Cost {
  readonly found: Found
  /** Of the whole process: JavaScript, garbage collection, compiler and kernel. */
  readonly cpuMillis: number
  readonly wallMillis: number
  /** The highest of the process, its start included. */
  readonly peakRssBytes: number
}

/** Pages that are read before anything is measured. */
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
    peakRssBytes: process.resourceUsage().maxRSS * 1024
  }
  await opened.close()
  return cost
}

process.on("disconnect", () => process.exit())
process.once("message", async (task) => {
  process.send?.(await run(task as Task))
})
