/** Independent validators find every answer of the emulator in the published OpenAPI document. */
import { describe, expect, it } from "@effect/vitest"
import { defaultClient, Emulator } from "@genesys-license/emulator"
import { errorStatuses, GenesysCloudApi } from "@genesys-license/schema"
import { type Endpoint, endpoints, type OperationName } from "@genesys-license/schema/GenesysCloudApi"
import * as Operation from "@genesys-license/schema/Operation"
import * as Effect from "effect/Effect"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Redacted from "effect/Redacted"
import * as Caller from "./Caller.ts"
import * as Witnesses from "./contractWitnesses.ts"

const document = OpenApi.fromApi(GenesysCloudApi)
const judge = await Witnesses.call(document)

const powerless = { id: "powerless", secret: "CANARY-of-the-powerless", permissions: ["routing:queue:view"] }
const emulated = Effect.provide(Emulator.layerTest({ users: 60, clients: [defaultClient, powerless] }))

/** A request that gets 200. */
interface Good {
  /** The values of the path parameters. Default: none. */
  readonly path?: { readonly [parameter: string]: string }
  readonly query?: string
  readonly body?: unknown
}

/** Ids that exist in the organization. */
const known = Effect.gen(function* () {
  const first = Effect.fnUntraced(function* (path: string) {
    const { body } = yield* Caller.call("GET", path)
    return body.entities[0]
  })
  const user = yield* first("/api/v2/users?pageSize=1")
  const role = yield* first("/api/v2/authorization/roles?name=Agent")
  const contract = yield* first("/api/v2/billing/contracts")
  return { userId: user.id, roleId: role.id, contractId: contract.id, billingPeriodId: contract.billingPeriods[0].id }
})

type Known = Effect.Success<typeof known>

const month = "startDate=1969-12-01T00:00:00Z&endDate=1970-01-01T00:00:00Z"
const whoever = "expand=authorization&expand=dateLastLogin&expand=lasttokenissued&expand=groups"

/** Valid requests for every operation. A missing operation is a type error, and fails the first test. */
const good: Readonly<Record<OperationName, (known: Known) => ReadonlyArray<Good>>> = {
  getLicenseDefinitions: () => [{}],
  getLicenseDefinition: () => [{ path: { licenseId: "cloudCX3" } }, { path: { licenseId: "gcSTAupgrade" } }],
  getLicenseToggle: () => [{ path: { featureName: "any" } }],
  postLicenseToggle: () => [{ path: { featureName: "any" } }],
  getLicenseUser: ({ userId }) => [{ path: { userId } }],
  getLicenseUsers: () => [{}, { query: "pageSize=100" }, { query: "pageSize=25&pageNumber=9" }],
  postLicenseUsers: ({ userId }) => [{ body: [userId, "nobody"] }, { body: [] }, {}],
  postLicenseInfer: ({ roleId }) => [{ body: [roleId, "no-role"] }, {}],
  postLicenseInferPermissions: () => [{ body: ["routing:queue:join", "no:such:permission"] }, {}],
  postLicenseOrganization: ({ userId }) => [
    {
      body: {
        assignments: [
          { licenseId: "cloudCX3", userIdsAdd: [userId, "nobody"], userIdsRemove: [] },
          { licenseId: "noLicense", userIdsAdd: [], userIdsRemove: [userId] }
        ]
      }
    },
    {}
  ],
  getUsers: ({ userId }) => [
    {},
    { query: `pageSize=100&state=any&${whoever}` },
    { query: "state=inactive" },
    { query: "pageNumber=99" },
    { query: `id=${userId}&${whoever}` }
  ],
  getUsersQuery: () => [{}, { query: `pageSize=10&${whoever}` }, { query: "pageSize=100&state=deleted" }],
  getUser: ({ userId }) => [{ path: { userId } }, { path: { userId }, query: whoever }],
  getAuthorizationRoles: ({ roleId }) => [
    {},
    { query: "pageSize=100&userCount=false" },
    { query: `id=${roleId}` },
    { query: "permission=routing:queue:join" },
    { query: "name=nobody" }
  ],
  getAuthorizationRole: ({ roleId }) => [
    { path: { roleId } },
    { path: { roleId }, query: "userCount=false&expand=unusedPermissions" }
  ],
  getAuthorizationRoleSubjectgrants: ({ roleId }) => [
    { path: { roleId } },
    { path: { roleId }, query: "pageSize=100&pageNumber=9" }
  ],
  getOrganizationsMe: () => [{}],
  // The first report is in progress, the second one complete.
  getBillingReportsBillableusage: () => [{ query: month }, { query: month }],
  getBillingContracts: () => [{}, { query: "status=Inactive" }, { query: "pageSize=10&dateStart=1970-01-01" }],
  getBillingContract: ({ contractId }) => [{ path: { contractId } }],
  getBillingContractBillingperiod: ({ billingPeriodId, contractId }) => [{ path: { contractId, billingPeriodId } }]
}

const urlOf = ({ path }: Endpoint, { path: values = {}, query = "" }: Good) =>
  `${path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? "nobody"))}${query && `?${query}`}`

/** Invalid values for a parameter, derived from its schema in the document. */
const badValues = ({ schema }: OpenApi.OpenAPISpecParameter): ReadonlyArray<string> => {
  const {
    enum: names,
    format,
    items,
    type
  } = schema as {
    readonly type: string
    readonly format?: string
    readonly enum?: unknown
    readonly items?: { readonly enum?: unknown }
  }
  if (type === "integer") return ["0", "-1", "1.5", "", "ten", "99999999999", "NaN"]
  if (type === "boolean") return ["maybe", "1"]
  if (format !== undefined) return ["yesterday", "2026-13-41"]
  return names !== undefined || items?.enum !== undefined ? ["nonsense"] : []
}

