/**
 * A server that speaks TLS on a loopback socket, by a key that both sides know, so that
 * no certificate is needed; and whose records can be broken.
 */
import * as Effect from "effect/Effect"
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import * as AwakeClock from "./AwakeClock.ts"
import { goodBody } from "./HostileServer.ts"

const psk = Buffer.from("0123456789abcdef0123456789abcdef", "hex")
const common = { ciphers: "PSK", maxVersion: "TLSv1.2", minVersion: "TLSv1.2" } as const

/** A record of 64 bytes that nobody has encrypted. */
const broken = Buffer.concat([Buffer.from([0x17, 0x03, 0x03, 0, 64]), Buffer.alloc(64, "x")])

/** What a client needs to speak to it. */
export const trust = {
  ...common,
  pskCallback: () => ({ psk, identity: "test" }),
  checkServerIdentity: () => undefined
}

/** What becomes of a request: an answer, or bytes that are no record in its place, or after its beginning. */
export type Fate = "answered" | "broken" | "broken in mid-answer"

const listen = (server: Server) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () => Effect.sync(() => void server.close())
  )

/** Starts a server; the fates are those of its requests in turn, and the last of them that of all others. */
export const make = Effect.fnUntraced(function* (fates: readonly [Fate, ...ReadonlyArray<Fate>]) {
  const sockets = new Set<Socket>()
  /** The other side of each connection that arrives at the server, by the port that it comes from. */
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
      // Bytes that are still under way would come after those that break it.
      else socket.write(written.slice(0, -1), () => AwakeClock.later(20, breakRecord))
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
