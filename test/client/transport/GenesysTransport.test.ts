import { describe, expect, it } from "@effect/vitest"
import { CurrentOperation, type GenesysError, GenesysTransport, withCallOptions } from "@genesys-license/client"
import * as Operation from "@genesys-license/schema/Operation"
import { Authorization } from "@genesys-license/schema/Authorization"
import * as Effect from "effect/Effect"
import { FetchHttpClient } from "effect/http"
import { HttpApi, HttpApiClient, HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "effect/http-api"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Canary from "../../support/Canary.ts"
import { always } from "../clients.ts"
import { elapse } from "../virtualTime.ts"

const Queue = Schema.Struct({ id: Schema.String, name: Schema.String })

/** Somebody's own API: as it knows nothing of ours, and with our annotations. */
const queues = HttpApiGroup.make("queues").add(
  HttpApiEndpoint.get("getQueue", "/api/v2/queues/:id", { params: { id: Schema.String }, success: Queue }),
  HttpApiEndpoint.post("createQueue", "/api/v2/queues", { payload: Queue, success: Queue })
)
const QueuesApi = HttpApi.make("Queues").add(queues)
const search = HttpApiEndpoint.post("searchQueues", "/api/v2/queues/search", {
  payload: Schema.Struct({ name: Schema.String }),
  success: Schema.Array(Queue)
}).annotateMerge(Operation.reads({ scope: "routing", summary: "Search queues.", permissions: ["routing:queue:view"] }))
const SearchApi = HttpApi.make("Search").add(HttpApiGroup.make("search").add(search).middleware(Authorization))

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: string
}

/** A transport whose server gives these answers in turn, the last one for ever. */
const withServer = <A, E>(
  answers: ReadonlyArray<(sent: Sent) => Response>,
  test: (transport: GenesysTransport["Service"], sent: ReadonlyArray<Sent>) => Effect.Effect<A, E, GenesysTransport>,
  options: Partial<Parameters<typeof GenesysTransport.layer>[0]> = {}
) => {
  const sent: Array<Sent> = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input instanceof Request ? input : `${input}`, init)
    sent.push({ method: request.method, url: request.url, headers: request.headers, body: await request.text() })
    return answers[Math.min(sent.length, answers.length) - 1]!(sent.at(-1)!)
  }
  return Effect.flatMap(GenesysTransport, (transport) => test(transport, sent)).pipe(
    Effect.provide(
      GenesysTransport.layer({
        region: "us-east-1",
        credentials: { _tag: "AccessToken", accessToken: Redacted.make(Canary.accessToken) },
        ...options
      }).pipe(Layer.provide(FetchHttpClient.layer), Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch)))
    ),
    always(0),
    elapse
  )
}

const ok = () => Response.json({ id: "q", name: "Sales" })
const down = () => Response.json({ message: "down", code: "service.unavailable" }, { status: 503 })

