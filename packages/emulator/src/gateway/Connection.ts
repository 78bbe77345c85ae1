/**
 * The line to the caller, for what HTTP has no words for. `Server` has a socket;
 * without one, the `HttpClient` fails as it would if a socket had.
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { HttpServerRequest } from "effect/http/HttpServerRequest"

/** The connection ended before the answer did. */
export class ConnectionLost extends Data.TaggedError("ConnectionLost")<{
  /** What Node calls it when a peer does that: a reset, or an end in order. */
  readonly code: "ECONNRESET" | "UND_ERR_SOCKET"
}> {
  override get message() {
    return this.code === "ECONNRESET" ? "The emulator reset the connection" : "The emulator closed the connection"
  }
}

/** The line in use. Default: none, where the `HttpClient` fails in its place. */
export interface Connection {
  /** Whether bytes go out as they are. Without a socket the caller has decompressed them already. */
  readonly isSocket: boolean
  /** Ends it, after what was written. */
  readonly end: (request: HttpServerRequest, lost: ConnectionLost) => Effect.Effect<never, ConnectionLost>
}

export const Connection = Context.Reference<Connection>("@genesys-license/emulator/Connection", {
  defaultValue: () => ({ isSocket: false, end: (_, lost) => Effect.fail(lost) })
})

/** As a crash ends it. */
export const reset = new ConnectionLost({ code: "ECONNRESET" })

/** In order, but too early. */
export const closed = new ConnectionLost({ code: "UND_ERR_SOCKET" })
