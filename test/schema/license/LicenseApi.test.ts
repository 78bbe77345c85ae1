import { assert, describe, it } from "@effect/vitest"
import { LicenseApi, Operation } from "@genesys-license/schema"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { fixture } from "../fixture.ts"
import { type JsonSchema, typesOf } from "../jsonSchema.ts"

/** The published contract, as a table. Types are written `string`, `int32`, `Model`, `X[]` and `map<X>`. */
interface Contract {
  readonly operations: { readonly [name: string]: PublishedOperation }
  readonly successStatus: number
  readonly errorStatuses: ReadonlyArray<number>
  readonly errorModel: string
  readonly models: { readonly [name: string]: PublishedModel }
}

interface PublishedOperation {
  readonly method: "get" | "post"
  readonly path: string
  readonly parameters: ReadonlyArray<unknown>
  readonly body: { readonly required: boolean; readonly type: string } | null
  readonly success: string
  readonly scopes: ReadonlyArray<string>
  /** Any one of these. */
  readonly permissions: ReadonlyArray<string>
  /** In the official SDKs, not yet in the public contract, which leaves its scopes unsaid: taken from its siblings. */
  readonly preview?: boolean
}

interface PublishedModel {
  readonly properties: { readonly [name: string]: string }
  readonly required: ReadonlyArray<string>
  /** Lists without repetition. */
  readonly unique: ReadonlyArray<string>
}

const contract = fixture("contract") as Contract
const document = OpenApi.fromApi(LicenseApi)
const endpoints = LicenseApi.groups.license.endpoints
type OperationName = keyof typeof endpoints
const components = document.components.schemas as { readonly [name: string]: JsonSchema }

const requests = ["LicenseAssignmentRequest", "LicenseBatchAssignmentRequest"]

// An entity without an id is of no use to anyone: there, the document asks for more than the contract promises.
const alsoRequired: { readonly [model: string]: ReadonlyArray<string> } = {
  AddressableLicenseDefinition: ["id"],
  LicenseDefinition: ["id"],
  LicenseUser: ["id"],
  UserLicenses: ["id"]
}

/** A published type as this document says it. */
const asHere = (type: string): string =>
  type
    .replace("int32", "integer")
    // A number that is not safe as an integer is still read.
    .replace("int64", "number")
    // What the objects of the map look like is not published, so lists are read as well.
    .replace("map<object>", "map<object | list>")

const typeOf = typesOf(components)

const operation = (name: string) => {
  const { method, path } = contract.operations[name]!
  return document.paths[path]![method]!
}

const schemaOf = (content: { readonly [type: string]: { readonly schema: object } } | undefined): JsonSchema => {
  assert.deepStrictEqual(Object.keys(content ?? {}), ["application/json"])
  return content!["application/json"]!.schema as JsonSchema
}

describe("LicenseApi", () => {
  it("has the published operations, the preview and no others", () => {
    const here = Object.entries(document.paths).flatMap(([path, item]) =>
      (Object.entries(item) as Array<[string, OpenApi.OpenAPISpecOperation]>).map(([method, { operationId }]) => ({
        operationId,
        method,
        path
      }))
    )
    const published = Object.entries(contract.operations).map(([operationId, { method, path }]) => ({
      operationId,
      method,
      path
    }))
    assert.sameDeepMembers(here, published)
    assert.lengthOf(
      published.filter(({ operationId }) => !contract.operations[operationId]!.preview),
      9
    )
    assert.deepStrictEqual(Object.keys(endpoints), Object.keys(contract.operations))
  })

  it("answers with every published model, and names them so", () => {
    const models = Object.keys(components).filter((name) => components[name]!.properties)
    assert.sameMembers(models, Object.keys(contract.models))
  })

  it("forbids no unknown field", () => {
    assert.notInclude(JSON.stringify(document), '"additionalProperties":false')
  })

  it("declares the bearer under the vendor's name", () => {
    assert.deepStrictEqual(document.components.securitySchemes, {
      "PureCloud OAuth": { type: "http", scheme: "Bearer" }
    })
  })
})

