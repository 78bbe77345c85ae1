import { describe, expect, it } from "@effect/vitest"
import { LicenseService } from "@genesys-license/client"
import type { ClientOptions } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator/Emulator"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import type { FaultRule } from "@genesys-license/emulator/faults/FaultRule"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { call } from "../Caller.ts"
import { elapse } from "../../client/virtualTime.ts"
import { page, emulator } from "./spoiled.ts"

describe("a fault without a socket", () => {
  /** A request whose answer is not decoded. */
  const get = Effect.gen(function* () {
    const { oauth } = yield* Emulator
    return yield* HttpClient.execute(
      HttpClientRequest.get(`http://localhost${page}`).pipe(HttpClientRequest.bearerToken(yield* oauth.issue()))
    )
  })

  const sees = <E>(
    title: string,
    fault: Fault,
    check: () => Effect.Effect<void, E, Emulator | HttpClient.HttpClient>
  ) => it.effect(title, () => Effect.provide(Effect.suspend(check), emulator({ operation: "getLicenseUsers", fault })))

  const documented: ReadonlyArray<readonly [status: number, code: string]> = [
    [400, "bad.request"],
    [401, "bad.credentials"],
    [403, "missing.any.permissions"],
    [404, "not.found"],
    [408, "client.timeout"],
    [409, "request.conflict"],
    [413, "request.entity.too.large"],
    [415, "unsupported.media.type"],
    [429, "too.many.requests.retry.after"],
    [500, "internal.server.error"],
    [503, "service.unavailable"],
    [504, "request.timeout"]
  ]
  for (const [status, code] of documented) {
    sees(`answers ${status} with ${code}, and no Retry-After`, { type: "status", status }, () =>
      Effect.gen(function* () {
        const { body, headers } = yield* call("GET", page)
        expect(body).toEqual({
          message: "The emulator injected this error because of a fault rule.",
          code,
          status,
          contextId: headers["inin-correlation-id"],
          details: [],
          errors: []
        })
        expect(headers["retry-after"]).toBeUndefined()
      })
    )
  }

  sees(
    "answers with the code, message and Retry-After of the rule",
    { type: "status", status: 429, code: "x", message: "y", retryAfter: 1.5 },
    () =>
      Effect.gen(function* () {
        const answer = yield* call("GET", page)
        expect(answer.body).toMatchObject({ code: "x", message: "y" })
        expect(answer.headers["retry-after"]).toBe("1.5")
      })
  )

  sees("answers later, by the Clock", { type: "latency", duration: "3 seconds" }, () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(get)
      yield* TestClock.adjust("2999 millis")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 millis")
      expect((yield* Fiber.join(fiber)).status).toBe(200)
    })
  )

  sees("answers at a time by chance between two", { type: "latency", duration: "1 seconds", upTo: "5 seconds" }, () =>
    Effect.gen(function* () {
      const fibers = yield* Effect.forEach(Array.from({ length: 20 }), () => Effect.forkChild(get))
      const answered = () => fibers.filter((fiber) => fiber.pollUnsafe() !== undefined).length
      yield* TestClock.adjust("999 millis")
      expect(answered()).toBe(0)
      yield* TestClock.adjust("2 seconds")
      expect(answered()).toBeGreaterThan(2)
      expect(answered()).toBeLessThan(18)
      yield* TestClock.adjust("2001 millis")
      expect(answered()).toBe(20)
    })
  )

  sees("hangs until the caller goes away", { type: "hang" }, () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      const fiber = yield* Effect.forkChild(get, { startImmediately: true })
      yield* TestClock.adjust("1 days")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* Fiber.interrupt(fiber)
      expect(yield* journal.requests).toMatchObject([{ status: undefined, faults: ["fault-1"] }])
    })
  )

  sees("drips its body by the Clock", { type: "drip", every: "1 seconds", bytes: 50 }, () =>
    Effect.gen(function* () {
      const response = yield* get
      expect(response.status).toBe(200)
      const body = yield* Effect.forkChild(response.text)
      yield* TestClock.adjust("2 seconds")
      expect(body.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("10 seconds")
      expect(JSON.parse(yield* Fiber.join(body)).total).toBe(3)
    })
  )

  sees("resets the connection", { type: "reset" }, () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(get)
      expect(error.reason).toMatchObject({ _tag: "TransportError", cause: { code: "ECONNRESET" } })
    })
  )

  sees("resets the connection in the middle of the body", { type: "reset", bytes: 5 }, () =>
    Effect.gen(function* () {
      const response = yield* get
      const chunks: Array<string> = []
      const error = yield* response.stream.pipe(
        Stream.decodeText(),
        Stream.runForEach((chunk) => Effect.sync(() => chunks.push(chunk))),
        Effect.flip
      )
      expect(chunks.join("")).toHaveLength(5)
      expect(error.reason).toMatchObject({ cause: { code: "ECONNRESET" } })
    })
  )

  sees("closes the connection before the promised length", { type: "truncate" }, () =>
    Effect.gen(function* () {
      const response = yield* get
      const error = yield* Effect.flip(response.text)
      expect(error.reason).toMatchObject({ cause: { code: "UND_ERR_SOCKET" } })
    })
  )

  sees("answers with half of the JSON", { type: "truncate", length: "sent", bytes: 9 }, () =>
    Effect.gen(function* () {
      const response = yield* get
      expect(response.headers["content-length"]).toBe("9")
      expect(yield* response.text).toHaveLength(9)
    })
  )

  sees("answers with a page of HTML", { type: "html" }, () =>
    Effect.gen(function* () {
      const response = yield* get
      expect([response.status, response.headers["content-type"]]).toEqual([502, "text/html"])
      expect(yield* response.text).toContain("<h1>502</h1>")
    })
  )

  sees("answers in another shape", { type: "response", json: [null] }, () =>
    Effect.gen(function* () {
      expect(yield* call("GET", page)).toMatchObject({ status: 200, body: [null] })
    })
  )

  sees(
    "answers with any text and headers",
    { type: "response", status: 202, text: "Soon.", headers: { "content-type": "text/x-soon", "retry-after": "9" } },
    () =>
      Effect.gen(function* () {
        const response = yield* get
        expect(response.status).toBe(202)
        expect(response.headers).toMatchObject({ "content-type": "text/x-soon", "retry-after": "9" })
        expect(yield* response.text).toBe("Soon.")
      })
  )

  sees("answers with a status alone", { type: "response", status: 204 }, () =>
    Effect.gen(function* () {
      expect(yield* call("GET", page)).toMatchObject({ status: 204, body: undefined })
    })
  )

  sees(
    "patches the correct answer, and leaves the rest unchanged",
    {
      type: "patch",
      operations: [
        { op: "replace", path: "/total", value: null },
        { op: "remove", path: "/pageCount" },
        { op: "replace", path: "/entities/1/id", value: "ann" },
        { op: "add", path: "/entities/-", value: 7 }
      ]
    },
    () =>
      Effect.gen(function* () {
        const { body, headers, status } = yield* call("GET", `${page}?pageSize=2`)
        expect([status, headers["inin-ratelimit-count"]]).toEqual([200, "1"])
        const { entities, ...counts } = body
        expect(counts).toEqual({ pageNumber: 1, pageSize: 2, total: null })
        expect(
          entities.map((user: { readonly id: string } | number) => (typeof user === "number" ? user : user.id))
        ).toEqual(["ann", "ann", 7])
      })
  )

  sees(
    "answers 500 when a patch cannot be applied",
    { type: "patch", operations: [{ op: "remove", path: "/entities/99" }] },
    () =>
      Effect.gen(function* () {
        const { body, status } = yield* call("GET", page)
        expect([status, body.code]).toEqual([500, "fault.not.applicable"])
        expect(body.message).toContain("/entities/99")
      })
  )

  sees("redirects", { type: "redirect", status: 307, location: "http://localhost/" }, () =>
    Effect.gen(function* () {
      const response = yield* get
      expect([response.status, response.headers["location"]]).toEqual([307, "http://localhost/"])
    })
  )

  sees("answers with white space without end, as if it had been decompressed", { type: "gzipBomb" }, () =>
    Effect.gen(function* () {
      const response = yield* get
      expect(response.headers["content-encoding"]).toBeUndefined()
      const bytes = yield* Stream.runFold(
        response.stream,
        () => 0,
        (sum, chunk) => sum + chunk.length
      )
      expect(bytes).toBe(150 * 1024 * 1024)
    })
  )

  sees(
    "changes headers",
    { type: "headers", set: { "inin-ratelimit-reset": "soon" }, remove: ["inin-ratelimit-count"] },
    () =>
      Effect.gen(function* () {
        const { headers } = yield* get
        expect(headers).toMatchObject({ "inin-ratelimit-allowed": "300", "inin-ratelimit-reset": "soon" })
        expect(headers).not.toHaveProperty("inin-ratelimit-count")
      })
  )

  sees("revokes the token that the request has", { type: "revoke" }, () =>
    Effect.gen(function* () {
      expect(yield* call("GET", page)).toMatchObject({ status: 401, body: { code: "bad.credentials" } })
    })
  )

  it.effect("runs the operation before it replaces the answer, with performed", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const assign = (licenseId: string) =>
        call("POST", "/api/v2/license/organization", {
          body: JSON.stringify({ assignments: [{ licenseId, userIdsAdd: ["bob"], userIdsRemove: [] }] })
        })
      const bob = Effect.map(organization.users, (users) => users.find(({ id }) => id === "bob")?.licenses)
      expect((yield* assign("cloudCX3")).status).toBe(503)
      expect(yield* bob).toEqual([])
      expect((yield* assign("cloudCX3")).status).toBe(504)
      expect(yield* bob).toEqual(["cloudCX3"])
    }).pipe(
      Effect.provide(
        emulator(
          { nth: 1, fault: { type: "status", status: 503 } },
          { nth: 2, fault: { type: "status", status: 504, performed: true } }
        )
      )
    )
  )
})

