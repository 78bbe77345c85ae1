/**
 * The client over undici's dispatch beside the platform's over undici: what one reads,
 * the other must. What goes wrong below `LicenseService` is in `faults/`, over both.
 */
import { describe, expect, it, vi } from "@effect/vitest"
import * as UndiciHttpClient from "@genesys-license/undici/UndiciHttpClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import { HttpClientError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { HttpClientResponse } from "effect/http/HttpClientResponse"
import * as Stream from "effect/Stream"
import { EventEmitter } from "node:events"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { type Dispatcher, MockAgent } from "undici"
import { closedByClient } from "../support/Attack.ts"
import * as AwakeClock from "../support/AwakeClock.ts"
import * as HostileServer from "../support/HostileServer.ts"
import { built, ours, both, ending, endless, standsStill } from "./clients.ts"

/** Everything that can be read of an answer. */
const readings = {
  text: ({ text }: HttpClientResponse) => text,
  json: ({ json }: HttpClientResponse) => json,
  arrayBuffer: ({ arrayBuffer }: HttpClientResponse) => Effect.map(arrayBuffer, (body) => [...new Uint8Array(body)]),
  // Only ours offers them; they are those of the other.
  bytes: (response: HttpClientResponse & { readonly bytes?: Effect.Effect<Uint8Array, HttpClientError> }) =>
    Effect.map<ArrayBuffer | Uint8Array, ReadonlyArray<number>>((body) => [...new Uint8Array(body)])(
      response.bytes ?? response.arrayBuffer
    ),
  twice: ({ arrayBuffer }: HttpClientResponse) =>
    Effect.map(Effect.andThen(arrayBuffer, arrayBuffer), ({ byteLength }) => byteLength),
  stream: ({ stream }: HttpClientResponse) =>
    Effect.map(Stream.runCollect(stream), (chunks) => Array.from(Buffer.concat(chunks))),
  urlParamsBody: ({ urlParamsBody }: HttpClientResponse) => Effect.map(urlParamsBody, ({ params }) => params),
  formData: ({ formData }: HttpClientResponse) => Effect.map(formData, (form) => [...form]),
  upgrade: ({ upgrade }: HttpClientResponse) => Effect.asVoid(upgrade),
  head: ({ cookies, headers, status, url }: HttpClientResponse) =>
    Effect.succeed({ cookies: JSON.stringify(cookies), headers: { ...headers, date: "" }, status, url }),
  inspected: (response: HttpClientResponse) => Effect.succeed(Object.keys(response.toJSON() as object).sort())
}

const form = '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'

/** Ten bytes, in a tenth of a second. */
const inPieces: HostileServer.Behaviour = (response) => {
  response.writeHead(200)
  let sent = 0
  const stop = AwakeClock.every(20, () => {
    response.write(`${sent++},`)
    if (sent === 5) {
      stop()
      response.end()
    }
  })
}

const answers: ReadonlyArray<readonly [string, HostileServer.Behaviour]> = [
  ["a small JSON document", HostileServer.json({ a: [1, "é", null] })],
  ["no body", HostileServer.answer({})],
  ["204", HostileServer.answer({ status: 204 })],
  ["an error with a body", HostileServer.error(503, { message: "later" }, { "retry-after": "3" })],
  ["a redirect", HostileServer.answer({ status: 302, headers: { location: "http://127.0.0.1:1/" } })],
  ["text that is no JSON", HostileServer.answer({ body: "<html>", headers: { "content-type": "text/html" } })],
  ["bytes that are no UTF-8", HostileServer.answer({ body: Uint8Array.of(0xff, 0x00, 0xfe) })],
  ["form data", HostileServer.answer({ body: form, headers: { "content-type": "multipart/form-data; boundary=x" } })],
  ["a form", HostileServer.answer({ body: "a=1&b=%20&a=2" })],
  ["a megabyte", HostileServer.answer({ body: new Uint8Array(1_000_000).map((_, n) => n % 251) })],
  [
    "headers that are sent twice",
    HostileServer.answer({ headers: { "set-cookie": ["a=1; Path=/", "b=2"], "x-a": ["1", "2"] } })
  ],
  ["a body in many pieces", inPieces],
  [
    "103 before the answer",
    (response) => {
      response.writeEarlyHints({ link: "</a>; rel=preload" })
      response.end("after")
    }
  ],
  ["a body that is cut off in order", HostileServer.cut("{", "close")],
  ["a body that is reset", HostileServer.cut("{", "reset")],
  ["a reset", HostileServer.reset],
  ["no HTTP", HostileServer.bytes("hello\r\n\r\n")]
]

