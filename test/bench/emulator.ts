/**
 * The performance of the emulator: pages of 100 users per second over a socket, the time until
 * the first answer of a process with 100,000 users, and the memory of a process with 1,000,000
 * users.
 *
 * The load generator runs on the same machine and is part of the measurement. It uses HTTP over
 * plain sockets, and to save time it reads only the status and the length of an answer.
 */
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import type { Listening } from "./emulatorServer.ts"
import { converse } from "./processes.ts"
import { type Measure, median, round } from "./report.ts"

const roundMillis = 1_000
const connections = 16
const pageSize = 100

export const measure: Measure = async ({ quick }) => {
  const [some, many] = quick ? [10_000, 100_000] : [100_000, 1_000_000]
  const starts: Array<number> = []
  const rates: Array<number> = []
  for (let n = 0; n < (quick ? 1 : 3); n++) {
    const server = await start(some)
    starts.push(server.seconds)
    await server.close()
  }
  {
    const server = await start(some)
    // The first two rounds are warm-up.
    for (let n = quick ? -1 : -2; n < (quick ? 1 : 5); n++) {
      const rate = await load(server, some)
      if (n >= 0) rates.push(rate)
    }
    await server.close()
  }
  const server = await start(many)
  await load(server, many)
  const peak = (await server.peakRssBytes()) / 2 ** 20
  await server.close()

  const row = (what: string, unit: string, values: ReadonlyArray<number>) => ({
    "of the emulator": what,
    unit,
    median: round(median(values)),
    lowest: round(Math.min(...values)),
    highest: round(Math.max(...values))
  })
  const [fewer, more] = [some, many].map((users) => users.toLocaleString("en"))
  return {
    title: `The emulator in a process of its own, ${connections} connections`,
    rows: [
      row(`pages of ${pageSize} users, ${fewer} users`, "1/s", rates),
      row(`from start to first answer, ${fewer} users`, "s", starts),
      row(`from start to first answer, ${more} users`, "s", [server.seconds]),
      row(`peak RSS after load, ${more} users`, "MiB", [peak])
    ],
    targets: [
      { what: "pages a second", figure: median(rates), bound: { atLeast: 3_000 } },
      { what: `seconds to the first answer with ${fewer} users`, figure: median(starts), bound: { atMost: 2 } },
      { what: `MiB with ${more} users`, figure: peak, bound: { atMost: 1_024 } }
    ],
    notMeasured:
      "the login, a client that decodes what it reads, TLS, the rate window, which is off, and operations other than the " +
      "list of users."
  }
}

/** Starts an emulator and waits for its first answer. */
const start = async (users: number) => {
  const began = performance.now()
  const server = converse("emulatorServer.ts", String(users))
  const { port, token } = await server.next<Listening>()
  const socket = await open(port)
  await read(socket, page(token, 1))
  socket.destroy()
  return {
    port,
    token,
    seconds: (performance.now() - began) / 1000,
    peakRssBytes: () => server.ask<number>("peakRssBytes"),
    close: server.close
  }
}

/** Pages per second. Each connection requests the next page as soon as it has received one. */
const load = async ({ port, token }: Listening, users: number) => {
  const pages = Math.ceil(users / pageSize)
  // Pages from all parts of the organization, because 997 and the number of pages have no common divisor.
  const requests = Array.from({ length: 1_000 }, (_, n) => page(token, 1 + ((n * 997) % pages)))
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const began = performance.now()
  let count = 0
  await Promise.all(
    sockets.map(async (socket) => {
      while (performance.now() < began + roundMillis) await read(socket, requests[count++ % requests.length]!)
      socket.destroy()
    })
  )
  return (count / (performance.now() - began)) * 1000
}

const page = (token: string, pageNumber: number) =>
  `GET /api/v2/license/users?pageSize=${pageSize}&pageNumber=${pageNumber} HTTP/1.1\r\n` +
  `host: 127.0.0.1\r\nauthorization: Bearer ${token}\r\naccept: application/json\r\n\r\n`

const open = async (port: number) => {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true })
  await once(socket, "connect")
  return socket
}

/** Sends a request, and waits for the last byte of the answer. */
const read = (socket: Socket, request: string) =>
  new Promise<void>((resolve, reject) => {
    let missing = -1
    const onData = (chunk: Buffer) => {
      if (missing < 0) {
        const end = chunk.indexOf("\r\n\r\n") + 4
        const head = chunk.toString("latin1", 0, end)
        const length = /^HTTP\/1\.1 200 [^]*\r\ncontent-length: (\d+)/i.exec(head)?.[1]
        if (length === undefined) return reject(new Error(`The emulator answered ${head.split("\r\n")[0]}`))
        missing = Number(length) + end
      }
      missing -= chunk.length
      if (missing === 0) {
        socket.off("data", onData)
        socket.off("error", reject)
        resolve()
      }
    }
    socket.on("data", onData)
    socket.on("error", reject)
    socket.write(request)
  })
