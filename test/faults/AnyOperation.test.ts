/** Requests that are not in the contract, with the `httpClient` of the transport. */
import { expect, it } from "@effect/vitest"
import { GenesysTransport } from "@genesys-license/client"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { aToken, overEachClient } from "../support/Attack.ts"
import * as HostileServer from "../support/HostileServer.ts"

overEachClient("A request that is not in the contract", (_, http) => {
  const raw = <A, E>(
    behaviour: HostileServer.Behaviour,
    test: (
      httpClient: GenesysTransport["Service"]["httpClient"],
      server: HostileServer.HostileServer["Service"]
    ) => Effect.Effect<A, E>,
    options: { readonly maxResponseBytes?: number } = {}
  ) =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      server.always(behaviour)
      const gateway = { protocol: "http", host: "127.0.0.1", port: server.port }
      const transport = GenesysTransport.layer({ gateway, credentials: aToken, ...options })
      yield* Effect.provide(
        Effect.flatMap(GenesysTransport, ({ httpClient }) => test(httpClient, server)),
        Layer.provide(transport, http)
      )
    })

  it.live.each([
    ["content-length", "200000"],
    ["content-encoding", "gzip"],
    ["x-total", "7"]
  ] as const)("can be a HEAD with the headers of a GET: %s", ([name, value]) =>
    raw(
      HostileServer.answer({ headers: { [name]: value } }),
      (httpClient, server) =>
        Effect.gen(function* () {
          const answer = yield* httpClient.head("/api/v2/recordings/r")
          expect([answer.status, answer.headers[name], yield* answer.text]).toEqual([200, value, ""])
          expect(server.calls).toHaveLength(1)
        }),
      { maxResponseBytes: 1_000 }
    )
  )

  it.live("can get an answer with a non-ASCII header", () =>
    raw(
      (_, socket) => {
        socket.end("HTTP/1.1 200 OK\r\nx-name: \u682a\u5f0f\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
      },
      (httpClient) =>
        Effect.gen(function* () {
          const answer = yield* httpClient.get("/api/v2/queues/q")
          expect(Buffer.from(answer.headers["x-name"]!, "latin1").toString()).toBe("\u682a\u5f0f")
        })
    )
  )

  it.live("always goes to the host of the transport with its token", () =>
    raw(HostileServer.json([]), (httpClient, server) =>
      Effect.gen(function* () {
        yield* httpClient.get("/api/v2/queues", { headers: { Authorization: "Bearer of-the-caller" } })
        expect(server.calls[0]!.headers.authorization).toMatch(/^Bearer CANARY/)
      })
    )
  )
})