describe("UndiciHttpClient and the platform's client", () => {
  it.live.each(answers)("read the same of %s", ([, behaviour]) =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      server.always(behaviour)
      const clients = yield* both
      for (const [name, read] of Object.entries(readings)) {
        const [ours, platforms] = yield* Effect.forEach(clients, (client) =>
          ending(
            Effect.flatMap(
              client.get(`${server.url}/a?b=1#c`),
              (response) => read(response) as Effect.Effect<unknown, HttpClientError>
            )
          )
        )
        expect(ours, name).toEqual(platforms)
      }
    }).pipe(Effect.scoped)
  )

  const json = HttpBody.jsonUnsafe({ a: "é" })
  it.live.each([
    ["a query", HttpClientRequest.get("/a b?c=1", { urlParams: { d: "e f", g: "+" }, hash: "h" })],
    ["headers", HttpClientRequest.get("/", { headers: { "X-A": "1", accept: "text/plain" } })],
    ["a JSON body", HttpClientRequest.post("/", { body: json })],
    ["text", HttpClientRequest.put("/", { body: HttpBody.text("é") })],
    ["bytes", HttpClientRequest.post("/", { body: HttpBody.uint8Array(Uint8Array.of(1, 2)) })],
    ["no body", HttpClientRequest.post("/")],
    ["a method without an answer's body", HttpClientRequest.head("/")]
  ] as const)("send the same for %s", ([, request]) =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      server.always(HostileServer.json({}))
      const clients = yield* both
      const statuses = yield* Effect.forEach(clients, (client) =>
        Effect.map(client.execute(HttpClientRequest.prependUrl(request, server.url)), ({ status }) => status)
      )
      const [first, second] = server.requests.map(({ body, headers, method, path }) => {
        const { traceparent: _, b3: __, ...rest } = headers
        return { body, headers: rest, method, path }
      })
      expect(statuses).toEqual([200, 200])
      // The platform's leaves it to its caller to decompress.
      const { "accept-encoding": asked, ...headers } = first!.headers
      expect(asked).toBe("gzip, br, zstd")
      expect({ ...first, headers }).toEqual(second)
    }).pipe(Effect.scoped)
  )

  it.live.each([
    ["a URL that is none", HttpClientRequest.get("http://")],
    ["a header with a line break", HttpClientRequest.get("http://127.0.0.1:1/", { headers: { a: "b\r\nc: d" } })],
    ["a port where nobody listens", HttpClientRequest.get("http://127.0.0.1:1/")]
  ] as const)("fail the same way with %s", ([, request]) =>
    Effect.gen(function* () {
      const [ours, platforms] = yield* Effect.forEach(yield* both, (client) => ending(client.execute(request)))
      expect(ours).toEqual(platforms)
    }).pipe(Effect.scoped)
  )
})

