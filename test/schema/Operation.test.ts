import { assert, describe, it } from "@effect/vitest"
import { LicenseApi, Operation, type OperationName } from "@genesys-license/schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"

const look = ["authorization:grant:add", "authorization:license:view"]
const read = { scopes: ["license", "license:readonly"], writes: false }
const write = { scopes: ["license"], writes: true }

const expected: { readonly [Name in OperationName]: unknown } = {
  getLicenseDefinitions: { ...read, permissions: look },
  getLicenseDefinition: { ...read, permissions: look },
  getLicenseToggle: { ...read, permissions: [] },
  postLicenseToggle: { ...write, permissions: [] },
  getLicenseUser: { ...read, permissions: look },
  getLicenseUsers: { ...read, permissions: [] },
  postLicenseUsers: { ...read, permissions: look },
  postLicenseInfer: { ...read, permissions: [] },
  postLicenseInferPermissions: { ...read, permissions: look },
  postLicenseOrganization: { ...write, permissions: ["authorization:grant:add"] }
}

const endpoints = LicenseApi.groups.license.endpoints

describe("of", () => {
  it("is known for every operation of the contract", () => {
    assert.deepStrictEqual(Object.keys(endpoints), Object.keys(expected))
  })

  it.each(Object.keys(expected) as Array<OperationName>)("says what %s needs and does", (name) => {
    assert.deepStrictEqual(Operation.of(endpoints[name]), expected[name])
  })

  it("says that only the toggle and the assignments write, whatever the method", () => {
    const writing = Object.values(endpoints).filter((endpoint) => Operation.of(endpoint).writes)
    assert.deepStrictEqual(
      writing.map(({ identifier }) => identifier),
      ["postLicenseToggle", "postLicenseOrganization"]
    )
  })

  it("lets a read-only scope read everything and write nothing", () => {
    for (const endpoint of Object.values(endpoints)) {
      const { scopes, writes } = Operation.of(endpoint)
      assert.strictEqual(scopes.includes("license:readonly"), !writes)
      assert.include(scopes, "license")
    }
  })

  it("breaks on an endpoint that says nothing, instead of guessing", () => {
    assert.throws(() => Operation.of(HttpApiEndpoint.get("silent", "/")), /Operation/)
  })
})
