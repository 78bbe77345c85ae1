/**
 * A TLS server on a loopback socket whose records can be corrupted. It uses a pre-shared key, so
 * it needs no certificate.
 */
import * as Effect from "effect/Effect"
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import * as AwakeClock from "./AwakeClock.ts"
import { goodBody } from "./HostileServer.ts"

const psk = Buffer.from("0123456789abcdef0123456789abcdef", "hex")
const common = { ciphers: "PSK", maxVersion: "TLSv1.2", minVersion: "TLSv1.2" } as const

/** A record of 64 bytes that are not encrypted correctly. */
const broken = Buffer.concat([Buffer.from([0x17, 0x03, 0x03, 0, 64]), Buffer.alloc(64, "x")])

/** The TLS options of a client for this server. */
export const trust = {
  ...common,
  pskCallback: () => ({ psk, identity: "test" }),
  checkServerIdentity: () => undefined
}

/** The answer to a request: a correct one, a corrupt record instead of it, or a corrupt record in its middle. */
export type Fate = "answered" | "broken" | "broken in mid-answer"

const listen = (server: Server) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () => Effect.sync(() => void server.close())
  )

/** Starts a server. The n-th fate applies to the n-th request, and the last one to all later requests. */
export const make = Effect.fnUntraced(function* (fates: readonly [Fate, ...ReadonlyArray<Fate>]) {
  const sockets = new Set<Socket>()
  /** The outer side of each connection to the server, by the client port. */
  const clients = new Map<number, Socket>()
  let received = 0
  yield* Effect.addFinalizer(() => Effect.sync(() => sockets.forEach((socket) => socket.destroy())))
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on("error", () => {})
    socket.on("close", () => sockets.delete(socket))
  }

  const server = createTlsServer({ ...common, pskCallback: () => psk }, (socket) => {
    keep(socket)
    let request = ""
    socket.on("data", (chunk) => {
      request += chunk.toString("utf8")
      const [head = "", body] = request.split("\r\n\r\n", 2)
      if (body === undefined || body.length < Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)) return
      request = ""
      const fate = fates[received++] ?? fates.at(-1)
      const [method = "", path = ""] = head.split(" ")
      const answer = JSON.stringify(goodBody({ method, path, body }))
      const written = `HTTP/1.1 200 OK\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`
      const breakRecord = () => clients.get(socket.remotePort ?? 0)?.write(broken)
      if (fate === "answered") socket.write(written)
      else if (fate === "broken") breakRecord()
      // The earlier bytes must arrive before the corrupt ones.
      else socket.write(written.slice(0, -1), () => AwakeClock.schedule(20, breakRecord))
    })
  })
  const inner = yield* listen(server)
  const port = yield* listen(
    createServer((client) => {
      const upstream = connect(inner, "127.0.0.1", () => clients.set(upstream.localPort!, client))
      keep(client)
      keep(upstream)
      client.pipe(upstream).pipe(client)
    })
  )
  return {
    port,
    get received() {
      return received
    }
  }
})