describe("UndiciHttpClient", () => {
  it.live("reads no further than a little ahead of whoever reads", () =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      const { behaviour, sent } = endless()
      server.always(behaviour)
      const response = yield* (yield* ours).get(server.url)
      // What the kernel keeps on both sides is some megabytes.
      expect(yield* standsStill(() => sent.bytes)).toBeLessThan(32_000_000)
      const taken = yield* Stream.runCollect(Stream.take(response.stream, 2))
      expect(taken.every(({ byteLength }) => byteLength > 0)).toBe(true)
      yield* closedByClient(server.calls[0])
    }).pipe(Effect.scoped)
  )

  it.live.each([
    ["waits for the head", HostileServer.hang, (client: HttpClient.HttpClient, url: string) => client.get(url)],
    [
      "collects the body",
      HostileServer.drip(5),
      (client: HttpClient.HttpClient, url: string) => Effect.flatMap(client.get(url), ({ arrayBuffer }) => arrayBuffer)
    ],
    [
      "reads the body as a stream",
      HostileServer.drip(5),
      (client: HttpClient.HttpClient, url: string) =>
        Effect.flatMap(client.get(url), ({ stream }) => Stream.runDrain(stream))
    ]
  ] as const)("closes the connection of who is interrupted while it %s", ([, behaviour, read]) =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      server.always(behaviour)
      const client = yield* ours
      const fiber = yield* Effect.forkChild(read(client, server.url) as Effect.Effect<unknown, HttpClientError>)
      yield* server.arrived(1)
      yield* AwakeClock.provide(Effect.sleep("30 millis"))
      yield* Fiber.interrupt(fiber)
      yield* closedByClient(server.calls[0])
    }).pipe(Effect.scoped)
  )

  it.live.each(["arrayBuffer", "stream"] as const)("goes on reading when its %s is asked for late", (reading) =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      const body = new Uint8Array(20_000_000).map((_, n) => n % 251)
      server.always(HostileServer.answer({ body }))
      const response = yield* (yield* ours).get(server.url)
      yield* AwakeClock.provide(Effect.sleep("50 millis"))
      const read = yield* readings[reading](response)
      expect(Buffer.compare(Buffer.from(read), body)).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.live("sends nothing for who was interrupted before there was a connection", () =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      server.next(HostileServer.after(50, HostileServer.json("first")))
      const client = yield* built(UndiciHttpClient.layerAgent({ connections: 1 }))
      const first = yield* Effect.forkChild(client.get(`${server.url}/first`))
      yield* server.arrived(1)
      const second = yield* Effect.forkChild(client.get(`${server.url}/second`), { startImmediately: true })
      yield* Fiber.interrupt(second)
      yield* Effect.flatMap(Fiber.join(first), ({ text }) => text)
      yield* Effect.flatMap(client.get(`${server.url}/third`), ({ text }) => text)
      expect(server.calls.map(({ path }) => path)).toEqual(["/first", "/third"])
    }).pipe(Effect.scoped)
  )

  it.live("closes the connection of an answer that was thrown away unread, and of no other", () =>
    Effect.gen(function* () {
      setFlagsFromString("--expose-gc")
      const collectGarbage = Effect.sync(runInNewContext("gc") as () => void)
      const server = yield* HostileServer.make()
      const client = yield* ours
      server.next(HostileServer.drip(5), inPieces)
      yield* Effect.asVoid(client.get(server.url))
      const body = yield* Effect.forkChild(Effect.flatMap(client.get(server.url), ({ arrayBuffer }) => arrayBuffer))
      yield* Effect.sleep("20 millis").pipe(
        Effect.andThen(collectGarbage),
        Effect.repeat({ times: 100, until: () => body.pollUnsafe() !== undefined && server.connections() === 1 }),
        AwakeClock.provide
      )
      yield* closedByClient(server.calls[0])
      expect((yield* Fiber.join(body)).byteLength).toBe(10)
    }).pipe(Effect.scoped)
  )

  it.live("watches an answer only until it is read, and not at all when that is at once", () =>
    Effect.gen(function* () {
      const { prototype } = FinalizationRegistry
      const register = vi.spyOn(prototype, "register")
      const unregister = vi.spyOn(prototype, "unregister")
      yield* Effect.addFinalizer(() => Effect.sync(() => [register, unregister].forEach((spy) => spy.mockRestore())))
      const server = yield* HostileServer.make()
      const client = yield* ours
      for (const read of ["arrayBuffer", "stream"] as const) {
        server.next(inPieces)
        const response = yield* client.get(server.url)
        // It is watched if nobody reads it in the same moment.
        yield* Effect.yieldNow
        expect(register.mock.calls.map(([answer]) => answer)).toContain(response)
        expect(unregister.mock.calls.map(([answer]) => answer)).not.toContain(response)
        yield* read === "stream" ? Stream.runDrain(response.stream) : Effect.asVoid(response.arrayBuffer)
        expect(unregister.mock.calls.map(([answer]) => answer)).toContain(response)
      }
      server.next(inPieces)
      const read = yield* Effect.tap(client.get(server.url), ({ arrayBuffer }) => arrayBuffer)
      expect(register.mock.calls.map(([answer]) => answer)).not.toContain(read)
    }).pipe(Effect.scoped)
  )

  it.live("closes its connections with its layer", () =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      yield* Effect.scoped(Effect.flatMap(ours, (client) => Effect.flatMap(client.get(server.url), ({ text }) => text)))
      yield* closedByClient(server.calls[0])
    }).pipe(Effect.scoped)
  )

  it.live("keeps its connections for requests that follow each other", () =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      const client = yield* ours
      for (let n = 0; n < 20; n++) yield* Effect.flatMap(client.get(server.url), ({ arrayBuffer }) => arrayBuffer)
      // undici takes a connection back a moment after its answer has ended.
      expect(new Set(server.calls.map(({ connection }) => connection)).size).toBeLessThan(3)
    }).pipe(Effect.scoped)
  )

  it.live.each([
    ["form data", HttpBody.formData(new FormData())],
    ["a stream", HttpBody.stream(Stream.make(Uint8Array.of(1)))]
  ] as const)("refuses %s as a body, before anything is sent", ([, body]) =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      const result = yield* ending((yield* ours).post(server.url, { body }))
      expect(result).toEqual({ failure: "EncodeError" })
      expect(server.requests).toEqual([])
    }).pipe(Effect.scoped)
  )

  it("says what to use instead where a runtime has a stand-in for undici", () => {
    // What `new Agent()` is in Bun.
    const standIn = new EventEmitter() as unknown as Dispatcher
    expect(() => UndiciHttpClient.make(standIn)).toThrow("Use FetchHttpClient.layer of effect/http instead.")
  })

  it.live("takes any dispatcher", () =>
    Effect.gen(function* () {
      const agent = new MockAgent()
      agent.disableNetConnect()
      agent.get("https://api.example").intercept({ path: "/a" }).reply(200, "mocked")
      const response = yield* UndiciHttpClient.make(agent).get("https://api.example/a")
      expect(yield* response.text).toBe("mocked")
    })
  )

  it.live("asks a proxy for everything that is not excepted from it", () =>
    Effect.gen(function* () {
      const server = yield* HostileServer.make()
      const direct = yield* HostileServer.make()
      const client = yield* built(
        UndiciHttpClient.layerProxy({ httpProxy: server.url, noProxy: new URL(direct.url).host })
      )
      yield* Effect.flatMap(client.get("http://api.example.test/a"), ({ text }) => text)
      yield* Effect.flatMap(client.get(`${direct.url}/b`), ({ text }) => text)
      expect(server.requests.map(({ path }) => path)).toEqual(["http://api.example.test/a"])
      expect(direct.requests.map(({ path }) => path)).toEqual(["/b"])
    }).pipe(Effect.scoped)
  )
})
