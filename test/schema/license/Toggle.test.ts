import { assert, describe, it } from "@effect/vitest"
import { LicenseOrgToggle } from "@genesys-license/schema"
import * as Schema from "effect/Schema"
import { fixture } from "../fixture.ts"

describe("LicenseOrgToggle", () => {
  it("reads a toggle", () => {
    assert.deepStrictEqual(Schema.decodeUnknownSync(LicenseOrgToggle)(fixture("toggle")), {
      featureName: "concurrent-licensing",
      enabled: true
    })
  })

  it("does not take a text for a boolean", () => {
    assert.throws(() => Schema.decodeUnknownSync(LicenseOrgToggle)({ enabled: "true" }), /"enabled"/)
  })
})
