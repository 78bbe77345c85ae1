import { describe, expect, it } from "@effect/vitest"
import * as Catalog from "@genesys-license/emulator/organization/Catalog"
import { Emulator } from "@genesys-license/emulator/Emulator"
import { Organization } from "@genesys-license/emulator/organization/Organization"
import { Server } from "@genesys-license/emulator/Server"
import { LicenseApi } from "@genesys-license/schema/license/LicenseApi"
import { UserLicenses, UserLicensesEntityListing } from "@genesys-license/schema/license/User"
import * as Effect from "effect/Effect"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { call } from "../Caller.ts"

const users = [
  { id: "ann", licenses: ["cloudCX2", "gcSTAupgrade"] },
  { id: "bob", licenses: [] }
]

/** A client that is derived from the contract, so every answer that it decodes matches the contract. */
const client = Effect.gen(function* () {
  const { oauth } = yield* Emulator
  const token = yield* oauth.issue()
  return yield* HttpApiClient.makeWith(LicenseApi, {
    baseUrl: "https://api.mypurecloud.com",
    httpClient: HttpClient.mapRequest(yield* HttpClient.HttpClient, HttpClientRequest.bearerToken(token))
  })
})

describe("LicenseHandlers", () => {
  it.effect("answer all ten operations", () =>
    Effect.gen(function* () {
      const api = yield* client
      expect(yield* api.getLicenseDefinitions()).toEqual(Catalog.definitions)
      expect(yield* api.getLicenseDefinition({ params: { licenseId: "cloudCX3" } })).toEqual(
        Catalog.definitions.find(({ id }) => id === "cloudCX3")
      )
      expect(yield* api.getLicenseToggle({ params: { featureName: "a b/c" } })).toEqual({
        featureName: "a b/c",
        enabled: true
      })
      expect(yield* api.postLicenseToggle({ params: { featureName: "x" } })).toEqual({
        featureName: "x",
        enabled: true
      })
      expect(yield* api.getLicenseUser({ params: { userId: "bob" } })).toEqual({
        id: "bob",
        licenses: [],
        selfUri: "/api/v2/license/users/bob"
      })
      expect(yield* api.getLicenseUsers({ query: { pageSize: 1, pageNumber: 2 } })).toEqual({
        entities: [{ id: "bob", licenses: [], selfUri: "/api/v2/license/users/bob" }],
        pageSize: 1,
        pageNumber: 2,
        total: 2,
        pageCount: 2
      })
      expect(yield* api.postLicenseUsers({ payload: ["ann", "eve"] })).toEqual({ ann: ["cloudCX2", "gcSTAupgrade"] })
      const agent = Catalog.roles.find(({ name }) => name === "Agent")!
      expect(yield* api.postLicenseInfer({ payload: [agent.id] })).toEqual(["cloudCX2"])
      expect(yield* api.postLicenseInferPermissions({ payload: ["wallboard:wallboard:view"] })).toEqual([
        "wallboardUser"
      ])
      expect(
        yield* api.postLicenseOrganization({
          payload: { assignments: [{ licenseId: "cloudCX2", userIdsAdd: ["bob"], userIdsRemove: [] }] }
        })
      ).toEqual([{ userId: "bob", licenseId: "cloudCX2", result: "Success" }])
      expect(yield* api.postLicenseUsers({ payload: ["bob"] })).toEqual({ bob: ["cloudCX2"] })
    }).pipe(Effect.provide(Emulator.layerTest({ users })))
  )

  it.effect("answer the first page with 25 users by default", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/license/users")
      expect(body).toMatchObject({ pageSize: 25, pageNumber: 1, total: 200, pageCount: 8 })
      expect(body.entities).toHaveLength(25)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect.prop(
    "write the same bytes for the list of users as the contract's encoder",
    {
      users: Schema.Array(UserLicenses),
      pageSize: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10 })),
      pageNumber: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 3 }))
    },
    ({ pageNumber, pageSize, users }) =>
      Effect.gen(function* () {
        const organization = yield* Organization.make({ users })
        const page = yield* organization.page({ pageNumber, pageSize })
        expect(yield* organization.pageJson({ pageNumber, pageSize })).toBe(
          JSON.stringify(yield* Schema.encodeEffect(UserLicensesEntityListing)(page))
        )
      }),
    { arbitrary: { seed: 20_261_124, runs: 200 } }
  )

  it.effect("write valid JSON for the list of users, whatever their ids are", () =>
    Effect.gen(function* () {
      const ids = [`"`, "\\", "\n", "\u2028", "\ud800", "ü😀", "__proto__", ""]
      const { organization } = yield* Emulator
      yield* organization.updateUsers(() => ids.map((id) => ({ id, licenses: [id] })))
      const { body, headers } = yield* call("GET", "/api/v2/license/users")
      expect(headers["content-type"]).toBe("application/json")
      expect(body.entities).toEqual(ids.map((id) => ({ id, licenses: [id], selfUri: `/api/v2/license/users/${id}` })))
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("accept a POST without a body", () =>
    Effect.gen(function* () {
      for (const [path, answer] of [
        ["users", {}],
        ["infer", []],
        ["infer/permissions", []],
        ["organization", []]
      ] as const) {
        expect(yield* call("POST", `/api/v2/license/${path}`)).toMatchObject({ status: 200, body: answer })
      }
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("keep a user with the id __proto__ in the map", () =>
    Effect.gen(function* () {
      const { body } = yield* call("POST", "/api/v2/license/users", { body: `["__proto__","constructor"]` })
      expect(Object.entries(body)).toEqual([["__proto__", { licenses: ["cloudCX2"] }]])
    }).pipe(Effect.provide(Emulator.layerTest({ users: [{ id: "__proto__", licenses: ["cloudCX2"] }] })))
  )
})

describe("an error", () => {
  const errorBody = (
    status: number,
    code: string,
    message: unknown,
    headers: { readonly [name: string]: unknown }
  ) => ({
    message,
    code,
    status,
    contextId: headers["inin-correlation-id"],
    details: [],
    errors: []
  })

  it.effect("401 authentication.required answers a request without a token", () =>
    Effect.gen(function* () {
      const { body, headers, status } = yield* call("GET", "/api/v2/license/users", { token: null })
      expect(status).toBe(401)
      expect(body).toEqual(
        errorBody(
          401,
          "authentication.required",
          "No authentication bearer token specified in authorization header.",
          headers
        )
      )
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("401 bad.credentials answers an unknown token", () =>
    Effect.gen(function* () {
      const token = Redacted.make("CANARY-made-up")
      const { body, headers, status } = yield* call("GET", "/api/v2/license/users", { token })
      expect(status).toBe(401)
      expect(body).toEqual(errorBody(401, "bad.credentials", "Invalid login credentials.", headers))
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("403 missing.any.permissions names the permissions; one of them is enough", () =>
    Effect.gen(function* () {
      const { body, headers, status } = yield* call("GET", "/api/v2/license/definitions")
      const message =
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: "
      const list = "[authorization:grant:add, authorization:license:view]"
      expect(status).toBe(403)
      expect(body).toEqual({
        ...errorBody(403, "missing.any.permissions", message + list, headers),
        messageWithParams: `${message}{permissions}`,
        messageParams: { permissions: list }
      })
      // The contract declares no permission for these.
      expect((yield* call("GET", "/api/v2/license/users")).status).toBe(200)
      expect((yield* call("POST", "/api/v2/license/infer")).status).toBe(200)
    }).pipe(Effect.provide(Emulator.layerTest({ clients: [{ id: "nothing", permissions: [] }] })))
  )

  it.effect("403 prevents a viewer from assigning licenses, and from nothing else", () =>
    Effect.gen(function* () {
      expect((yield* call("GET", "/api/v2/license/definitions")).status).toBe(200)
      expect(yield* call("POST", "/api/v2/license/organization")).toMatchObject({
        status: 403,
        body: { messageParams: { permissions: "[authorization:grant:add]" } }
      })
    }).pipe(
      Effect.provide(Emulator.layerTest({ clients: [{ id: "viewer", permissions: ["authorization:license:view"] }] }))
    )
  )

  it.effect("403 app.not.authorized.for.scope applies to users, not to client credentials", () =>
    Effect.gen(function* () {
      const { oauth } = yield* Emulator
      const readonly = yield* oauth.issue({ scopes: ["license:readonly"] })
      const none = yield* oauth.issue({ scopes: [] })
      expect((yield* call("POST", "/api/v2/license/users", { token: readonly })).status).toBe(200)
      expect(yield* call("POST", "/api/v2/license/organization", { token: readonly })).toMatchObject({
        status: 403,
        body: { code: "app.not.authorized.for.scope", message: "App not authorized to use scope license" }
      })
      expect(yield* call("GET", "/api/v2/license/users", { token: none })).toMatchObject({
        status: 403,
        body: { code: "app.not.authorized.for.scope", message: "App not authorized to use scope license:readonly" }
      })
      expect((yield* call("POST", "/api/v2/license/organization")).status).toBe(200)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  for (const [what, method, path] of [
    ["definition", "GET", "/api/v2/license/definitions/cloudCX9"],
    ["user", "GET", "/api/v2/license/users/eve"],
    ["operation", "GET", "/api/v2/license/nothing"],
    ["method", "PUT", "/api/v2/license/users"],
    ["page of another API", "GET", "/api/v2/routing/queues"],
    ["percent encoding", "GET", "/api/v2/license/users/%zz"]
  ] as const) {
    it.effect(`404 not.found answers an unknown ${what}`, () =>
      Effect.gen(function* () {
        const { body, headers, status } = yield* call(method, path)
        expect(status).toBe(404)
        expect(body).toEqual(errorBody(404, "not.found", "The requested resource was not found.", headers))
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  }

  for (const [query, name, value] of [
    ["pageSize=0", "pageSize", "0"],
    ["pageSize=-1", "pageSize", "-1"],
    ["pageSize=abc", "pageSize", "abc"],
    ["pageSize=2.5", "pageSize", "2.5"],
    ["pageSize=", "pageSize", ""],
    ["pageNumber=0", "pageNumber", "0"],
    ["pageNumber=1&pageNumber=2", "pageNumber", "1, 2"],
    ["pageSize=25&pageNumber=2147483648", "pageNumber", "2147483648"]
  ] as const) {
    it.effect(`400 invalid.query.param.value refuses ${query}, and names the parameter`, () =>
      Effect.gen(function* () {
        const { body, headers, status } = yield* call("GET", `/api/v2/license/users?${query}`)
        expect(status).toBe(400)
        const message = new RegExp(
          `^Value \\[${value}\\] is not valid for parameter \\[${name}\\]\\. Allowable values are: \\S`
        )
        expect(body).toEqual({
          ...errorBody(400, "invalid.query.param.value", expect.stringMatching(message), headers),
          details: [{ errorCode: "invalid.query.param.value", fieldName: name }]
        })
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  }

  for (const [what, method, path, body] of [
    ["a relative path segment", "GET", "/users/%252e%252e", undefined],
    ["broken JSON", "POST", "/users", `["a"`],
    ["an object for a list", "POST", "/users", `{}`],
    ["a string for a list", "POST", "/infer/permissions", `"routing:queue:join"`],
    ["a list for an object", "POST", "/organization", `[]`]
  ] as const) {
    it.effect(`400 bad.request refuses ${what}`, () =>
      Effect.gen(function* () {
        const answer = yield* call(method, `/api/v2/license${path}`, body === undefined ? {} : { body })
        expect(answer.status).toBe(400)
        const message = /^The request could not be understood by the server due to malformed syntax\. \S.*$/
        expect(answer.body).toEqual(errorBody(400, "bad.request", expect.stringMatching(message), answer.headers))
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  }

  for (const [what, path, body, fieldName] of [
    ["a number for an id", "/infer", `["a",1]`, "[1]"],
    ["null for an id", "/users", `[null]`, "[0]"],
    ["a body without assignments", "/organization", `{}`, "assignments"],
    [
      "a missing list",
      "/organization",
      `{"assignments":[{"licenseId":"cloudCX2","userIdsAdd":[]}]}`,
      "assignments[0].userIdsRemove"
    ],
    [
      "a missing license",
      "/organization",
      `{"assignments":[{"userIdsAdd":[],"userIdsRemove":[]}]}`,
      "assignments[0].licenseId"
    ],
    [
      "a user twice in a list",
      "/organization",
      `{"assignments":[{"licenseId":"cloudCX2","userIdsAdd":["a","a"],"userIdsRemove":[]}]}`,
      "assignments[0].userIdsAdd"
    ]
  ] as const) {
    it.effect(`400 constraint.validation refuses ${what}, and names the field`, () =>
      Effect.gen(function* () {
        const answer = yield* call("POST", `/api/v2/license${path}`, { body })
        expect(answer.status).toBe(400)
        expect(answer.body).toEqual({
          ...errorBody(400, "constraint.validation", expect.any(String), answer.headers),
          details: [{ errorCode: "constraint.validation", fieldName }]
        })
        expect(answer.body.message.startsWith(`${fieldName}: `)).toBe(true)
      }).pipe(Effect.provide(Emulator.layerTest()))
    )
  }

  it.effect("400 changes nothing, also not the valid changes in the same body", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      const good = { licenseId: "cloudCX3", userIdsAdd: ["bob"], userIdsRemove: [] }
      const body = JSON.stringify({ assignments: [good, { licenseId: "cloudCX3" }] })
      expect((yield* call("POST", "/api/v2/license/organization", { body })).status).toBe(400)
      expect(yield* organization.users).toEqual(users)
    }).pipe(Effect.provide(Emulator.layerTest({ users })))
  )

  it.effect("400 response.entity.too.large refuses a page of more than 100,000 users", () =>
    Effect.gen(function* () {
      const { body, headers, status } = yield* call("GET", "/api/v2/license/users?pageSize=100001")
      expect(status).toBe(400)
      expect(body).toEqual(
        errorBody(
          400,
          "response.entity.too.large",
          "The response is over the size limit. Reduce pageSize or expand list to reduce response size if applicable",
          headers
        )
      )
      expect((yield* call("GET", "/api/v2/license/users?pageSize=100000&pageNumber=2")).body.entities).toHaveLength(1)
    }).pipe(Effect.provide(Emulator.layerTest({ users: 100_001 })))
  )

  it.effect("413 request.entity.too.large refuses one byte more than 512,000", () =>
    Effect.gen(function* () {
      const { body, headers, status } = yield* call("POST", "/api/v2/license/users", { body: "[]".padEnd(512_001) })
      expect(status).toBe(413)
      const message = "The request is over the size limit. Maximum bytes: 512000"
      expect(body).toEqual(errorBody(413, "request.entity.too.large", message, headers))
      expect((yield* call("POST", "/api/v2/license/users", { body: "[]".padEnd(512_000) })).status).toBe(200)
      // The limit counts bytes, not characters.
      expect((yield* call("POST", "/api/v2/license/users", { body: `["${"ü".repeat(260_000)}"]` })).status).toBe(413)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.effect("415 unsupported.media.type refuses everything but JSON", () =>
    Effect.gen(function* () {
      const post = (contentType: string) => call("POST", "/api/v2/license/users", { body: "[]", contentType })
      const { body, headers, status } = yield* post("text/plain")
      expect(status).toBe(415)
      expect(body).toEqual(
        errorBody(415, "unsupported.media.type", expect.stringMatching(/^Unsupported Media Type - /), headers)
      )
      expect((yield* post("application/x-www-form-urlencoded")).status).toBe(415)
      expect((yield* post("Application/JSON; charset=utf-8")).status).toBe(200)
    }).pipe(Effect.provide(Emulator.layerTest()))
  )

  it.live("415 unsupported.media.type refuses a body without a type, but not a missing body", () =>
    Effect.gen(function* () {
      const { url } = yield* Server
      const { oauth } = yield* Emulator
      const headers = { authorization: `Bearer ${Redacted.value(yield* oauth.issue())}` }
      // Without a content type: once with a body, and once without.
      const post = (body?: Uint8Array<ArrayBuffer>) =>
        Effect.promise(async () => {
          const init = { method: "POST", headers, ...(body && { body }) }
          return (await fetch(`${url}/api/v2/license/users`, init)).status
        })
      expect(yield* post(new TextEncoder().encode("[]"))).toBe(415)
      expect(yield* post()).toBe(200)
    }).pipe(Effect.provide(Server.layer()))
  )

  it.effect("500 internal.server.error replaces an answer that breaks the contract", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      // A caller in plain JavaScript can configure invalid users.
      yield* organization.updateUsers(() => JSON.parse(`[{ "id": "ann", "licenses": [1] }]`))
      const { body, headers, status } = yield* call("GET", "/api/v2/license/users/ann")
      expect(status).toBe(500)
      expect(body).toEqual(errorBody(500, "internal.server.error", expect.any(String), headers))
    }).pipe(Effect.provide(Emulator.layerTest()))
  )
})
