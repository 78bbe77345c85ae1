import { describe, expect, it } from "@effect/vitest"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { Server } from "@genesys-license/emulator/Server"
import * as Effect from "effect/Effect"
import { request } from "node:http"

/** Sends a request with the headers of a browser. Node's `fetch` does not allow these headers. */
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
      "a website adds a fault without a preflight",
      "POST",
      "/__emulator/faults",
      { origin: "https://evil.example" },
      fault
    ],
    ["a website resets the emulator", "POST", "/__emulator/reset", { origin: "https://evil.example" }],
    ["a sandboxed page resets the emulator", "POST", "/__emulator/reset", { origin: "null" }],
    ["a website logs in", "POST", "/oauth/token", { origin: "https://evil.example" }],
    [
      "a website sends a preflight",
      "OPTIONS",
      "/api/v2/license/users",
      { origin: "https://evil.example", ...preflight }
    ],
    ["the Host is another name for this machine", "GET", "/__emulator/organization", { host: "rebind.example" }],
    ["the Host only begins with localhost", "GET", "/__emulator/organization", { host: "localhost.evil.example" }],
    [
      "Host and Origin are another name for this machine",
      "POST",
      "/__emulator/reset",
      { host: "rebind.example", origin: "http://rebind.example" }
    ],
    ["the Host has another name before an @", "GET", "/__emulator/organization", { host: "evil.example@127.0.0.1" }],
    ["an app on this machine resets the emulator", "POST", "/__emulator/reset", page],
    ["an app sends a preflight to a control route", "OPTIONS", "/__emulator/faults", { ...page, ...preflight }],
    ["an app encodes the path of a control route", "OPTIONS", "//%5F_EMULATOR/faults", { ...page, ...preflight }],
    ["a website loads the journal as an image", "GET", "/__emulator/journal", { "sec-fetch-site": "cross-site" }],
    [
      "a form of an app on another port resets the emulator",
      "POST",
      "/__emulator/reset",
      { "sec-fetch-site": "same-site" }
    ],
    ["the API is called with another name for this machine", "GET", "/api/v2/license/users", { host: "rebind.example" }]
  ])("refuse everything when %s", ([, method, path, headers, body]) =>
    Effect.gen(function* () {
      const { headers: answered, status } = yield* send(method, path, headers, body)
      expect([403, 421]).toContain(status)
      expect(answered["access-control-allow-origin"]).toBeUndefined()
      expect(yield* state).toEqual(untouched)
    }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live("answer the preflight of a page on this machine without a call of the API", () =>
    Effect.gen(function* () {
      const { headers, status } = yield* send("OPTIONS", "/api/v2/license/users", { ...page, ...preflight })
      expect(status).toBe(204)
      expect(headers["access-control-allow-origin"]).toBe(page.origin)
      expect(headers["access-control-allow-headers"]).toBe("authorization,x-a")
      expect(yield* state).toEqual(untouched)
    }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live("let a page on this machine read answers, errors and the rate limit", () =>
    Effect.gen(function* () {
      const { headers, status } = yield* send("GET", "/api/v2/license/users", page)
      expect(status).toBe(401)
      expect(headers["access-control-allow-origin"]).toBe(page.origin)
      expect(headers["access-control-expose-headers"]).toContain("inin-ratelimit-reset")
      expect((yield* state).requests).toHaveLength(1)
    }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live("add no CORS headers when cors is false", () =>
    Effect.gen(function* () {
      const { headers, status } = yield* send("GET", "/api/v2/license/users", page)
      expect(status).toBe(401)
      expect(headers["access-control-allow-origin"]).toBeUndefined()
      expect((yield* send("OPTIONS", "/api/v2/license/users", { ...page, ...preflight })).status).toBe(404)
    }).pipe(Effect.provide(Server.layer({ users: 1, cors: false })))
  )

  it.live.each(["127.0.0.1:1", "localhost", "LOCALHOST:80", "emulator.localhost:8080", "[::1]:8080"])(
    "allow the host %s",
    (host) =>
      Effect.gen(function* () {
        expect((yield* send("POST", "/__emulator/reset", { host })).status).toBe(204)
      }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live("allow a typed address, and a page of the emulator", () =>
    Effect.gen(function* () {
      for (const site of ["none", "same-origin"]) {
        expect((yield* send("GET", "/__emulator/clock", { "sec-fetch-site": site })).status).toBe(200)
      }
      const itself = { host: "localhost:8080", origin: "http://localhost:8080" }
      expect((yield* send("POST", "/__emulator/reset", itself)).status).toBe(204)
    }).pipe(Effect.provide(Server.layer({ users: 1 })))
  )

  it.live("allow the names of the options, and their apps", () =>
    Effect.gen(function* () {
      const host = "Emulator.test:8080"
      const app = { host, origin: "http://emulator.test:3000" }
      expect((yield* send("POST", "/__emulator/reset", { host })).status).toBe(204)
      expect((yield* send("GET", "/api/v2/license/users", app)).status).toBe(401)
      expect((yield* send("POST", "/__emulator/reset", app)).status).toBe(403)
      expect((yield* send("POST", "/__emulator/reset", { host: "other.test" })).status).toBe(421)
      expect((yield* send("POST", "/__emulator/reset", { host: "192.0.2.1" })).status).toBe(421)
    }).pipe(Effect.provide(Server.layer({ users: 1, allowedHosts: ["emulator.test"] })))
  )

  it.live("allow every IP address with allowAddresses, but no other name", () =>
    Effect.gen(function* () {
      const host = "192.0.2.1:8080"
      expect((yield* send("POST", "/__emulator/reset", { host })).status).toBe(204)
      expect((yield* send("POST", "/__emulator/reset", { host: "[2001:db8::1]:8080" })).status).toBe(204)
      expect((yield* send("POST", "/__emulator/reset", { host: "rebind.example:8080" })).status).toBe(421)
      const users = "/api/v2/license/users"
      expect((yield* send("GET", users, { host, origin: "http://192.0.2.1:3000" })).status).toBe(401)
      expect((yield* send("GET", users, { host, origin: "http://192.0.2.99" })).status).toBe(403)
      expect((yield* send("GET", users, { host, origin: "https://evil.example" })).status).toBe(403)
    }).pipe(Effect.provide(Server.layer({ users: 1, host: "0.0.0.0", allowRemote: true })))
  )
})
