import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { request } from "node:http"

/** A request as a browser sends it, or anybody: `fetch` of Node lets nobody choose these headers. */
const send = (method: string, path: string, headers: Record<string, string>, body?: string) =>
  Effect.flatMap(Server, ({ port }) =>
    Effect.callback<{ status: number; headers: NodeJS.Dict<string | Array<string>> }>((resume) => {
      request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
        response.resume()
        response.on("end", () =>
          resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers }))
        )
      }).end(body)
    })
  )

const page = { origin: "http://localhost:3000" }
const preflight = { "access-control-request-method": "POST", "access-control-request-headers": "authorization,x-a" }
const fault = JSON.stringify({ name: "evil", fault: { type: "status", status: 503 } })

const state = Effect.gen(function* () {
  const { faults, journal } = yield* Emulator
  return { rules: yield* faults.rules, requests: yield* journal.requests }
})
const untouched = { rules: [], requests: [] }

describe("Browsers", () => {
  it.live.each<readonly [string, string, string, Record<string, string>, string?]>([
    [
      "a page of the web adds a fault without a preflight",
      "POST",
      "/__emulator/faults",
      { origin: "https://evil.example" },
      fault
    ],
    ["a page of the web resets it", "POST", "/__emulator/reset", { origin: "https://evil.example" }],
    ["a page in a sandbox resets it", "POST", "/__emulator/reset", { origin: "null" }],
    ["a page of the web logs in", "POST", "/oauth/token", { origin: "https://evil.example" }],
    [
      "a page of the web asks whether it may",
      "OPTIONS",
      "/api/v2/license/users",
      { origin: "https://evil.example", ...preflight }
    ],
    ["a page is served by a name that leads here", "GET", "/__emulator/organization", { host: "rebind.example" }],
    ["the name only looks like this machine", "GET", "/__emulator/organization", { host: "localhost.evil.example" }],
    [
      "the page of that name says so",
      "POST",
      "/__emulator/reset",
      { host: "rebind.example", origin: "http://rebind.example" }
    ]
  ])("let nothing happen when %s", ([, method, path, headers, body]) =>
    Effect.gen(function* () {
      const { headers: answered, status } = yield* send(method, path, headers, body)
      expect([403, 421]).toContain(status)
      expect(answered["access-control-allow-origin"]).toBeUndefined()
      expect(yield* state).toEqual(untouched)
    }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live("answer the preflight of a page that this machine serves, which is no request of the API", () =>
    Effect.gen(function* () {
      const { headers, status } = yield* send("OPTIONS", "/api/v2/license/users", { ...page, ...preflight })
      expect(status).toBe(204)
      expect(headers["access-control-allow-origin"]).toBe(page.origin)
      expect(headers["access-control-allow-headers"]).toBe("authorization,x-a")
      expect(yield* state).toEqual(untouched)
    }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live("let such a page read answers, errors and the limit", () =>
    Effect.gen(function* () {
      const { headers, status } = yield* send("GET", "/api/v2/license/users", page)
      expect(status).toBe(401)
      expect(headers["access-control-allow-origin"]).toBe(page.origin)
      expect(headers["access-control-expose-headers"]).toContain("inin-ratelimit-reset")
      expect((yield* state).requests).toHaveLength(1)
    }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live.each(["127.0.0.1:1", "localhost", "[::1]:8080"])("let in whoever asks for %s", (host) =>
    Effect.gen(function* () {
      expect((yield* send("POST", "/__emulator/reset", { host })).status).toBe(204)
    }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live("let in other names once other machines may, and pages of the web not even then", () =>
    Effect.gen(function* () {
      const host = "emulator.test:8080"
      expect((yield* send("POST", "/__emulator/reset", { host })).status).toBe(204)
      expect((yield* send("POST", "/__emulator/reset", { host, origin: `http://${host}` })).status).toBe(204)
      expect((yield* send("POST", "/__emulator/reset", { host, origin: "https://evil.example" })).status).toBe(403)
    }).pipe(Effect.provide(Server.layer({ users: 1, allowRemote: true })))
  )
})