describe("GenesysTransport.group", () => {
  it.effect("gives the methods of a group that is not of our contract", () =>
    withServer([ok], (transport, sent) =>
      Effect.gen(function* () {
        expect(yield* transport.group(queues).getQueue({ params: { id: "a/b" } })).toEqual({ id: "q", name: "Sales" })
        expect(sent[0]!.url).toBe("https://api.mypurecloud.com/api/v2/queues/a%2Fb")
        expect(sent[0]!.headers.get("authorization")).toBe(`Bearer ${Canary.accessToken}`)
      })
    )
  )

  it.effect("repeats what reads by its method, and never what writes", () =>
    withServer([down, down, down, down, down], (transport, sent) =>
      Effect.gen(function* () {
        const { createQueue, getQueue } = transport.group(queues)
        const read = yield* Effect.flip(getQueue({ params: { id: "q" } }))
        expect([read.attempts, read.reason._tag]).toEqual([4, "ServerError"])
        const written = yield* Effect.flip(createQueue({ payload: { id: "q", name: "Sales" } }))
        expect([written.operation, written.attempts, written.reason._tag]).toEqual(["createQueue", 1, "OutcomeUnknown"])
        expect(sent).toHaveLength(5)
      })
    )
  )

  it.effect("takes the status that the endpoint has, and no other", () =>
    withServer([() => Response.json({ id: "q", name: "Sales" }, { status: 201 }), ok], (transport) =>
      Effect.gen(function* () {
        const group = HttpApiGroup.make("queues").add(
          HttpApiEndpoint.post("create", "/api/v2/queues", { success: Queue.pipe(HttpApiSchema.status(201)) })
        )
        const { create } = transport.group(group)
        expect(yield* create()).toEqual({ id: "q", name: "Sales" })
        expect((yield* Effect.flip(create())).message).toContain("its status is 200 instead of 201")
      })
    )
  )

  it.effect("needs no body where the endpoint has none", () =>
    withServer([() => new Response(null, { status: 204 })], (transport, sent) =>
      Effect.gen(function* () {
        const group = HttpApiGroup.make("queues").add(
          HttpApiEndpoint.delete("remove", "/api/v2/queues/:id", { params: { id: Schema.String } })
        )
        expect(yield* transport.group(group).remove({ params: { id: "q" } })).toBeUndefined()
        expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
          "DELETE https://api.mypurecloud.com/api/v2/queues/q"
        ])
      })
    )
  )

  it.effect("sends the headers of the endpoint, but for the token", () =>
    withServer([ok], (transport, sent) =>
      Effect.gen(function* () {
        const headers = { "x-division": Schema.String, authorization: Schema.String }
        const group = HttpApiGroup.make("queues").add(HttpApiEndpoint.get("get", "/q", { headers, success: Queue }))
        yield* transport.group(group).get({ headers: { "x-division": "d", authorization: "Bearer of-the-caller" } })
        expect(sent[0]!.headers.get("x-division")).toBe("d")
        expect(sent[0]!.headers.get("authorization")).toBe(`Bearer ${Canary.accessToken}`)
      })
    )
  )

  it.effect.each(["", ".", "..", "%2e%2E", "%252e"])("refuses %j for a part of its path, and sends nothing", (id) =>
    withServer([ok], (transport, sent) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(transport.group(queues).getQueue({ params: { id } }))
        expect([error.operation, error.reason._tag]).toEqual(["getQueue", "InvalidRequest"])
        expect(error.message).toContain("id must not be")
        expect(sent).toEqual([])
      })
    )
  )

  it.effect.each([
    ["two kinds of answers", HttpApiEndpoint.get("odd", "/odd", { success: [Queue, HttpApiSchema.Accepted] })],
    [
      "a body that is no JSON",
      HttpApiEndpoint.post("odd", "/odd", { payload: HttpApiSchema.asText()(Schema.String), success: Queue })
    ]
  ] as const)("refuses an endpoint with %s, and says what takes it", ([, endpoint]) =>
    withServer([ok], (transport) =>
      Effect.sync(() =>
        expect(() => transport.group(HttpApiGroup.make("odd").add(endpoint))).toThrow(
          /^odd .+ Call it with HttpApiClient.makeWith over the httpClient/
        )
      )
    )
  )
})

describe("GenesysTransport.httpClient", () => {
  const get = (path: string) =>
    Effect.flatMap(GenesysTransport, ({ httpClient }) => Effect.flatMap(httpClient.get(path), (answer) => answer.json))

  it.effect("sends the token, repeats, and names the request by method and path", () =>
    withServer([down, ok, () => Response.json({ message: "no", code: "not.found" }, { status: 404 })], (_, sent) =>
      Effect.gen(function* () {
        expect(yield* get("/api/v2/queues/q?expand=members")).toEqual({ id: "q", name: "Sales" })
        expect(sent.map(({ url }) => url)).toEqual(
          Array(2).fill("https://api.mypurecloud.com/api/v2/queues/q?expand=members")
        )
        const error = (yield* Effect.flip(get("/api/v2/queues/q?expand=members"))) as GenesysError
        expect([error.operation, error.reason._tag]).toEqual(["GET /api/v2/queues/q", "NotFound"])
      })
    )
  )

  it.effect.each([
    "https://evil.example/api/v2/users",
    "//evil.example/x",
    "/\\evil.example",
    "api/v2/users",
    "",
    "/api/v2/queues/..",
    "/api/v2/queues/%2E./members?a=b"
  ])("refuses %j, and sends nothing", (url) =>
    withServer([ok], (_, sent) =>
      Effect.gen(function* () {
        const error = (yield* Effect.flip(get(url))) as GenesysError
        expect(error.reason._tag).toBe("InvalidRequest")
        expect(sent).toEqual([])
      })
    )
  )

  it.effect("repeats no POST, unless it is told that the request only reads", () =>
    withServer([down], (transport, sent) =>
      Effect.gen(function* () {
        const post = transport.httpClient.post("/api/v2/users/search")
        expect((yield* Effect.flip(post)).reason._tag).toBe("OutcomeUnknown")
        expect(sent).toHaveLength(1)
        const reading = Effect.provideService(post, CurrentOperation, { operation: "postUsersSearch", writes: false })
        const error = yield* Effect.flip(reading)
        expect([error.operation, error.attempts, error.reason._tag]).toEqual(["postUsersSearch", 4, "ServerError"])
      })
    )
  )

  it.effect("hands on an answer without a body", () =>
    withServer([() => new Response(null, { status: 204 })], (transport) =>
      Effect.gen(function* () {
        const answer = yield* transport.httpClient.del("/api/v2/tokens/me")
        expect([answer.status, yield* answer.text]).toEqual([204, ""])
      })
    )
  )

  it.effect("carries a client of somebody's own API, with our errors", () =>
    withServer([down, ok, () => Response.json({ code: "not.found" }, { status: 404 })], ({ httpClient }) =>
      Effect.gen(function* () {
        const client = yield* HttpApiClient.makeWith(QueuesApi, { httpClient })
        expect(yield* client.queues.getQueue({ params: { id: "q" } })).toEqual({ id: "q", name: "Sales" })
        const error = (yield* Effect.flip(client.queues.getQueue({ params: { id: "x" } }))) as GenesysError
        expect([error._tag, error.reason._tag]).toEqual(["GenesysError", "NotFound"])
      })
    )
  )

  it.effect("learns from our annotations, given layerOperations", () =>
    withServer([down, () => Response.json([]), () => Response.json({}, { status: 403 })], ({ httpClient }) =>
      Effect.gen(function* () {
        const client = yield* HttpApiClient.makeWith(SearchApi, { httpClient })
        expect(yield* client.search.searchQueues({ payload: { name: "s" } })).toEqual([])
        const error = (yield* Effect.flip(client.search.searchQueues({ payload: { name: "s" } }))) as GenesysError
        expect(error.operation).toBe("searchQueues")
        expect(error.reason).toMatchObject({ _tag: "Forbidden", permissions: ["routing:queue:view"] })
      }).pipe(Effect.provide(GenesysTransport.layerOperations))
    )
  )
})

