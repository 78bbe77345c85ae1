import { describe, expect, it } from "@effect/vitest"
import { LicenseService } from "@genesys-license/client"
import type { ClientOptions } from "@genesys-license/client"
import { Emulator } from "@genesys-license/emulator/Emulator"
import type { EmulatorOptions } from "@genesys-license/emulator/Emulator"
import type { Fault } from "@genesys-license/emulator/faults/Fault"
import type { FaultRule } from "@genesys-license/emulator/faults/FaultRule"
import * as FaultRules from "@genesys-license/emulator/faults/FaultRule"
import { defaultClientId, defaultClientSecret } from "@genesys-license/emulator/oauth/OAuthClient"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { call, requestToken } from "../Caller.ts"
import { elapse } from "../../client/virtualTime.ts"

const users = [
  { id: "ann", licenses: ["cloudCX2"] },
  { id: "bob", licenses: [] },
  { id: "eve", licenses: ["communicate"] }
]
const broken: Fault = { type: "status", status: 503 }
const page = "/api/v2/license/users"

const emulator = (...faults: ReadonlyArray<FaultRule>) => Emulator.layerTest({ users, faults })

/** The statuses of so many requests for a page. */
const statuses = (count: number) =>
  Effect.map(
    Effect.forEach(Array.from({ length: count }), () => call("GET", page)),
    (answers) => answers.map(({ status }) => status)
  )

const counts = Effect.gen(function* () {
  const { faults } = yield* Emulator
  return (yield* faults.rules).map(({ fired, matched, name }) => [name, matched, fired])
})

