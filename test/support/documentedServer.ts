/**
 * A second implementation of the License API, written by hand from its documentation. It
 * shares no code with the packages, because a mistake in their contract would otherwise be
 * on both sides of the wire and stay hidden.
 *
 * It is a minimal server on purpose. It sends no rate limit headers, leaves out
 * all fields that the documentation does not require, sometimes sends `null`, and
 * adds undocumented fields.
 *
 * @see https://developer.genesys.cloud/organization/license-apis
 */
import { createServer, type IncomingMessage } from "node:http"
import { mark } from "./Canary.ts"

/** A received request. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: string
}

export interface DocumentedServer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly asked: ReadonlyArray<Asked>
}

export const clientId = "b9a5c0de-1111-4222-8333-444455556666"
export const clientSecret = `${mark}~s3cr3t-of-the_documented.server`
export const token = `${mark}_0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ`

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [name: string]: Json }

/** Nobody holds `collaborate`. Users hold `hourlyRetired`, which has no definition. */
const permissionsOf: Readonly<Record<string, ReadonlyArray<string>>> = {
  cloudCX1: ["routing:queue:member", "conversation:call:accept"],
  collaborate: ["chat:chat:access"],
  gc1WEMupgrade: ["wfm:agentSchedule:view"]
}

/** A definition is incomplete in the list, and complete by its id. */
const skinny = (id: string) => ({ id, description: null, productLine: "not documented", selfUri: definitionUri(id) })
const whole = (id: string) => ({
  id,
  permissions: { ids: permissionsOf[id] ?? [], count: permissionsOf[id]?.length ?? 0 },
  prerequisites: id === "gc1WEMupgrade" ? [{ id: "cloudCX1", selfUri: definitionUri("cloudCX1") }] : null,
  comprises: id === "cloudCX1" ? [{ id: "collaborate" }] : []
})
const definitionUri = (id: string) => `/api/v2/license/definitions/${id}`

/** The licenses of the users, in turn. `undefined` is a missing field. */
const holdings: ReadonlyArray<ReadonlyArray<string> | null | undefined> = [
  undefined,
  null,
  ["cloudCX1"],
  ["cloudCX1", "hourlyRetired"],
  ["gc1WEMupgrade", "cloudCX1"],
  [],
  ["cloudCX1"]
]

/** With this number, the last page is neither full nor empty for all usual page sizes. */
export const userCount = 130

/** The id of a user, by a number from 0. */
export const userId = (index: number) => `5eed0000-0000-4000-8000-${String(index).padStart(12, "0")}`

const roles: Readonly<Record<string, string>> = { agent: "cloudCX1", planner: "gc1WEMupgrade" }

class Answer extends Error {
  readonly status: number
  readonly body: Json
  constructor(status: number, body: Json) {
    super()
    this.status = status
    this.body = body
  }
}

const refuse = (status: number, code: string, message: string): never => {
  throw new Answer(status, { message, code, status, contextId: crypto.randomUUID(), details: [], errors: [] })
}

const readBody = async (request: IncomingMessage) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString("utf8")
}

/** Starts the server on a free loopback port. */
export const listen = async (): Promise<DocumentedServer> => {
  const asked: Array<Asked> = []
  const held = new Map(
    Array.from({ length: userCount }, (_, index) => [userId(index), holdings[index % holdings.length]])
  )

  const listed = ([id, licenses]: readonly [string, ReadonlyArray<string> | null | undefined]) =>
    licenses === undefined ? { id } : { id, licenses, division: { name: "Home" } }

  const logIn = ({ body, headers, method }: Asked): Json => {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64")
    if (method !== "POST") return refuse(405, "method.not.allowed", "HTTP 405 Method Not Allowed")
    if (headers["authorization"] !== `Basic ${basic}`) {
      const description = "authentication failed"
      throw new Answer(401, { error: "invalid_client", description, error_description: description })
    }
    if (
      !headers["content-type"]?.includes("application/x-www-form-urlencoded") ||
      body !== "grant_type=client_credentials"
    ) {
      throw new Answer(400, { error: "unsupported_grant_type", description: "x", error_description: "x" })
    }
    return { access_token: token, token_type: "Bearer", expires_in: 86_399, organization: "documented" }
  }

  const answer = (request: Asked): Json => {
    if (request.path === "/oauth/token") return logIn(request)
    if (request.headers["authorization"] !== `Bearer ${token}`) {
      return refuse(401, "bad.credentials", "Invalid login credentials.")
    }
    const path = request.path.split("/").slice(1).map(decodeURIComponent)
    if (path.splice(0, 3).join("/") !== "api/v2/license") return refuse(404, "not.found", "No such resource.")
    const [collection = "", id] = path
    const body = request.body === "" ? undefined : JSON.parse(request.body)

    switch (`${request.method} ${collection}${id === undefined ? "" : "/*"}`) {
      case "GET definitions":
        return Object.keys(permissionsOf).map(skinny)
      case "GET definitions/*":
        return Object.hasOwn(permissionsOf, id!) ? whole(id!) : refuse(404, "not.found", "No such license.")
      case "GET toggles/*":
      case "POST toggles/*":
        return { featureName: id!, enabled: true }
      case "GET users": {
        const pageSize = Number(request.query["pageSize"] ?? 25)
        const pageNumber = Number(request.query["pageNumber"] ?? 1)
        if (!(pageSize > 0 && pageNumber > 0)) return refuse(400, "invalid.query.param.value", "Not a page.")
        return {
          entities: [...held].slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map(listed),
          pageSize,
          pageNumber,
          total: held.size,
          pageCount: Math.ceil(held.size / pageSize),
          generatedBy: "documented server"
        }
      }
      case "GET users/*":
        return held.has(id!)
          ? { id: id!, licenses: (held.get(id!) ?? []).map(whole) }
          : refuse(404, "not.found", "No user.")
      case "POST users":
        return Object.fromEntries(
          (body ?? []).flatMap((id: string) => (held.has(id) ? [[id, { licenses: held.get(id) ?? null }]] : []))
        )
      case "POST infer":
        return (body ?? []).flatMap((id: string) => roles[id] ?? [])
      case "POST infer/*":
        if (id !== "permissions") return refuse(404, "not.found", "No such resource.")
        return Object.keys(permissionsOf).filter((id) => permissionsOf[id]!.some((name) => (body ?? []).includes(name)))
      case "POST organization":
        return (body?.assignments ?? []).flatMap(({ licenseId, userIdsAdd, userIdsRemove }: any) => {
          const change = (id: string, change: (licenses: ReadonlyArray<string>) => ReadonlyArray<string>) => {
            if (held.has(id)) held.set(id, change(held.get(id) ?? []))
            return { userId: id, licenseId, result: held.has(id) ? "SUCCESS" : "NO_SUCH_USER" }
          }
          return [
            ...userIdsAdd.map((id: string) => change(id, (licenses) => [...licenses, licenseId])),
            ...userIdsRemove.map((id: string) => change(id, (licenses) => licenses.filter((one) => one !== licenseId)))
          ]
        })
      default:
        return refuse(404, "not.found", "No such resource.")
    }
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://documented")
    const asking: Asked = {
      method: request.method ?? "",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: await readBody(request)
    }
    asked.push(asking)
    let status = 200
    let body: Json
    try {
      body = answer(asking)
    } catch (error) {
      if (error instanceof Answer) ({ status, body } = error)
      else [status, body] = [500, { message: String(error), code: "internal.server.error", status: 500 }]
    }
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body))
  })

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", resolve)
  })
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error(`No port: ${address}`)
  return {
    host: address.address,
    port: address.port,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