describe.each(Object.entries(contract.operations))("%s", (name, published) => {
  it("has the published parameters", () => {
    const parameters = operation(name).parameters.map(({ in: place, name, required, schema }) => ({
      name,
      in: place,
      required,
      ...("$ref" in schema ? { type: typeOf(schema as JsonSchema) } : schema)
    }))
    assert.deepStrictEqual(parameters, published.parameters)
  })

  it("has the published body", () => {
    const { requestBody } = operation(name)
    const body = requestBody ? { required: requestBody.required, type: typeOf(schemaOf(requestBody.content)) } : null
    assert.deepStrictEqual(body, published.body)
  })

  it("answers what is published", () => {
    const success = operation(name).responses[contract.successStatus]!
    assert.strictEqual(typeOf(schemaOf(success.content)), asHere(published.success))
  })

  it("fails with the published statuses and their one body", () => {
    const { responses } = operation(name)
    const statuses = Object.keys(responses).map(Number)
    assert.sameMembers(statuses, [contract.successStatus, ...contract.errorStatuses])
    for (const status of contract.errorStatuses) {
      assert.strictEqual(typeOf(schemaOf(responses[status]!.content)), contract.errorModel)
    }
  })

  it("needs the published scopes and permissions", () => {
    const { security, ...spec } = operation(name)
    const needed = (spec as { "x-inin-requires-permissions"?: unknown })["x-inin-requires-permissions"]
    assert.deepStrictEqual(security, [{ "PureCloud OAuth": [...published.scopes] }])
    assert.deepStrictEqual(
      needed,
      published.permissions.length > 0 ? { type: "ANY", permissions: published.permissions } : undefined
    )
    const { permissions, scopes } = Operation.of(endpoints[name as OperationName])
    assert.deepStrictEqual({ permissions, scopes }, { permissions: published.permissions, scopes: published.scopes })
  })

  it("is deprecated only when it is a toggle", () => {
    assert.strictEqual(operation(name).deprecated ?? false, name.endsWith("Toggle"))
  })
})

describe.each(Object.entries(contract.models))("%s", (name, published) => {
  const model = components[name]!

  it("has the published properties", () => {
    const types = Object.entries(model.properties ?? {}).map(([property, schema]) => [property, typeOf(schema)])
    const expected = Object.entries(published.properties).map(([property, type]) => [property, asHere(type)])
    assert.deepStrictEqual(Object.fromEntries(types), Object.fromEntries(expected))
  })

  it("requires what is published", () => {
    assert.sameMembers([...(model.required ?? [])], [...published.required, ...(alsoRequired[name] ?? [])])
  })

  // An answer that repeats itself is still an answer.
  it("asks for lists without repetition in requests only", () => {
    const unique = Object.entries(model.properties ?? {}).filter(([, schema]) => schema.uniqueItems)
    assert.deepStrictEqual(
      unique.map(([property]) => property),
      requests.includes(name) ? [...published.unique] : []
    )
  })
})

describe("the wire format", () => {
  const endpoint = (name: OperationName): HttpApiEndpoint.Top => endpoints[name]

  const decoder = (schema: Schema.Top | undefined) =>
    Schema.decodeUnknownResult(schema as unknown as Schema.Codec<unknown, unknown>)

  const query = decoder(endpoint("getLicenseUsers").query)

  it("reads a query without numbers as the documented page", () => {
    const page = Object.fromEntries(
      (contract.operations["getLicenseUsers"]!.parameters as ReadonlyArray<{ name: string; default: number }>).map(
        (parameter) => [parameter.name, parameter.default]
      )
    )
    assert.deepStrictEqual(query({}), Result.succeed(page))
  })

  it("reads the numbers of a query", () => {
    assert.deepStrictEqual(
      query({ pageSize: "100", pageNumber: "2147483647" }),
      Result.succeed({ pageSize: 100, pageNumber: 2_147_483_647 })
    )
  })

  it.each(["0", "-1", "1.5", "", " ", "ten", "NaN", "Infinity", "2147483648", "0x10"])(
    "refuses %j as the number or the size of a page",
    (number) => {
      assert.isTrue(Result.isFailure(query({ pageSize: number })))
      assert.isTrue(Result.isFailure(query({ pageNumber: number })))
    }
  )

  it.each<[OperationName, string]>([
    ["getLicenseDefinition", "licenseId"],
    ["getLicenseToggle", "featureName"],
    ["postLicenseToggle", "featureName"],
    ["getLicenseUser", "userId"]
  ])("%s refuses a %s that would leave its path segment", (name, parameter) => {
    const params = decoder(endpoint(name).params)
    assert.deepStrictEqual(params({ [parameter]: "cloudCX2" }), Result.succeed({ [parameter]: "cloudCX2" }))
    for (const value of ["..", "%2e%2e", ""]) assert.isTrue(Result.isFailure(params({ [parameter]: value })))
  })

  it.each<[OperationName, unknown]>([
    ["postLicenseUsers", []],
    ["postLicenseInfer", []],
    ["postLicenseInferPermissions", []],
    ["postLicenseOrganization", { assignments: [] }]
  ])("%s reads a body that was left out as an empty one", (name, empty) => {
    const [whole, absent] = endpoint(name).payload.get("application/json")!.schemas
    assert.deepStrictEqual(decoder(whole)(empty), Result.succeed(empty))
    assert.deepStrictEqual(decoder(absent)(null), Result.succeed(empty))
    assert.isTrue(Result.isFailure(decoder(whole)(null)))
    assert.isTrue(Result.isFailure(decoder(absent)({})))
  })

  it("never writes an absent body", () => {
    const [, absent] = endpoint("postLicenseUsers").payload.get("application/json")!.schemas
    const encode = Schema.encodeUnknownResult(absent as unknown as Schema.Codec<unknown, unknown>)
    assert.isTrue(Result.isFailure(encode([])))
  })

  it("sends no body with the toggle", () => {
    assert.strictEqual(endpoint("postLicenseToggle").payload.size, 0)
  })
})
