/**
 * A server on a loopback socket that misbehaves as a test scripts it, and records all
 * requests.
 *
 * A test queues the next behaviors. While the queue is empty, the server behaves
 * correctly: it issues the tokens of `Canary.token` and answers every
 * operation.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import * as AwakeClock from "./AwakeClock.ts"
import * as Canary from "./Canary.ts"

/** A received request. */
export interface Received {
  readonly method: string
  /** Includes the query. Not decoded. */
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
  /** From 1. Requests with the same number came over the same socket. */
  readonly connection: number
  /** The time of the `AwakeClock`, which this server uses for all times. */
  readonly atMillis: number
  /** Resolves when either side ends the connection. */
  readonly closed: Promise<void>
}

/** Handles a request. A behavior may also never answer. */
export type Behaviour = (response: ServerResponse, socket: Socket, request: Received) => void

/** A list sends the header several times. */
export type Headers = { readonly [name: string]: string | ReadonlyArray<string> }

export interface Answer {
  /** Default: 200. */
  readonly status?: number
  readonly headers?: Headers
  /** Default: none. */
  readonly body?: string | Uint8Array
}

/** Sends a complete answer. */
export const answer =
  ({ body = "", headers = {}, status = 200 }: Answer): Behaviour =>
  (response) => {
    response.writeHead(status, headers as Record<string, string | Array<string>>)
    response.end(body)
  }

/** Sends an answer in JSON. */
export const json = (body: unknown, { headers, status }: Omit<Answer, "body"> = {}): Behaviour =>
  answer({
    ...(status !== undefined && { status }),
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body)
  })

/** Sends an error in the format of Genesys Cloud. */
export const error = (status: number, body?: object, headers?: Headers): Behaviour =>
  body === undefined
    ? answer({ status, ...(headers && { headers }) })
    : json({ status, ...body }, { status, ...(headers && { headers }) })

/** Never answers, and keeps the connection open. */
export const hang: Behaviour = () => {}

/** Resets the connection after reading the request. */
export const reset: Behaviour = (_, socket) => void socket.resetAndDestroy()

/** Closes the connection normally, without an answer. */
export const close: Behaviour = (_, socket) => void socket.end()

/** Sends these bytes instead of an answer, then ends the connection. */
export const bytes =
  (text: string | Uint8Array, end: "close" | "reset" | "hang" = "close"): Behaviour =>
  (_, socket) => {
    socket.write(text, () => {
      if (end === "close") socket.end()
      // A reset would also discard bytes that have not arrived yet.
      if (end === "reset") AwakeClock.schedule(20, () => socket.resetAndDestroy())
    })
  }

/** Sends the beginning of a body that is shorter than its Content-Length. */
export const cut = (begin: string, end: "close" | "reset", status = 200): Behaviour =>
  bytes(
    `HTTP/1.1 ${status} Cut\r\ncontent-type: application/json\r\ncontent-length: ${begin.length + 1000}\r\n\r\n${begin}`,
    end
  )

/** Sends one byte at a time, for ever. */
export const drip =
  (everyMillis: number, status = 200): Behaviour =>
  (response, socket) => {
    response.writeHead(status, { "content-type": "application/json" })
    socket.once(
      "close",
      AwakeClock.every(everyMillis, () => response.write(" "))
    )
  }

/** Sends one more line of the head from time to time, and never the last one. */
export const dripHead =
  (everyMillis: number): Behaviour =>
  (_, socket) => {
    socket.write("HTTP/1.1 200 OK\r\n")
    let lines = 0
    socket.once(
      "close",
      AwakeClock.every(everyMillis, () => socket.write(`x-line-${++lines}: 1\r\n`))
    )
  }

/** Delays a behavior. */
export const after =
  (millis: number, behaviour: Behaviour): Behaviour =>
  (response, socket, request) => {
    socket.once(
      "close",
      AwakeClock.schedule(millis, () => behaviour(response, socket, request))
    )
  }

/** Answers as the token endpoint. `fields` override the usual ones. */
export const token = (access_token: unknown, fields: object = {}): Behaviour =>
  json({ access_token, token_type: "bearer", expires_in: 86_400, ...fields })

/** The path of the token endpoint. */
export const tokenPath = "/oauth/token"