describe("GenesysTransport.redact", () => {
  it.effect("takes the headers of the client out of what a server says, such as the key of a gateway", () =>
    withServer(
      [ok],
      ({ redact }) =>
        Effect.sync(() =>
          expect(redact(`no CANARY-of-the-gateway, no ${Canary.accessToken}`)).toBe("no <redacted>, no <redacted>")
        ),
      { headers: { "x-api-key": "CANARY-of-the-gateway" } }
    )
  )
})

describe("GenesysTransport.layerTest", () => {
  it.effect("answers without a login, and with all policies", () => {
    const seen: Array<string> = []
    const layer = GenesysTransport.layerTest((request) => {
      seen.push(`${request.method} ${request.url}`)
      return seen.length === 1 ? down() : ok()
    })
    return Effect.gen(function* () {
      const { group } = yield* GenesysTransport
      expect(yield* group(queues).getQueue({ params: { id: "q" } })).toEqual({ id: "q", name: "Sales" })
      expect(seen).toEqual(Array(2).fill("GET https://api.mypurecloud.com/api/v2/queues/q"))
    }).pipe(Effect.provide(layer), always(0), elapse)
  })
})

describe("transformClient", () => {
  it.effect("sees every attempt", () => {
    const seen: Array<string> = []
    return withServer(
      [down, ok],
      (transport) =>
        Effect.gen(function* () {
          yield* transport.group(queues).getQueue({ params: { id: "q" } })
          expect(seen).toEqual(["GET", "GET"])
        }),
      {
        transformClient: (client) =>
          Object.assign(Object.create(client) as typeof client, {
            execute: (request: Parameters<typeof client.execute>[0]) => {
              seen.push(request.method)
              return client.execute(request)
            }
          })
      }
    )
  })
})

describe("withCallOptions", () => {
  it.effect("adds to the options of an outer effect, and wins over them", () =>
    withServer([down], (transport, sent) =>
      Effect.gen(function* () {
        const call = Effect.exit(transport.group(queues).getQueue({ params: { id: "q" } }))
        yield* call.pipe(withCallOptions({ callTimeout: "10 seconds" }), withCallOptions({ retries: 0 }))
        expect(sent).toHaveLength(1)
        yield* call.pipe(
          withCallOptions({ retries: 1, headers: { "x-a": "inner" } }),
          withCallOptions({ retries: 0, headers: { "x-a": "outer", "x-b": "outer" } })
        )
        expect(sent).toHaveLength(3)
        expect([sent[2]!.headers.get("x-a"), sent[2]!.headers.get("x-b")]).toEqual(["inner", "outer"])
      })
    )
  )

  it.effect("leaves alone what an inner effect does not set", () =>
    withServer([down], (transport, sent) =>
      Effect.gen(function* () {
        const call = Effect.exit(transport.group(queues).getQueue({ params: { id: "q" } }))
        yield* call.pipe(withCallOptions({ retries: undefined }), withCallOptions({ retries: 0 }))
        expect(sent).toHaveLength(1)
      })
    )
  )
})
