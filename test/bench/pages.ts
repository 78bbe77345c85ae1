/**
 * How fast pages of 100 users are read, in one process against one local server:
 * `LicenseService`, the official SDK, and undici with `JSON.parse` as the floor.
 *
 * Not measured: the network, TLS, the login, and the rate limit, which in earnest
 * allows 5 requests a second and makes all three equally fast. What is left is the
 * processor time that a client costs its program.
 *
 *     pnpm bench
 */
import { NodeHttpClient } from "@effect/platform-node"
import { LicenseService } from "@genesys-license/client"
import { Effect, Layer, ManagedRuntime, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"
import { fork } from "node:child_process"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Pool } from "undici"

const rounds = 5
const pages = 300
const concurrency = 4

if (process.argv[2] === "serve") {
  const entities = Array.from({ length: 100 }, (_, n) => ({
    id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
    licenses: n % 3 === 0 ? ["cloudCX2", "gc2WEMupgrade"] : ["cloudCX3"],
    selfUri: `/api/v2/license/users/00000000-0000-4000-8000-${String(n).padStart(12, "0")}`
  }))
  const page = JSON.stringify({ entities, pageSize: 100, pageNumber: 1, total: 100, pageCount: 1 })
  const token = JSON.stringify({ access_token: "token", token_type: "bearer", expires_in: 86_400 })
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader("content-type", "application/json")
    response.end(request.url === "/oauth/token" ? token : page)
  })
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
} else {
  const server = fork(import.meta.filename, ["serve"])
  const [port] = (await once(server, "message")) as [number]
  try {
    await measure(port)
  } finally {
    server.kill()
  }
}

async function measure(port: number) {
  const readers = [
    await undici(port),
    await officialSdk(port),
    await service(port, "undici"),
    await service(port, "fetch")
  ]
  const cpu = new Map(readers.map(({ name }) => [name, [] as Array<number>]))
  for (let round = 0; round <= rounds; round++) {
    for (const { name, read } of readers) {
      const before = process.cpuUsage()
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          for (let n = 0; n < pages / concurrency; n++) {
            if ((await read()) !== 100) throw new Error(`${name} did not read 100 users`)
          }
        })
      )
      const { system, user } = process.cpuUsage(before)
      // The first round warms up.
      if (round > 0) cpu.get(name)!.push((user + system) / 1000 / pages)
    }
  }
  const median = (values: ReadonlyArray<number>) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
  const sdk = median(cpu.get("official SDK")!)
  console.log(`CPU per page of 100 users, median of ${rounds} rounds of ${pages} pages, ${concurrency} at a time\n`)
  for (const [name, values] of cpu) {
    const value = median(values)
    console.log(
      `${name.padEnd(28)} ${value.toFixed(3).padStart(7)} ms   ${(value / sdk).toFixed(2)} × the official SDK`
    )
  }
  for (const { close } of readers) await close()
}

async function undici(port: number) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: concurrency })
  return {
    name: "undici + JSON.parse",
    read: async () => {
      const { body } = await pool.request({ method: "GET", path: "/api/v2/license/users?pageSize=100&pageNumber=1" })
      return ((await body.json()) as { entities: ReadonlyArray<unknown> }).entities.length
    },
    close: () => pool.close()
  }
}

async function officialSdk(port: number) {
  const { default: platform } = await import("purecloud-platform-client-v2")
  const client = platform.ApiClient.instance
  client.config.live_reload_config = false
  client.setGateway({ protocol: "http", host: "127.0.0.1", port })
  await client.loginClientCredentialsGrant("id", "secret")
  const api = new platform.LicenseApi()
  return {
    name: "official SDK",
    read: async () => (await api.getLicenseUsers({ pageSize: 100, pageNumber: 1 })).entities?.length,
    close: async () => {}
  }
}

async function service(port: number, transport: "undici" | "fetch") {
  const runtime = ManagedRuntime.make(
    LicenseService.layer({
      gateway: { protocol: "http", host: "127.0.0.1", port },
      credentials: { _tag: "ClientCredentials", clientId: "id", clientSecret: Redacted.make("secret") },
      rateLimit: { limit: 1_000_000, window: "1 minute" }
    }).pipe(Layer.provide(transport === "fetch" ? FetchHttpClient.layer : NodeHttpClient.layerUndici))
  )
  const license = await runtime.runPromise(LicenseService)
  return {
    name: `LicenseService on ${transport}`,
    read: () =>
      runtime.runPromise(
        Effect.map(license.getUsersPage({ pageNumber: 1, pageSize: 100 }), (page) => page.entities.length)
      ),
    close: () => runtime.dispose()
  }
}
