/**
 * Connects as undici does, and works around two of its bugs:
 *
 * - undici closes the connection when a server sends `100 Continue` unasked.
 * - undici waits forever after a TLS error, because Node reports the error but leaves the
 *   socket open.
 */
import type { Agent, buildConnector } from "undici"
import { Interim } from "./Interim.ts"

type Socket = Extract<Parameters<buildConnector.Callback>, [null, unknown]>[1]

/** A connector that behaves like that of an `Agent` with these options. `build` is undici's `buildConnector`. */
export const make = (build: typeof buildConnector, options: Agent.Options = {}): buildConnector.connector => {
  const connect = typeof options.connect === "function" ? options.connect : build(optionsOf(options))
  return (target, callback) =>
    connect(target, (...result) => {
      if (result[0] === null) applyWorkarounds(result[1])
      callback(...result)
    })
}

/** The options that an undici pool passes to `buildConnector`. */
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

const applyWorkarounds = (socket: Socket): void => {
  // In a microtask, so that undici's own listener first reports the error to the request.
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
      const rest = interim.strip(chunk)
      if (rest.length > 0) return rest
    }
  }
}
