/**
 * The emulator as an HTTP server on Node.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as NetAddress from "effect/net/NetAddress"
import * as Predicate from "effect/Predicate"
import { createServer, type ServerResponse } from "node:http"
import * as Browsers from "./gateway/Browsers.ts"
import { Connection } from "./gateway/Connection.ts"
import { routerConfig } from "./gateway/Gateway.ts"
import * as HostNames from "./gateway/HostNames.ts"
import * as MalformedRequest from "./gateway/MalformedRequest.ts"
import { Emulator } from "./Emulator.ts"
import type { EmulatorOptions, EmulatorParts } from "./Emulator.ts"

/** Where the server listens and who may connect, with all options of the emulator. */
export interface ServerOptions extends EmulatorOptions {
  /** The address to listen on. Default: `127.0.0.1`. */
  readonly host?: string | undefined
  /** Default: 0, any free port. */
  readonly port?: number | undefined
  /**
   * Lets other machines connect. The credentials of the emulator are public, so anybody there can log in.
   * Default: false, which allows only loopback addresses as `host`.
   */
  readonly allowRemote?: boolean | undefined
  /**
   * More host names that the emulator answers to. Browser apps on these hosts may call the API.
   * The loopback names and `host` are always allowed. `allowRemote` also allows every IP address.
   * A request with another host name gets 421. Default: none.
   */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /** Whether browser apps may call the login and the API. They can never call the control routes. Default: true. */
  readonly cors?: boolean | undefined
}

/** The `host` option would make the emulator reachable from other machines. The server did not start. */
export class RemoteHostRefused extends Data.TaggedError("RemoteHostRefused")<{
  /** The `host` option. */
  readonly host: string
}> {
  override get message() {
    return `The emulator did not start: host ${this.host} is not a loopback address, so other machines could connect. To allow that, set allowRemote (--allow-remote).`
  }
}

/** The server cannot listen. Usually the port is in use. */
export class CannotListen extends Data.TaggedError("CannotListen")<{
  /** The `host` option. */
  readonly host: string
  /** The `port` option. 0 means any free port. */
  readonly port: number
  /** The error of Node, with a code such as `EADDRINUSE`. */
  readonly cause: unknown
}> {
  override get message() {
    if (Predicate.hasProperty(this.cause, "code") && this.cause.code === "EADDRINUSE") {
      return `Port ${this.port} on ${this.host} is already in use. Choose another port, or 0 for any free one.`
    }
    return `The emulator cannot listen on port ${this.port} of ${this.host}. Choose another host or port. ${this.cause}`
  }
}

/** The address of a running emulator. */
export class Server extends Context.Service<
  Server,
  {
    /** The `host` option. Default: `127.0.0.1`. */
    readonly host: string
    /** The port that the server listens on. */
    readonly port: number
    /** The base URL of login and API, without a slash at the end. */
    readonly url: string
  }
>()("@genesys-license/emulator/Server") {
  /**
   * Listens until its scope closes. Closing it also ends the requests in progress. Fails if `host` is
   * not allowed or the port is in use.
   */
  static readonly layer = ({
    allowedHosts = [],
    allowRemote = false,
    cors,
    host = "127.0.0.1",
    port = 0,
    ...options
  }: ServerOptions = {}): Layer.Layer<Server | Emulator | EmulatorParts, RemoteHostRefused | CannotListen> =>
    allowRemote || HostNames.isLoopback(host)
      ? serve(host, port, { cors, allowedHosts: [host, ...allowedHosts], allowAddresses: allowRemote }).pipe(
          Layer.provideMerge(Emulator.layer(options))
        )
      : Layer.effectContext(new RemoteHostRefused({ host }))
}

/** How long the shutdown waits for requests in progress. */
const gracefulShutdownTimeout: Duration.Input = "100 millis"

const serve = (host: string, port: number, browsers: Browsers.BrowserOptions) =>
  Layer.unwrap(
    Effect.sync(() => {
      const server = createServer()
      server.on("clientError", ({ code }: NodeJS.ErrnoException, socket) => {
        socket.end(MalformedRequest.answer(code), () => socket.destroy())
      })
      const socket = NodeHttpServer.layer(() => server, { host, port, gracefulShutdownTimeout }).pipe(
        Layer.catchTag("ServeError", ({ cause }) => Layer.effectContext(new CannotListen({ host, port, cause })))
      )
      // A caller that keeps its connection open must not delay the shutdown.
      const closeConnections = Layer.effectDiscard(
        Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
      )
      return Layer.effect(Server, address(host)).pipe(
        Layer.merge(
          // Browsers is outermost: requests that it refuses are not in the journal.
          HttpRouter.serve(Layer.provide(Emulator.layerRoutes, Browsers.layer(browsers)), {
            disableLogger: true,
            disableListenLog: true,
            routerConfig
          })
        ),
        Layer.provide(Layer.succeed(Connection, connection)),
        Layer.provide(closeConnections),
        Layer.provide(socket)
      )
    })
  )

/** In milliseconds. A reset overtakes bytes that were written just before, so those get some time to arrive. */
const delayBeforeReset = 20

/** Never completes: the server interrupts the fiber of a request when its socket closes. */
const connection: Connection = {
  isSocket: true,
  end: (request, { code }) =>
    Effect.interruptible(
      Effect.callback<never>(() => {
        const response = NodeHttpServerRequest.toServerResponse(request) as ServerResponse
        const { socket } = response
        if (code !== "ECONNRESET") return socket?.destroySoon()
        if (!response.headersSent) return void socket?.resetAndDestroy()
        const timer = setTimeout(() => socket?.resetAndDestroy(), delayBeforeReset)
        return Effect.sync(() => clearTimeout(timer))
      })
    )
}

const address = (host: string) =>
  Effect.map(HttpServer.HttpServer, ({ address }) => ({
    host,
    port: NetAddress.isUnixPathAddress(address) ? 0 : address.port,
    url: HttpServer.formatAddress(address)
  }))
