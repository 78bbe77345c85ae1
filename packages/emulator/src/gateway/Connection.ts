/**
 * The connection to the caller, for faults below HTTP. `Server` provides one with a socket.
 * Without a socket, the `HttpClient` fails with the same error as if a socket had failed.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"

/** The connection ended before the answer was complete. */
export class ConnectionLost extends Data.TaggedError("ConnectionLost")<{
  /** The code of the error that Node reports to the client: a reset, or a connection that was closed too early. */
  readonly code: "ECONNRESET" | "UND_ERR_SOCKET"
}> {
  override get message() {
    return this.code === "ECONNRESET" ? "The emulator reset the connection" : "The emulator closed the connection"
  }
}

/** The connection of the current request. Default: no socket. */
export interface Connection {
  /** Whether a socket carries the answer. If so, the client decompresses it. */
  readonly isSocket: boolean
  /** Ends the connection after the bytes that are already written. */
  readonly end: (request: HttpServerRequest, lost: ConnectionLost) => Effect.Effect<never, ConnectionLost>
}

export const Connection = Context.Reference<Connection>("@genesys-license/emulator/Connection", {
  defaultValue: () => ({ isSocket: false, end: (_, lost) => Effect.fail(lost) })
})

/** The connection was reset, as after a crash. */
export const reset = new ConnectionLost({ code: "ECONNRESET" })

/** The connection was closed normally, but too early. */
export const closed = new ConnectionLost({ code: "UND_ERR_SOCKET" })
