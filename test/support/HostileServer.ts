/**
 * A server on a loopback socket that misbehaves as told, and remembers everything
 * that it was asked.
 *
 * What it does next is a queue, for one path or for the whole API. While nothing is
 * queued it is well-behaved: it hands out the tokens of `Canary.token` and answers every
 * operation.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import * as AwakeClock from "./AwakeClock.ts"
import * as Canary from "./Canary.ts"

/** One request, as it arrived. */
export interface Received {
  readonly method: string
  /** With the query, not decoded. */
  readonly path: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
  /** Counted from 1: two requests with the same number came over the same socket. */
  readonly connection: number
  /** By the `AwakeClock`, as all time that this server takes. */
  readonly atMillis: number
  /** Resolves when the other side or we end the connection. */
  readonly closed: Promise<void>
}

/** What the server does with a request; it may also do nothing, for ever. */
export type Behaviour = (response: ServerResponse, socket: Socket, request: Received) => void

/** A list is a header sent as often. */
export type Headers = { readonly [name: string]: string | ReadonlyArray<string> }

export interface Answer {
  /** Default: 200. */
  readonly status?: number
  readonly headers?: Headers
  /** Default: none. */
  readonly body?: string | Uint8Array
}

/** A whole answer. */
export const answer =
  ({ body = "", headers = {}, status = 200 }: Answer): Behaviour =>
  (response) => {
    response.writeHead(status, headers as Record<string, string | Array<string>>)
    response.end(body)
  }

/** An answer in JSON. */
export const json = (body: unknown, { headers, status }: Omit<Answer, "body"> = {}): Behaviour =>
  answer({
    ...(status !== undefined && { status }),
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body)
  })

/** An error as Genesys Cloud writes it, or only its status. */
export const error = (status: number, body?: object, headers?: Headers): Behaviour =>
  body === undefined
    ? answer({ status, ...(headers && { headers }) })
    : json({ status, ...body }, { status, ...(headers && { headers }) })

/** No answer, and no end. */
export const hang: Behaviour = () => {}

/** The connection is reset after the request was read. */
export const reset: Behaviour = (_, socket) => void socket.resetAndDestroy()

/** The connection is closed in order, without an answer. */
export const close: Behaviour = (_, socket) => void socket.end()

/** These bytes instead of an answer, and then the end of the connection. */
export const bytes =
  (text: string | Uint8Array, end: "close" | "reset" | "hang" = "close"): Behaviour =>
  (_, socket) => {
    socket.write(text, () => {
      if (end === "close") socket.end()
      // Bytes that are still under way would be lost together with the connection.
      if (end === "reset") AwakeClock.later(20, () => socket.resetAndDestroy())
    })
  }

/** A head that promises more than the beginning of a body that follows it. */
export const cut = (begin: string, end: "close" | "reset", status = 200): Behaviour =>
  bytes(
    `HTTP/1.1 ${status} Cut\r\ncontent-type: application/json\r\ncontent-length: ${begin.length + 1000}\r\n\r\n${begin}`,
    end
  )

/** One byte at a time, for ever. */
export const drip =
  (everyMillis: number, status = 200): Behaviour =>
  (response, socket) => {
    response.writeHead(status, { "content-type": "application/json" })
    socket.once(
      "close",
      AwakeClock.every(everyMillis, () => response.write(" "))
    )
  }

/** A head of which one more line comes now and then, and never the last. */
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

/** The same, later. */
export const after =
  (millis: number, behaviour: Behaviour): Behaviour =>
  (response, socket, request) => {
    socket.once(
      "close",
      AwakeClock.later(millis, () => behaviour(response, socket, request))
    )
  }

/** A token of the token endpoint; `fields` are over the usual ones. */
export const token = (access_token: unknown, fields: object = {}): Behaviour =>
  json({ access_token, token_type: "bearer", expires_in: 86_400, ...fields })

/** Where the token endpoint is. */
export const tokenPath = "/oauth/token"

/** The body of an answer that is right, for the request. */
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

/** What a server without hostility does. */
export const good: Behaviour = (response, socket, request) => json(goodBody(request))(response, socket, request)

export class HostileServer extends Context.Service<
  HostileServer,
  {
    readonly port: number
    readonly url: string
    /** Everything that arrived, in order. */
    readonly requests: ReadonlyArray<Received>
    /** What arrived at the token endpoint. */
    readonly logins: ReadonlyArray<Received>
    /** What arrived anywhere else. */
    readonly calls: ReadonlyArray<Received>
    /** Does these next, one per request of the API. */
    readonly next: (...behaviours: ReadonlyArray<Behaviour>) => void
    /** Does this from now on, with every request of the API for which nothing is queued. */
    readonly always: (behaviour: Behaviour) => void
    /** The same two, for the token endpoint. */
    readonly nextLogin: (...behaviours: ReadonlyArray<Behaviour>) => void
    readonly alwaysLogin: (behaviour: Behaviour) => void
    /** Ends when this many requests have arrived at the API. */
    readonly arrived: (count: number) => Effect.Effect<void>
    /** The same, for the token endpoint. */
    readonly arrivedLogins: (count: number) => Effect.Effect<void>
    /** Connections that are open now. */
    readonly connections: () => number
  }
>()("test/HostileServer") {
  static readonly layer = Layer.effect(
    HostileServer,
    Effect.suspend(() => make())
  )
}

/** Starts a server; it and all its connections end with the scope. */
export const make = Effect.fnUntraced(function* (options: { readonly port?: number } = {}) {
  const requests: Array<Received> = []
  const sockets = new Map<Socket, { readonly connection: number; readonly closed: Promise<void> }>()
  const queue: Array<Behaviour> = []
  const loginQueue: Array<Behaviour> = []
  /** Called with each request. */
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

/** A port of this machine on which nothing listens. */
export const closedPort: Effect.Effect<number> = Effect.scoped(Effect.map(make(), ({ port }) => port))
