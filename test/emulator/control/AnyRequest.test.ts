import { describe, expect, it } from "@effect/vitest"
import { Server } from "@genesys-license/emulator/Server"
import { ErrorBody } from "@genesys-license/schema/ErrorBody"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { request } from "node:http"
import { connect } from "node:net"

interface Sent {
  readonly method: string
  readonly path: string
  readonly contentType: string | undefined
  readonly body: string | undefined
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** Uses a socket, because `fetch` does not send all of these requests. */
const send = (port: number, { body, contentType, method, path }: Sent) =>
  new Promise<Answer>((resolve, reject) => {
    const headers = contentType === undefined ? {} : { "content-type": contentType }
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      let text = ""
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }))
    })
    sent.on("error", reject)
    sent.end(body)
  })

const routes: ReadonlyArray<readonly [method: string, path: string]> = [
  ["GET", "/faults"],
  ["POST", "/faults"],
  ["PUT", "/faults"],
  ["DELETE", "/faults"],
  ["DELETE", "/faults/a"],
  ["GET", "/organization"],
  ["PUT", "/organization"],
  ["POST", "/organization/reset"],
  ["DELETE", "/tokens"],
  ["GET", "/rate-limit"],
  ["PUT", "/rate-limit"],
  ["POST", "/rate-limit/reset"],
  ["GET", "/clock"],
  ["POST", "/clock/advance"],
  ["POST", "/clock/reset"],
  ["GET", "/journal"],
  ["POST", "/journal/assertions"],
  ["DELETE", "/journal"],
  ["POST", "/reset"],
  ["GET", "/openapi.json"]
]

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels)

/** Values that people send by mistake or on purpose. */
const value = fc.oneof(
  fc.constantFrom<unknown>(null, true, "", -1, 0, 0.5, 5, 1e21, 1e300, -1e300, 1_000_001, Number.MAX_SAFE_INTEGER),
  fc.constantFrom("NaN", "Infinity", "-1 days", "0.5 millis", "300000000 days", "1e300 days", "1 second", "end", "[]"),
  fc.constantFrom("a\r\nb: c", "ü漢", "__proto__", "getLicenseUsers", "x".repeat(10_000)),
  fc.jsonValue({ maxDepth: 3 })
)

/** Field names that control routes know, and others. */
const name = fc.constantFrom(
  "by",
  "requests",
  "window",
  "users",
  "seed",
  "clients",
  "roles",
  "definitions",
  "people",
  "largestPage",
  "id",
  "fault",
  "name",
  "nth",
  "skip",
  "times",
  "probability",
  "operation",
  "status",
  "type",
  "query",
  "body",
  "atLeast",
  "comprises",
  "secret",
  "atMost",
  "permissions",
  "set",
  "location",
  "retryAfter",
  "join",
  "__proto__",
  "constructor"
)

const kinds = ["status", "latency", "headers", "redirect", "drift", "patch", "response", "truncate", "drip", "gzipBomb"]

const document: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: "small", withCrossShrink: true }, value, tie("object"), tie("fault"), tie("list")),
  list: fc.array(tie("any"), { maxLength: 3 }),
  object: fc
    .array(fc.tuple(name, tie("any")), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries.map(([name, value]) => [name, value]))),
  fault: fc
    .tuple(fc.constantFrom(...kinds), fc.dictionary(name, tie("any"), { maxKeys: 3 }))
    .map(([type, fields]) => ({ times: 1, fault: { ...fields, type } }))
})).any

const body = fc.oneof(
  { weight: 6, arbitrary: document.map((document) => JSON.stringify(document)) },
  { weight: 2, arbitrary: fc.tuple(name, value).map(([name, value]) => JSON.stringify({ [name]: value })) },
  fc.constantFrom(
    "",
    "{",
    "null",
    "\u0000",
    '{"by":1e999}',
    '{"users":-0}',
    deep(101),
    deep(5_000),
    `{"body":${deep(50_000)}}`
  ),
  fc.string({ unit: "binary", maxLength: 50 })
)