describe("LicenseService", () => {
  const service = (rules: ReadonlyArray<FaultRule>, options: ClientOptions = {}) =>
    LicenseService.layer({
      region: "us-east-1",
      credentials: {
        _tag: "ClientCredentials",
        clientId: defaultClientId,
        clientSecret: Redacted.make(defaultClientSecret)
      },
      ...options
    }).pipe(Layer.provideMerge(emulator(...rules)))

  it.effect("survives a storm of 401 with one new token", () =>
    Effect.gen(function* () {
      const license = yield* LicenseService
      const { journal } = yield* Emulator
      yield* license.getDefinitions
      yield* Effect.all(
        Array.from({ length: 10 }, () => license.getUser("ann")),
        { concurrency: "unbounded" }
      )
      expect(yield* journal.verify({ operation: "token", times: 2 })).toHaveLength(2)
      // With a token that is seconds old, the client waits before it repeats the call.
    }).pipe(Effect.provide(service([{ operation: "getLicenseUser", nth: 1, fault: { type: "revoke" } }])), elapse)
  )

  it.effect("waits for Retry-After", () =>
    Effect.gen(function* () {
      const license = yield* LicenseService
      const { journal } = yield* Emulator
      const fiber = yield* Effect.forkChild(license.getUser("ann"))
      yield* TestClock.adjust("20 seconds")
      expect((yield* Fiber.join(fiber)).id).toBe("ann")
      const [first, second] = yield* journal.verify({ operation: "getLicenseUser", times: 2 })
      expect(second!.at - first!.at).toBeGreaterThanOrEqual(7000)
    }).pipe(
      Effect.provide(
        service([{ operation: "getLicenseUser", times: 1, fault: { type: "status", status: 429, retryAfter: 7 } }])
      )
    )
  )
})