const operationOf = ({ method, path }: Endpoint) =>
  document.paths[path.replace(/:(\w+)/g, "{$1}") as `/${string}`]![method.toLowerCase() as "get" | "post"]!

/** Sends a request, and returns the objections of both validators. */
const ask = Effect.fnUntraced(function* (
  endpoint: Endpoint,
  request: Good,
  expected: number,
  options: Parameters<typeof Caller.call>[2] = {}
) {
  const url = urlOf(endpoint, request)
  const { body, headers, status } = yield* Caller.call(endpoint.method, url, {
    ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
    ...options
  })
  expect({ url, status, objections: judge(endpoint.identifier, status, body) }).toEqual({
    url,
    status: expected,
    objections: []
  })
  expect(headers["content-type"]).toBe("application/json")
})

describe("The witnesses", () => {
  it("validate a request for each operation of the contract", () => {
    expect(Object.keys(good).sort()).toEqual(endpoints.map(({ identifier }) => identifier).sort())
  })

  it.each(endpoints.map(({ identifier }) => identifier))("both object to a wrong answer of %s", (operation) => {
    const both = ["openapi-response-validator", "openapi-enforcer"]
    const objectors = (status: number, body: unknown) => judge(operation, status, body).map(({ witness }) => witness)
    expect(objectors(200, 7)).toEqual(both)
    expect(objectors(404, { message: 7 })).toEqual(both)
    expect(objectors(404, { invented: "by the emulator" })).toEqual(both)
    expect(objectors(418, {})).toEqual(["both"])
  })
})

describe.each(endpoints.map((endpoint) => [endpoint.identifier, endpoint] as const))("%s", (identifier, endpoint) => {
  const { permissions, scopes } = Operation.of(endpoint)
  const { parameters, requestBody } = operationOf(endpoint)
  const pathParameters = parameters.filter((parameter) => parameter.in === "path")

  it.effect("answers valid requests as documented", () =>
    Effect.gen(function* () {
      for (const request of good[identifier](yield* known)) yield* ask(endpoint, request, 200)
    }).pipe(emulated)
  )

  it.effect("answers malformed requests as documented", () =>
    Effect.gen(function* () {
      const [request = {}] = good[identifier](yield* known)
      for (const parameter of parameters.filter((parameter) => parameter.in === "query")) {
        for (const value of badValues(parameter)) {
          const rest = (request.query ?? "").split("&").filter((pair) => !pair.startsWith(`${parameter.name}=`))
          const query = [...rest, `${parameter.name}=${encodeURIComponent(value)}`].filter((pair) => pair !== "")
          yield* ask(endpoint, { ...request, query: query.join("&") }, 400)
        }
      }
      if (requestBody !== undefined) {
        for (const body of ["{", '"text"', "[7]", '{"assignments":7}', "7"]) yield* ask(endpoint, {}, 400, { body })
        yield* ask(endpoint, {}, 415, { body: "<xml/>", contentType: "text/xml" })
        yield* ask(endpoint, {}, 413, { body: `["${"x".repeat(512_000)}"]` })
      }
      // Every name of a toggle is valid.
      const expected = identifier.endsWith("LicenseToggle") ? 200 : 404
      for (const value of pathParameters.length === 0 ? [] : ["nobody", "ä b", "%", "..%2f", "x".repeat(90)]) {
        const path = Object.fromEntries(pathParameters.map(({ name }) => [name, value]))
        yield* ask(endpoint, { ...request, path }, expected)
      }
    }).pipe(emulated)
  )

  it.effect("refuses requests without rights as documented", () =>
    Effect.gen(function* () {
      const { oauth, rateWindow } = yield* Emulator
      const [request = {}] = good[identifier](yield* known)
      yield* ask(endpoint, request, 401, { token: null })
      yield* ask(endpoint, request, 401, { token: Redacted.make("CANARY-token-of-nobody") })
      const token = yield* oauth.issue({ clientId: powerless.id })
      yield* ask(endpoint, request, permissions.length === 0 ? 200 : 403, { token })
      yield* ask(endpoint, request, 403, { token: yield* oauth.issue({ scopes: ["another-scope"] }) })
      yield* ask(endpoint, request, 200, { token: yield* oauth.issue({ scopes: [scopes[0]!] }) })
      yield* rateWindow.configure({ requests: 0, window: "1 minute" })
      yield* ask(endpoint, request, 429)
    }).pipe(emulated)
  )

  it.effect("answers only documented errors, for each injected error", () =>
    Effect.gen(function* () {
      const { faults } = yield* Emulator
      const [request = {}] = good[identifier](yield* known)
      for (const status of errorStatuses) {
        yield* faults.clear
        yield* faults.add({ operation: identifier, fault: { type: "status", status } })
        yield* ask(endpoint, request, status)
      }
    }).pipe(emulated)
  )
})

describe("A path without an operation", () => {
  it.effect.each(["/api/v2/nowhere", "/api/v2/license", "/api/v2/license/users/a/b", "/", "/api"])(
    "is answered like a documented 404: %s",
    (path) =>
      Effect.gen(function* () {
        const { body, status } = yield* Caller.call("GET", path)
        expect(status).toBe(404)
        expect(judge("getLicenseUser", status, body)).toEqual([])
      }).pipe(emulated)
  )
})