/** The body of a correct answer to a request. */
export const goodBody = ({ body, method, path }: Pick<Received, "method" | "path" | "body">): unknown => {
  const { pathname, searchParams } = new URL(path, "http://localhost")
  const [operation = "", id] = pathname.replace(/^.*\/api\/v2\/license\//, "").split("/")
  const definition = { id: id ?? "cloudCX2", permissions: { ids: [] } }
  switch (operation) {
    case "definitions":
      return id === undefined ? [definition] : definition
    case "toggles":
      return { featureName: id, enabled: true }
    case "infer":
      return ["cloudCX2"]
    case "organization":
      return []
    default:
      if (method === "POST") {
        return Object.fromEntries((JSON.parse(body) as Array<string>).map((id) => [id, { licenses: ["cloudCX2"] }]))
      }
      if (id !== undefined) return { id: decodeURIComponent(id), licenses: [] }
      return {
        entities: [{ id: `user-${searchParams.get("pageNumber")}`, licenses: ["cloudCX2"] }],
        pageNumber: Number(searchParams.get("pageNumber")),
        pageSize: Number(searchParams.get("pageSize")),
        pageCount: 3,
        total: 3
      }
  }
}

/** Answers every request correctly. */
export const good: Behaviour = (response, socket, request) => json(goodBody(request))(response, socket, request)

export class HostileServer extends Context.Service<
  HostileServer,
  {
    readonly port: number
    readonly url: string
    /** All requests, in order. */
    readonly requests: ReadonlyArray<Received>
    /** The requests to the token endpoint. */
    readonly logins: ReadonlyArray<Received>
    /** The requests to all other paths. */
    readonly calls: ReadonlyArray<Received>
    /** Queues behaviors, one for each request to the API. */
    readonly next: (...behaviours: ReadonlyArray<Behaviour>) => void
    /** Sets the behavior for requests to the API while the queue is empty. */
    readonly always: (behaviour: Behaviour) => void
    /** The same two functions for the token endpoint. */
    readonly nextLogin: (...behaviours: ReadonlyArray<Behaviour>) => void
    readonly alwaysLogin: (behaviour: Behaviour) => void
    /** Waits until this many requests have arrived at the API. */
    readonly arrived: (count: number) => Effect.Effect<void>
    /** The same, for the token endpoint. */
    readonly arrivedLogins: (count: number) => Effect.Effect<void>
    /** The number of open connections. */
    readonly connections: () => number
  }
>()("test/HostileServer") {
  static readonly layer = Layer.effect(
    HostileServer,
    Effect.suspend(() => make())
  )
}

/** Starts a server. It ends with the scope, together with its connections. */
export const make = Effect.fnUntraced(function* (options: { readonly port?: number } = {}) {
  const requests: Array<Received> = []
  const sockets = new Map<Socket, { readonly connection: number; readonly closed: Promise<void> }>()
  const queue: Array<Behaviour> = []
  const loginQueue: Array<Behaviour> = []
  /** Called for each request. */
  const watchers = new Set<() => void>()
  let connections = 0
  let tokens = 0
  let usual: Behaviour = good
  let usualLogin: Behaviour = (...args) => token(Canary.token(++tokens))(...args)

  const isLogin = (request: Received) => request.path.endsWith(tokenPath)

  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const received: Received = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
        atMillis: AwakeClock.elapsedMillis(),
        ...sockets.get(request.socket)!
      }
      requests.push(received)
      const behaviour = isLogin(received) ? (loginQueue.shift() ?? usualLogin) : (queue.shift() ?? usual)
      behaviour(response, request.socket, received)
      for (const look of watchers) look()
    })
  })
  server.keepAliveTimeout = 60_000
  server.on("connection", (socket) => {
    socket.on("error", () => {})
    const closed = new Promise<void>((resolve) => {
      socket.once("close", () => {
        sockets.delete(socket)
        resolve()
      })
    })
    sockets.set(socket, { connection: ++connections, closed })
  })

  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      server.listen(options.port ?? 0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        for (const socket of sockets.keys()) socket.destroy()
      })
  )
  const { port } = server.address() as AddressInfo

  const haveArrived = (count: number, isMeant: (request: Received) => boolean) =>
    Effect.callback<void>((resume) => {
      const look = () => {
        if (requests.filter(isMeant).length < count) return
        watchers.delete(look)
        resume(Effect.void)
      }
      watchers.add(look)
      look()
      return Effect.sync(() => watchers.delete(look))
    })

  return HostileServer.of({
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    get logins() {
      return requests.filter(isLogin)
    },
    get calls() {
      return requests.filter((request) => !isLogin(request))
    },
    next: (...behaviours) => void queue.push(...behaviours),
    always: (behaviour) => {
      usual = behaviour
    },
    nextLogin: (...behaviours) => void loginQueue.push(...behaviours),
    alwaysLogin: (behaviour) => {
      usualLogin = behaviour
    },
    arrived: (count) => haveArrived(count, (request) => !isLogin(request)),
    arrivedLogins: (count) => haveArrived(count, isLogin),
    connections: () => sockets.size
  })
})

/** A port on this machine on which no program listens. */
export const closedPort: Effect.Effect<number> = Effect.scoped(Effect.map(make(), ({ port }) => port))
