/**
 * The server for all contenders. It is as cheap as possible in Node: it creates each body once.
 * Its processor time is in no figure.
 *
 * It serves any number of organizations. The path contains their sizes and latencies (see
 * `Organization`). Every answer has the same headers as on the platform: those of the rate
 * limit, which is never reached here, and a correlation id.
 */
import { randomUUID } from "node:crypto"
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout } from "node:timers/promises"
import { held, pathPrefix } from "./organization.ts"

const headers = {
  "content-type": "application/json",
  "inin-correlation-id": randomUUID(),
  "inin-ratelimit-allowed": "100000000",
  "inin-ratelimit-count": "1",
  "inin-ratelimit-reset": "60"
}

const path = "/api/v2/license/users"

const memo = (write: (key: string) => unknown) => {
  const written = new Map<string, Buffer>()
  return (key: string) => {
    const body = written.get(key) ?? Buffer.from(JSON.stringify(write(key)))
    written.set(key, body)
    return body
  }
}

/** By number of users, page size and page number. */
const page = memo((key) => {
  const [users, pageSize, pageNumber] = key.split(" ").map(Number) as [number, number, number]
  const length = Math.max(0, Math.min(pageSize, users - (pageNumber - 1) * pageSize))
  const entities = Array.from({ length }, (_, n) => {
    const id = randomUUID()
    return { id, licenses: held[n % held.length], selfUri: `${path}/${id}` }
  })
  return { entities, pageSize, pageNumber, total: users, pageCount: Math.ceil(users / pageSize) }
})

const one = memo((id) => ({ id, licenses: [{ id: "cloudCX3", description: "Genesys Cloud CX 3" }] }))

const token = Buffer.from(JSON.stringify({ access_token: "token", token_type: "bearer", expires_in: 86_400 }))

/** The number of requests to the License API, by the path of the organization. */
const requests = new Map<string, number>()

const send = (response: ServerResponse, body: Buffer, latencyMillis: number) => {
  const end = () => response.writeHead(200, { ...headers, "content-length": body.byteLength }).end(body)
  return latencyMillis === 0 ? end() : setTimeout(latencyMillis).then(end)
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url!, "http://127.0.0.1")
  if (url.pathname === "/oauth/token") {
    request.resume()
    return send(response, token, 0)
  }
  const [prefix, users, latencyMillis] = pathPrefix.exec(url.pathname) ?? []
  const rest = url.pathname.slice(prefix?.length)
  if (prefix === undefined || !rest.startsWith(path)) return response.writeHead(404).end()
  requests.set(prefix, (requests.get(prefix) ?? 0) + 1)
  if (request.method === "POST") {
    const ids = JSON.parse(Buffer.concat(await request.toArray()).toString()) as ReadonlyArray<string>
    const answer = Object.fromEntries(ids.map((id, n) => [id, { licenses: held[n % held.length] }]))
    return send(response, Buffer.from(JSON.stringify(answer)), Number(latencyMillis))
  }
  if (rest !== path) return send(response, one(rest.slice(path.length + 1)), Number(latencyMillis))
  const { pageNumber = "1", pageSize = "25" } = Object.fromEntries(url.searchParams)
  return send(response, page(`${users} ${pageSize} ${pageNumber}`), Number(latencyMillis))
})

process.on("message", (prefix: string) => {
  process.send?.(requests.get(prefix) ?? 0)
  requests.delete(prefix)
})
process.on("disconnect", () => process.exit())
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
