/**
 * Connections as undici makes them, less two of its ways: it ends one on a `100 Continue`
 * that it did not ask for, and it waits for ever on one whose TLS has failed, as Node
 * tells of that and leaves the socket open.
 */
import type { Agent, buildConnector } from "undici"
import { Interim } from "./Interim.ts"

type Socket = Extract<Parameters<buildConnector.Callback>, [null, unknown]>[1]

/** Connects by `build`, which is undici's, as an `Agent` with these options does by itself. */
export const make = (build: typeof buildConnector, options: Agent.Options = {}): buildConnector.connector => {
  const connect = typeof options.connect === "function" ? options.connect : build(optionsOf(options))
  return (target, callback) =>
    connect(target, (...made) => {
      if (made[0] === null) mend(made[1])
      callback(...made)
    })
}

/** What undici's pools make of their options. */
const optionsOf = (options: Agent.Options): buildConnector.BuildOptions => {
  const { allowH2, autoSelectFamily, autoSelectFamilyAttemptTimeout, connect } = options
  const { connectTimeout, maxCachedSessions, socketPath } = options
  return {
    ...(maxCachedSessions !== undefined && { maxCachedSessions }),
    ...(allowH2 !== undefined && { allowH2 }),
    ...(socketPath !== undefined && { socketPath }),
    ...(connectTimeout !== undefined && { timeout: connectTimeout }),
    ...(autoSelectFamily !== undefined && { autoSelectFamily, autoSelectFamilyAttemptTimeout }),
    ...(typeof connect === "object" && connect)
  } as buildConnector.BuildOptions
}

const mend = (socket: Socket): void => {
  // Behind undici's own listener, which keeps the error for whoever waits.
  socket.on("error", () => queueMicrotask(() => socket.destroy()))
  if ("alpnProtocol" in socket && socket.alpnProtocol === "h2") return
  const interim = new Interim()
  const write = socket.write.bind(socket)
  socket.write = ((...args: Parameters<typeof write>) => {
    interim.expect()
    return write(...args)
  }) as typeof write
  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    for (;;) {
      const chunk: Buffer | null = read(size)
      if (chunk === null) return null
      const left = interim.strip(chunk)
      if (left.length > 0) return left
    }
  }
}
