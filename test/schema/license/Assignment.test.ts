import { assert, describe, it } from "@effect/vitest"
import { LicenseBatchAssignmentRequest, LicenseUpdateStatus } from "@genesys-license/schema"
import * as Schema from "effect/Schema"
import { fixture } from "../fixture.ts"

const ada = "0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a01"
const bob = "0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a02"
const eve = "0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a03"

describe("LicenseBatchAssignmentRequest", () => {
  const batch: LicenseBatchAssignmentRequest = {
    assignments: [
      { licenseId: "cloudCX3", userIdsAdd: [ada, bob], userIdsRemove: [] },
      { licenseId: "cloudCX2", userIdsAdd: [], userIdsRemove: [ada] }
    ]
  }

  it("is written with every field, the empty list included", () => {
    assert.deepStrictEqual(Schema.encodeSync(LicenseBatchAssignmentRequest)(batch), fixture("assignments"))
  })

  it("reads what it writes", () => {
    assert.deepStrictEqual(Schema.decodeUnknownSync(LicenseBatchAssignmentRequest)(fixture("assignments")), batch)
  })

  it.each(["licenseId", "userIdsAdd", "userIdsRemove"])(
    "refuses an assignment without %s, or with null there",
    (field) => {
      const { [field]: _, ...rest } = { licenseId: "cloudCX3", userIdsAdd: [ada], userIdsRemove: [] } as Record<
        string,
        unknown
      >
      for (const assignment of [rest, { ...rest, [field]: null }]) {
        assert.throws(
          () => Schema.decodeUnknownSync(LicenseBatchAssignmentRequest)({ assignments: [assignment] }),
          field
        )
      }
    }
  )

  it("refuses a user twice in one list", () => {
    for (const lists of [
      { userIdsAdd: [ada, ada], userIdsRemove: [] },
      { userIdsAdd: [], userIdsRemove: [bob, bob] }
    ]) {
      assert.throws(() =>
        Schema.encodeSync(LicenseBatchAssignmentRequest)({ assignments: [{ licenseId: "cloudCX3", ...lists }] })
      )
    }
  })

  it("takes a user in both lists, which the contract does not forbid", () => {
    const both = { assignments: [{ licenseId: "cloudCX3", userIdsAdd: [ada], userIdsRemove: [ada] }] }
    assert.deepStrictEqual(Schema.encodeSync(LicenseBatchAssignmentRequest)(both), both)
  })

  it("takes an empty batch", () => {
    assert.deepStrictEqual(Schema.decodeSync(LicenseBatchAssignmentRequest)({ assignments: [] }), {
      assignments: []
    })
  })
})

describe("LicenseUpdateStatus", () => {
  it("reads any text as the result, and rows that say little", () => {
    assert.deepStrictEqual(Schema.decodeUnknownSync(Schema.Array(LicenseUpdateStatus))(fixture("update-statuses")), [
      { userId: ada, licenseId: "cloudCX3", result: "any text" },
      { userId: bob, licenseId: "cloudCX3", result: "a text that nobody documented" },
      { userId: eve },
      {}
    ])
  })
})
