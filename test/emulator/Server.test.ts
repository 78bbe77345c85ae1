import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import { Server } from "@genesys-license/emulator/Server"
import type { ServerOptions } from "@genesys-license/emulator/Server"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { connect } from "node:net"

const request = (url: string, init?: RequestInit) =>
  Effect.promise(async () => {
    const response = await fetch(url, init)
    const body: any = await response.json()
    return { status: response.status, headers: response.headers, body }
  })

const login = (url: string) =>
  request(`${url}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${defaultClientId}:${defaultClientSecret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" })
  })

const authorization = (url: string) =>
  Effect.map(login(url), ({ body }) => ({ authorization: `Bearer ${body.access_token}` }))

const start = (options?: ServerOptions) => Layer.build(Server.layer(options))

describe("Server", () => {
  it.live("serves login and API on a free port of the loopback", () =>
    Effect.gen(function* () {
      const { host, port, url } = yield* Server
      expect(host).toBe("127.0.0.1")
      expect(url).toBe(`http://127.0.0.1:${port}`)
      const users = yield* request(`${url}/api/v2/license/users?pageSize=2`, { headers: yield* authorization(url) })
      expect(users.status).toBe(200)
      expect(users.headers.get("inin-ratelimit-allowed")).toBe("300")
      expect(users.body.total).toBe(3)
      const { journal } = yield* Emulator
      expect((yield* journal.requests).map(({ operation }) => operation)).toEqual(["token", "getLicenseUsers"])
    }).pipe(Effect.provide(Server.layer({ users: 3 })))
  )

  it.live("reads a body once, also behind a path prefix", () =>
    Effect.gen(function* () {
      const { url } = yield* Server
      const headers = { ...(yield* authorization(`${url}/login`)), "content-type": "application/json" }
      const post = (body: string) => request(`${url}/api/api/v2/license/users`, { method: "POST", headers, body })
      expect(yield* post(`["ann","eve"]`)).toMatchObject({ status: 200, body: { ann: { licenses: ["cloudCX2"] } } })
      expect(yield* post("[]".padEnd(512_001))).toMatchObject({ status: 413, body: { status: 413 } })
      expect(yield* post("{")).toMatchObject({ status: 400, body: { code: "bad.request" } })
    }).pipe(
      Effect.provide(
        Server.layer({ users: [{ id: "ann", licenses: ["cloudCX2"] }], loginPrefix: "login", apiPrefix: "api" })
      )
    )
  )

  it.live("refuses a too large body without Content-Length", () =>
    Effect.gen(function* () {
      const { url } = yield* Server
      const chunk = new TextEncoder().encode(" ".repeat(100_000))
      const body = new ReadableStream({
        start(controller) {
          for (let n = 0; n < 6; n++) controller.enqueue(chunk)
          controller.close()
        }
      })
      const headers = { ...(yield* authorization(url)), "content-type": "application/json" }
      const init = { method: "POST", headers, body, duplex: "half" }
      expect(yield* request(`${url}/api/v2/license/users`, init)).toMatchObject({ status: 413, body: { status: 413 } })
    }).pipe(Effect.provide(Server.layer()))
  )

  it.live("refuses a host that other machines can reach, without allowRemote", () =>
    Effect.gen(function* () {
      for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.com"]) {
        expect(yield* Effect.flip(start({ host }))).toMatchObject({ _tag: "RemoteHostRefused", host })
      }
      yield* start({ host: "0.0.0.0", allowRemote: true })
      yield* start({ host: "localhost" })
    })
  )

  it.live("listens on a different free port for each layer", () =>
    Effect.gen(function* () {
      const layer = Server.layer()
      const [one, other] = yield* Effect.all([Layer.build(Layer.fresh(layer)), Layer.build(Layer.fresh(layer))])
      expect(Context.get(one, Server).port).not.toBe(Context.get(other, Server).port)
    })
  )

  it.live("fails with CannotListen when the port is in use", () =>
    Effect.gen(function* () {
      const { port } = yield* Server
      const error = yield* Effect.flip(start({ port }))
      expect(error).toMatchObject({
        _tag: "CannotListen",
        message: `Port ${port} on 127.0.0.1 is already in use. Choose another port, or 0 for any free one.`
      })
    }).pipe(Effect.provide(Server.layer()))
  )

  it.live("closes its socket at the end, even with an unfinished request", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { port, url } = yield* Effect.provide(Server, yield* Layer.buildWithScope(Server.layer(), scope))
      expect((yield* login(url)).status).toBe(200)
      const stalled = connect(port, "127.0.0.1")
      stalled.on("error", () => {})
      const closed = new Promise((resolve) => stalled.once("close", resolve))
      yield* Effect.promise(() => new Promise((resolve) => stalled.once("connect", resolve)))
      stalled.write("POST /oauth/token HTTP/1.1\r\nhost: x\r\n")
      // The answer shows that the earlier bytes have arrived.
      expect((yield* login(url)).status).toBe(200)
      yield* Scope.close(scope, yield* Effect.exit(Effect.void))
      yield* Effect.promise(() => closed)
      expect(yield* Effect.promise(() => fetch(url).catch(() => "refused"))).toBe("refused")
    })
  )
})