describe("a fault rule", () => {
  const happens = (title: string, rule: Omit<FaultRule, "fault">, expected: ReadonlyArray<number>) =>
    it.effect(title, () =>
      Effect.gen(function* () {
        expect(yield* statuses(expected.length)).toEqual(expected)
      }).pipe(Effect.provide(emulator({ ...rule, fault: broken })))
    )

  happens("happens to every request when it says nothing else", {}, [503, 503, 503])
  happens("happens to the nth request that matches", { operation: "getLicenseUsers", nth: 2 }, [200, 503, 200])
  happens("happens to several of them", { nth: [1, 3] }, [503, 200, 503, 200])
  happens("skips the first", { skip: 2 }, [200, 200, 503, 503])
  happens("is over after so many times", { times: 2 }, [503, 503, 200, 200])
  happens("skips some and is over after some", { skip: 1, times: 1 }, [200, 503, 200])
  happens("never happens at a probability of 0", { probability: 0 }, [200, 200, 200])
  happens("happens to one of several operations", { operation: ["getLicenseUser", "getLicenseUsers"] }, [503])
  happens("does not happen to another operation", { operation: "getLicenseUser" }, [200])
  happens("does not happen to another method", { method: "post" }, [200])
  happens("happens to a method in any case", { method: "get" }, [503])
  happens("does not happen to another path", { path: `${page}/ann` }, [200])
  happens("happens to a path", { path: page }, [503])
  happens("does not happen to another query", { query: { pageNumber: "2" } }, [200])

  it.effect("happens to a query, whatever else is in it", () =>
    Effect.gen(function* () {
      expect((yield* call("GET", `${page}?pageSize=1&pageNumber=2`)).status).toBe(503)
      expect((yield* call("GET", `${page}?pageSize=1&pageNumber=3`)).status).toBe(200)
    }).pipe(Effect.provide(emulator({ query: { pageNumber: "2" }, fault: broken })))
  )

  it.effect("happens to the token endpoint, in its words", () =>
    Effect.gen(function* () {
      const form = { grant_type: "client_credentials" }
      const credentials = { clientId: defaultClientId, clientSecret: defaultClientSecret }
      expect(yield* requestToken(form, credentials)).toMatchObject({
        status: 503,
        body: { error: "server_error", description: "This error was asked for." }
      })
      expect((yield* requestToken(form, credentials)).status).toBe(200)
      expect(yield* statuses(1)).toEqual([200])
    }).pipe(Effect.provide(emulator({ operation: "token", times: 1, fault: broken })))
  )

  it.effect("happens by chance in the same way for the same seed, whatever other rules there are", () =>
    Effect.gen(function* () {
      const rule: FaultRule = { name: "sometimes", probability: 0.3, fault: broken }
      const run = (options: EmulatorOptions) => Effect.provide(statuses(40), Emulator.layerTest({ users, ...options }))
      const first = yield* run({ faults: [rule] })
      const happened = first.filter((status) => status === 503).length
      expect(happened).toBeGreaterThan(3)
      expect(happened).toBeLessThan(25)
      expect(yield* run({ faults: [rule] })).toEqual(first)
      expect(yield* run({ faults: [{ probability: 0.5, fault: { type: "headers", set: {} } }, rule] })).toEqual(first)
      expect(yield* run({ faults: [rule], seed: "another" })).not.toEqual(first)
    })
  )

  it.effect("has a chance of its own, so that two rules do not happen together", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      yield* statuses(40)
      const together = (yield* journal.requests).filter(({ faults }) => faults?.length === 2)
      expect(together.length).toBeGreaterThan(3)
      expect(together.length).toBeLessThan(20)
    }).pipe(
      Effect.provide(
        emulator(
          { probability: 0.5, fault: { type: "headers", set: {} } },
          { probability: 0.5, fault: { type: "headers", set: {} } }
        )
      )
    )
  )

  it.effect("gives way to an earlier one that answers, and is not spent by it", () =>
    Effect.gen(function* () {
      expect(yield* statuses(3)).toEqual([500, 503, 200])
      expect(yield* counts).toEqual([
        ["fault-1", 3, 1],
        ["second", 3, 1]
      ])
    }).pipe(
      Effect.provide(
        emulator({ times: 1, fault: { type: "status", status: 500 } }, { name: "second", times: 1, fault: broken })
      )
    )
  )

  it.effect("adds up with others that let the request go on", () =>
    Effect.gen(function* () {
      const { journal } = yield* Emulator
      const answer = yield* call("GET", page)
      expect(answer.status).toBe(503)
      expect(answer.headers).toMatchObject({ "x-a": "1", "x-b": "2" })
      expect((yield* journal.requests)[0]?.faults).toEqual(["a", "broken", "b"])
    }).pipe(
      Effect.provide(
        emulator(
          { name: "a", fault: { type: "headers", set: { "x-a": "1" } } },
          { name: "broken", fault: broken },
          { name: "b", fault: { type: "headers", set: { "x-b": "2" } } }
        )
      )
    )
  )

  it.effect("can be added, replaced by name, removed, and taken back to the beginning", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      expect(yield* statuses(1)).toEqual([503])
      yield* faults.add({ name: "first", times: 1, fault: { type: "status", status: 500 } })
      expect(yield* statuses(2)).toEqual([500, 200])
      expect(yield* faults.add({ fault: broken }, { fault: broken })).toEqual(["fault-1", "fault-2"])
      expect(yield* faults.remove("fault-1")).toBe(true)
      expect(yield* faults.remove("fault-1")).toBe(false)
      expect((yield* faults.rules).map(({ name }) => name)).toEqual(["first", "fault-2"])
      yield* faults.clear
      expect(yield* statuses(1)).toEqual([200])
      yield* faults.reset
      expect(yield* statuses(2)).toEqual([503, 503])
      expect(yield* counts).toEqual([["first", 2, 2]])
    }).pipe(Effect.provide(emulator({ name: "first", fault: broken })))
  )

  describe("in a file", () => {
    const refused = (title: string, text: string, sentence: string | RegExp) =>
      it.effect(title, () =>
        Effect.gen(function* () {
          expect((yield* Effect.flip(FaultRules.parse(text))).message).toMatch(sentence)
        })
      )
    for (const [what, fault] of [
      ["the name of a header has a space", `{ "type": "headers", "set": { "a b": "c" } }`],
      ["a header has a second line", `{ "type": "headers", "set": { "a": "b\\r\\nc: d" } }`],
      ["a header is not Latin-1", `{ "type": "response", "headers": { "a": "漢" } }`],
      ["Retry-After has a second line", `{ "type": "status", "status": 503, "retryAfter": "1\\n" }`],
      ["a redirection has a second line", `{ "type": "redirect", "location": "/\\r\\n" }`]
    ] as const) {
      refused(`is refused when ${what}`, `[{ "fault": ${fault} }]`, /header/)
    }
    refused(
      "is refused with more than a thousand rules",
      JSON.stringify(Array.from({ length: 1_001 }, () => ({ fault: { type: "hang" } }))),
      "Expected a value with a length of at most 1000"
    )
    refused(
      "is refused with the field that is not known",
      `[{"fault":{"type":"hang"},"probabilty":1}]`,
      "[0].probabilty:"
    )
    refused(
      "is refused with the field that is wrong",
      `[{"fault":{"type":"status","status":200}}]`,
      "[0].fault.status:"
    )
    refused(
      "is refused with the kinds that there are",
      `[{"fault":{"type":"?"}}]`,
      /\[0\]\.fault: .* status, hang, .* drift/
    )
    refused(
      "is refused with the operations that there are",
      `[{"operation":"?","fault":{"type":"hang"}}]`,
      /getLicenseUsers/
    )
    refused("is refused without a unit", `[{"fault":{"type":"latency","duration":"5"}}]`, '"2 seconds" or "250 millis"')
    refused(
      "is refused when it lasts for ever",
      `[{"fault":{"type":"latency","duration":"Infinity"}}]`,
      "[0].fault.duration:"
    )
    refused(
      "is refused for an answer with two bodies",
      `[{"fault":{"type":"response","json":1,"text":"1"}}]`,
      "[0].fault: Expected json or text, not both."
    )
    refused(
      "is refused for a patch whose operation is not known",
      `[{"fault":{"type":"patch","operations":[{"op":"move","path":"/total"}]}}]`,
      "[0].fault.operations[0]: Expected an operation whose op is one of add, remove, replace."
    )
    refused(
      "is refused for a patch whose path is no pointer",
      `[{"fault":{"type":"patch","operations":[{"op":"remove","path":"total"}]}}]`,
      `[0].fault.operations[0].path: Expected a JSON pointer such as "/entities/0/id".`
    )
    refused("is refused when it is no list", `{}`, "Not a list of fault rules: Expected array.")
    refused("is refused where it is no JSON", `[{]`, "line 1 column 3")
  })
})

describe("a fault without a socket", () => {
  /** A request by a client of `HttpClient`, which decodes nothing. */
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
          message: "This error was asked for.",
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
    "answers with a code, a message and a Retry-After of its own",
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
    "answers with whatever text and headers",
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
    "changes parts of the right answer, and no other",
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
    "says that a patch does not fit the answer",
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

  it.effect("does what was asked before it spoils the answer, if told to", () =>
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

  it.effect("comes through a 401 storm with one new token", () =>
    Effect.gen(function* () {
      const license = yield* LicenseService
      const { journal } = yield* Emulator
      yield* license.getDefinitions
      yield* Effect.all(
        Array.from({ length: 10 }, () => license.getUser("ann")),
        { concurrency: "unbounded" }
      )
      expect(yield* journal.verify({ operation: "token", times: 2 })).toHaveLength(2)
      // A token that is seconds old is given a moment before the call is sent again.
    }).pipe(Effect.provide(service([{ operation: "getLicenseUser", nth: 1, fault: { type: "revoke" } }])), elapse)
  )

  it.effect("waits as long as Retry-After says", () =>
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
