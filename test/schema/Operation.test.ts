import { assert, describe, it } from "@effect/vitest"
import { GenesysCloudApi, LicenseApi, Operation, type OperationName } from "@genesys-license/schema"
import { endpoints, scopes } from "@genesys-license/schema/GenesysCloudApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"

const reads = (scope: string) => ({ scopes: [scope, `${scope}:readonly`], writes: false, preview: false })
const look = ["authorization:grant:add", "authorization:license:view"]
const read = reads("license")
const write = { scopes: ["license"], writes: true, preview: false }
const contracts = { ...reads("billing"), permissions: ["billing:subscription:view"], preview: true }

const expected: { readonly [Name in OperationName]: unknown } = {
  getLicenseDefinitions: { ...read, permissions: look },
  getLicenseDefinition: { ...read, permissions: look },
  getLicenseToggle: { ...read, permissions: [] },
  postLicenseToggle: { ...write, permissions: [] },
  getLicenseUser: { ...read, permissions: look },
  getLicenseUsers: { ...read, permissions: [] },
  postLicenseUsers: { ...read, permissions: look },
  postLicenseInfer: { ...read, permissions: [] },
  postLicenseInferPermissions: { ...read, permissions: look, preview: true },
  postLicenseOrganization: { ...write, permissions: ["authorization:grant:add"] },
  getUsers: { ...reads("users"), permissions: [] },
  getUsersQuery: { ...reads("users"), permissions: ["directory:user:view"] },
  getUser: { ...reads("users"), permissions: [] },
  getAuthorizationRoles: { ...reads("authorization"), permissions: ["authorization:role:view"] },
  getAuthorizationRole: { ...reads("authorization"), permissions: ["authorization:role:view"] },
  getAuthorizationRoleSubjectgrants: { ...reads("authorization"), permissions: ["authorization:role:view"] },
  getOrganizationsMe: { ...reads("organization"), permissions: [] },
  getBillingReportsBillableusage: {
    scopes: ["billing:readonly"],
    writes: false,
    preview: false,
    permissions: ["billing:subscription:read", "billing:subscription:view"]
  },
  getBillingContracts: contracts,
  getBillingContract: contracts,
  getBillingContractBillingperiod: contracts
}

describe("of", () => {
  it("is known for every operation of the contract", () => {
    assert.deepStrictEqual(
      endpoints.map(({ identifier }) => identifier),
      Object.keys(expected) as Array<OperationName>
    )
  })

  it.each(endpoints.map((endpoint) => [endpoint.identifier, endpoint] as const))(
    "says what %s needs and does",
    (name, endpoint) => {
      assert.deepStrictEqual(Operation.of(endpoint), expected[name])
    }
  )

  it("says that only the toggle and the assignments write, whatever the method", () => {
    const writing = endpoints.filter((endpoint) => Operation.of(endpoint).writes)
    assert.deepStrictEqual(
      writing.map(({ identifier }) => identifier),
      ["postLicenseToggle", "postLicenseOrganization"]
    )
  })

  it("lets a read-only scope read everything and write nothing", () => {
    for (const endpoint of endpoints) {
      const { scopes, writes } = Operation.of(endpoint)
      assert.strictEqual(
        scopes.some((scope) => scope.endsWith(":readonly")),
        !writes
      )
    }
  })

  it("lets the scope of licenses do all that there is to do with licenses", () => {
    for (const endpoint of Object.values(LicenseApi.groups.license.endpoints)) {
      assert.include(Operation.of(endpoint).scopes, "license")
    }
  })

  it("breaks on an endpoint that says nothing, instead of guessing", () => {
    assert.throws(() => Operation.of(HttpApiEndpoint.get("silent", "/")), /Operation/)
  })
})

describe("the sum of the APIs", () => {
  it("keeps the endpoints of its parts, so that what is known of one is known of the other", () => {
    assert.deepStrictEqual(GenesysCloudApi.groups.license.endpoints, LicenseApi.groups.license.endpoints)
  })

  it("knows the scopes of all its operations", () => {
    assert.deepStrictEqual(scopes, [
      "license",
      "license:readonly",
      "users",
      "users:readonly",
      "authorization",
      "authorization:readonly",
      "organization",
      "organization:readonly",
      "billing:readonly",
      "billing"
    ])
  })
})
