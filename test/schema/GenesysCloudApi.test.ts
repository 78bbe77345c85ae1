import { assert, describe, it } from "@effect/vitest"
import {
  BillingApi,
  errorStatuses,
  GenesysCloudApi,
  LicenseApi,
  OrganizationApi,
  Operation,
  RolesApi,
  UsersApi
} from "@genesys-license/schema"
import { endpoints } from "@genesys-license/schema/GenesysCloudApi"
import * as OpenApi from "effect/http-api/OpenApi"
import { fixture } from "./fixture.ts"
import { type JsonSchema, typesOf } from "./jsonSchema.ts"

/** What is published beside the License API, of the operations and models that this project knows. */
interface Contract {
  readonly operations: { readonly [name: string]: PublishedOperation }
  /** Types of the properties by their names. */
  readonly models: { readonly [name: string]: { readonly [property: string]: string } }
}

interface PublishedOperation {
  readonly method: "get"
  readonly path: string
  readonly parameters: ReadonlyArray<PublishedParameter>
  readonly success: string
  /** Unknown for a preview. */
  readonly scopes: ReadonlyArray<string> | null
  readonly permissions: ReadonlyArray<string>
  readonly preview?: boolean
}

interface PublishedParameter {
  readonly name: string
  readonly in: "path" | "query"
  readonly required: boolean
  readonly type: string
  readonly collectionFormat?: "multi"
}

const contract = fixture("neighbours") as Contract
const document = OpenApi.fromApi(GenesysCloudApi)
const components = document.components.schemas as { readonly [name: string]: JsonSchema }
const typeOf = typesOf(components)

/** Published, and left out here because nobody who looks at licenses needs it. */
const leftOut: { readonly [operation: string]: ReadonlyArray<string> } = {
  getUsers: ["jabberId", "sortOrder", "integrationPresenceSource", "userCustomAttributeSchemaIds"],
  getUsersQuery: ["sortOrder", "integrationPresenceSource", "userCustomAttributeSchemaIds"],
  getUser: ["integrationPresenceSource", "userCustomAttributeSchemaIds"],
  getAuthorizationRoles: ["sortBy", "expand", "nextPage", "previousPage", "defaultRoleId"],
  getAuthorizationRoleSubjectgrants: ["sortBy", "expand", "nextPage", "previousPage"]
}

/** Where a model here says less, or more, than the published one. */
const otherwise: { readonly [property: string]: string } = {
  // Whole entities by contract. Only ids have been seen.
  "User.manager": "UserReference",
  "User.groups": "GroupReference[]",
  // Seen as text as well.
  "User.lastTokenIssued": "string | OAuthLastTokenIssued",
  // A preview: half a seat is no reason to read nothing.
  "BillingPlanItem.quantity": "number"
}

const asHere = (type: string) => type.replace("int32", "integer").replace(/^(int64|double)$/, "number")

const operationOf = (name: string) => {
  const { method, path } = contract.operations[name]!
  return document.paths[path]![method]!
}

describe("GenesysCloudApi", () => {
  it("is the sum of its parts", () => {
    const parts = [LicenseApi, UsersApi, RolesApi, OrganizationApi, BillingApi].flatMap((api) =>
      Object.keys(OpenApi.fromApi(api as typeof UsersApi).paths)
    )
    assert.deepStrictEqual(Object.keys(document.paths), parts)
  })

  it("has the published operations beside those of licenses, and no others", () => {
    const names = endpoints.map(({ identifier }) => identifier)
    assert.deepStrictEqual(
      names.filter((name) => !(name in LicenseApi.groups.license.endpoints)) as Array<string>,
      Object.keys(contract.operations)
    )
  })

  it("forbids no unknown field, and neither does a part", () => {
    for (const api of [GenesysCloudApi, UsersApi, RolesApi, OrganizationApi, BillingApi]) {
      assert.notInclude(JSON.stringify(OpenApi.fromApi(api as typeof UsersApi)), '"additionalProperties":false')
    }
  })

  it("defines no schema to which nothing refers", () => {
    const text = JSON.stringify(document)
    for (const name of Object.keys(components)) assert.include(text, `"#/components/schemas/${name}"`)
  })

  it("is not called as one of its parts, and its groups have names of their own", () => {
    assert.strictEqual(document.info.title, "Genesys Cloud Platform API")
    assert.deepStrictEqual(
      document.tags.map(({ name }) => name),
      ["License", "Users", "Authorization", "Organization", "Billing", "Billing contracts (preview)"]
    )
  })
})

describe.each(Object.entries(contract.operations))("%s", (name, published) => {
  const operation = operationOf(name)

  it("has the published name and answers with the published model", () => {
    assert.strictEqual(operation.operationId, name)
    const { content } = operation.responses["200"]!
    assert.strictEqual(typeOf(content!["application/json"]!.schema as JsonSchema), published.success)
  })

  it("fails with the statuses of every operation", () => {
    assert.deepStrictEqual(Object.keys(operation.responses).map(Number), [200, ...errorStatuses])
  })

  it("has the published parameters, or leaves them out on purpose", () => {
    const expected = published.parameters.filter((parameter) => !leftOut[name]?.includes(parameter.name))
    const here = operation.parameters.map(({ in: place, name, required, schema, ...spec }) => {
      const { style, explode } = spec as { readonly style?: string; readonly explode?: boolean }
      return {
        name,
        in: place,
        required,
        ...("$ref" in schema ? { type: typeOf(schema as JsonSchema) } : schema),
        // As OpenAPI 3 says what Swagger calls multi.
        ...(style === "form" && explode === true && { collectionFormat: "multi" })
      }
    })
    assert.sameDeepMembers(here, expected)
  })

  it("needs the published scopes and permissions", () => {
    const endpoint = endpoints.find(({ identifier }) => identifier === name)!
    const { permissions, preview, scopes } = Operation.of(endpoint)
    const needed = (operation as { "x-inin-requires-permissions"?: unknown })["x-inin-requires-permissions"]
    assert.deepStrictEqual(permissions, published.permissions)
    assert.deepStrictEqual(needed, permissions.length > 0 ? { type: "ANY", permissions } : undefined)
    assert.deepStrictEqual(operation.security, [{ "PureCloud OAuth": [...scopes] }])
    if (published.scopes !== null) assert.deepStrictEqual(scopes, published.scopes)
    assert.strictEqual(preview, published.preview ?? false)
  })
})

describe.each(Object.entries(contract.models).filter(([name]) => name !== "Group"))("%s", (name, published) => {
  const { properties = {}, required = [] } = components[name]!

  it("has published properties only, of the published types", () => {
    assert.isNotEmpty(Object.keys(properties))
    for (const [property, schema] of Object.entries(properties)) {
      const expected = otherwise[`${name}.${property}`] ?? asHere(published[property] ?? "not published")
      assert.strictEqual(typeOf(schema), expected, property)
    }
  })

  it("requires nothing but what it would be of no use without", () => {
    assert.includeMembers(["id", "dateIssued"], [...required])
  })
})
