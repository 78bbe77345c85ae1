/**
 * The emulator on a socket of Node.
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

/** Where to listen, and who gets in; beside that, all options of an emulator. */
export interface ServerOptions extends EmulatorOptions {
  /** The address to listen on. Default: `127.0.0.1`. */
  readonly host?: string | undefined
  /** Default: 0, any free port. */
  readonly port?: number | undefined
  /** Lets other machines in, although anybody knows the credentials. Default: only loopback addresses are taken. */
  readonly allowRemote?: boolean | undefined
  /**
   * Names by which the emulator may be called, and whose apps may call the API. Always
   * allowed are the names of this machine and `host`; with `allowRemote`, any IP address,
   * too. Requests by other names are refused with 421. Default: none.
   */
  readonly allowedHosts?: ReadonlyArray<string> | undefined
  /** Whether apps in a browser may call the login and the API. The control routes never are open to them. Default: true. */
  readonly cors?: boolean | undefined
}

/** The emulator would have listened where other machines reach it. */
export class RemoteHostRefused extends Data.TaggedError("RemoteHostRefused")<{
  /** As it was asked for. */
  readonly host: string
}> {
  override get message() {
    return `${this.host} is not a loopback address; other machines could reach the emulator.`
  }
}

/** There is nothing to listen on: mostly, the port is in use. */
export class CannotListen extends Data.TaggedError("CannotListen")<{
  /** Where it should have listened. */
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  /** What Node says, such as `EADDRINUSE`. */
  readonly cause: unknown
}> {
  override get message() {
    if (Predicate.hasProperty(this.cause, "code") && this.cause.code === "EADDRINUSE") {
      return `Port ${this.port} of ${this.host} is in use.`
    }
    return `Cannot listen on port ${this.port} of ${this.host}: ${this.cause}`
  }
}

/** An emulator on a socket, and where it is. */
export class Server extends Context.Service<
  Server,
  {
    /** As it was asked for. Default: `127.0.0.1`. */
    readonly host: string
    /** The port that was asked for, or the free one that was found. */
    readonly port: number
    /** Without a slash at the end. Login and API are both here. */
    readonly url: string
  }
>()("@genesys-license/emulator/Server") {
  /**
   * Listens until its scope closes, which ends requests that are being answered. Fails when `host` is
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

/** How long a request that is being answered may hold up the end. */
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
      // A caller who neither goes on nor goes away must not hold up the end.
      const hangUp = Layer.effectDiscard(Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections())))
      return Layer.effect(Server, address(host)).pipe(
        Layer.merge(
          // Outermost: what is refused there stands in no journal.
          HttpRouter.serve(Layer.provide(Emulator.layerRoutes, Browsers.layer(browsers)), {
            disableLogger: true,
            disableListenLog: true,
            routerConfig
          })
        ),
        Layer.provide(Layer.succeed(Connection, connection)),
        Layer.provide(hangUp),
        Layer.provide(socket)
      )
    })
  )

/** How long what was written has to arrive, because a reset overtakes it. */
const headStart = 20

/** The end of the socket interrupts whoever waits here. */
const connection: Connection = {
  isSocket: true,
  end: (request, { code }) =>
    Effect.interruptible(
      Effect.callback<never>(() => {
        const response = NodeHttpServerRequest.toServerResponse(request) as ServerResponse
        const { socket } = response
        if (code !== "ECONNRESET") return socket?.destroySoon()
        if (!response.headersSent) return void socket?.resetAndDestroy()
        const timer = setTimeout(() => socket?.resetAndDestroy(), headStart)
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
