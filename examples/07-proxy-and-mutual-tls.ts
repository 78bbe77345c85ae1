/**
 * Calls the API through a corporate proxy and a gateway that wants a client certificate.
 * Both belong to the `HttpClient`, and `LicenseService` takes any `HttpClient`.
 *
 * The gateway and the proxy of this example are at the end of the file. They stand in
 * front of the emulator.
 */
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import Undici from "@effect/platform-node/Undici"
import { LicenseService } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator"
import { Server } from "@genesys-license/emulator/Server"
import { Console, Effect, Layer } from "effect"
import { readFile } from "node:fs/promises"
import * as http from "node:http"
import * as https from "node:https"
import { connect, type AddressInfo, type Socket } from "node:net"

const pem = (name: string) => readFile(new URL(`tls/${name}.pem`, import.meta.url))
const [ca, cert, key] = await Promise.all([pem("ca"), pem("client"), pem("client-key")])

/** A dispatcher of undici that tunnels through `proxy` and shows our certificate to the gateway. */
const httpClient = (proxy: string) =>
  NodeHttpClient.layerUndiciNoDispatcher.pipe(
    Layer.provide(
      Layer.effect(
        NodeHttpClient.Dispatcher,
        Effect.acquireRelease(
          Effect.sync(() => new Undici.ProxyAgent({ uri: proxy, requestTls: { ca, cert, key } })),
          (dispatcher) => Effect.promise(() => dispatcher.destroy())
        )
      )
    )
  )

const program = Effect.gen(function* () {
  const license = yield* LicenseService
  const definitions = yield* license.getDefinitions
  yield* Console.log(`${definitions.length} licenses, seen through a proxy and a gateway with mutual TLS`)
})

const main = Effect.gen(function* () {
  const emulator = yield* Server
  const { oauth } = yield* Emulator
  const gateway = yield* startGateway(emulator.port)
  const proxy = yield* startProxy
  yield* program.pipe(
    Effect.provide(
      LicenseService.layer({
        gateway: { host: "localhost", port: gateway },
        credentials: { _tag: "ClientCredentials", ...oauth.credentials }
      }).pipe(Layer.provide(httpClient(`http://127.0.0.1:${proxy}`)))
    )
  )
})

/** Starts a server on this machine, and returns its port. It closes when the program ends. */
const listen = (server: http.Server | https.Server) =>
  Effect.acquireRelease(
    Effect.callback<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as AddressInfo).port)))
    }),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

/** A gateway that accepts only clients with a certificate of our authority, and passes requests on to `port`. */
const startGateway = Effect.fnUntraced(function* (port: number) {
  const [cert, key] = yield* Effect.promise(() => Promise.all([pem("gateway"), pem("gateway-key")]))
  return yield* listen(
    https.createServer({ ca, cert, key, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      const { headers, method, url } = request
      request.pipe(
        http.request({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(response)
        })
      )
    })
  )
})

/** A proxy that opens tunnels (`CONNECT host:port`). It cannot read what goes through them. */
const startProxy = Effect.suspend(() => {
  const server = http.createServer()
  server.on("connect", (request, client: Socket) => {
    const [host, port] = (request.url ?? "").split(":")
    const target = connect(Number(port), host === "localhost" ? "127.0.0.1" : host, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n")
      target.pipe(client)
      client.pipe(target)
    })
    target.on("error", () => client.destroy())
    client.on("error", () => target.destroy())
  })
  return listen(server)
})

main.pipe(Effect.provide(Server.layer()), Effect.scoped, NodeRuntime.runMain)