const path = fc
  .tuple(
    fc.constantFrom(...routes).map(([, path]) => path),
    fc.constantFrom(
      "",
      "",
      "",
      "/",
      "/%ZZ",
      "//",
      "/..",
      "/%00",
      "?status=1e999",
      "?operation=x",
      "?a=%ZZ",
      "?status=1&status=2"
    )
  )
  .map(([path, end]) => `/__emulator${path}${end}`)

const anyRequest: fc.Arbitrary<Sent> = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...routes).map(([method, path]) => [method, `/__emulator${path}`]) },
      fc.tuple(fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "TRACE"), path)
    ),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant("application/json") },
      fc.constantFrom(undefined, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "/", "")
    ),
    fc.option(body, { nil: undefined, freq: 10 })
  )
  .map(([[method = "", path = ""], contentType, body]) => ({
    method,
    path,
    contentType,
    body: method === "GET" || method === "TRACE" ? undefined : body
  }))

const decode = Schema.decodeUnknownSync(ErrorBody)

const expectErrorBody = ({ body, status }: Answer) => {
  const error = decode(JSON.parse(body))
  expect(error.status).toBe(status)
  expect(error.message).toMatch(/\S/)
  expect(error.code).toMatch(/^[a-z.]+$/)
}

describe("any request to a control route", () => {
  it.live(
    "gets an answer, an ErrorBody if it is refused, and the emulator still works",
    () =>
      Effect.gen(function* () {
        const { port } = yield* Server
        const get = (path: string) => send(port, { method: "GET", path, contentType: undefined, body: undefined })
        const statuses = new Set<number>()
        yield* Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(anyRequest, async (sent) => {
              const answer = await send(port, sent)
              statuses.add(answer.status)
              expect(answer.status).toBeLessThan(500)
              if (answer.status >= 400) expectErrorBody(answer)
              // A fault can apply to this request and make it hang.
              const struck = request({ host: "127.0.0.1", port, path: "/api/v2/license/users" }, (response) =>
                response.resume().on("error", () => {})
              )
              struck.on("error", () => {}).end()
              for (const route of ["clock", "faults", "organization", "rate-limit", "journal"]) {
                expect((await get(`/__emulator/${route}`)).status).toBe(200)
              }
              struck.destroy()
              await send(port, { method: "POST", path: "/__emulator/reset", contentType: undefined, body: undefined })
            }),
            { numRuns: 400 }
          )
        )
        expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 204, 400, 404, 415]))
      }).pipe(Effect.provide(Server.layer({ users: 2 }))),
    120_000
  )

  it.live("gets an ErrorBody even if it is not HTTP", () =>
    Effect.gen(function* () {
      const { port } = yield* Server
      const exchange = (text: string) =>
        Effect.promise(
          () =>
            new Promise<string>((resolve, reject) => {
              let received = ""
              const socket = connect(port, "127.0.0.1", () => socket.write(text))
              socket.setEncoding("utf8").on("data", (chunk: string) => (received += chunk))
              socket.on("error", reject).on("close", () => resolve(received))
            })
        )
      for (const [status, text] of [
        [400, "\u0016\u0003\u0001\r\n\r\n"],
        [431, `DELETE /__emulator/faults/${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`]
      ] as const) {
        const [head = "", body = ""] = (yield* exchange(text)).split("\r\n\r\n")
        expect(head).toContain(`HTTP/1.1 ${status} `)
        expectErrorBody({ status, body })
      }
    }).pipe(Effect.provide(Server.layer({ users: 2 })))
  )

  it.live("is refused before it is read if it is larger than 16 MiB", () =>
    Effect.gen(function* () {
      const { port } = yield* Server
      const sent = { method: "PUT", path: "/__emulator/organization", contentType: "application/json" }
      const answer = yield* Effect.promise(() => send(port, { ...sent, body: " ".repeat(16 * 1024 * 1024 + 1) }))
      expect(answer.status).toBe(413)
      expectErrorBody(answer)
    }).pipe(Effect.provide(Server.layer({ users: 2 })))
  )
})
