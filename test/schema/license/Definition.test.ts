import { assert, describe, it } from "@effect/vitest"
import { LicenseDefinition, Permissions } from "@genesys-license/schema"
import * as Schema from "effect/Schema"
import { fixture } from "../fixture.ts"

const decode = Schema.decodeUnknownSync(LicenseDefinition)

describe("LicenseDefinition", () => {
  it("reads a list in which definitions contain others and some say little", () => {
    assert.deepStrictEqual(Schema.decodeUnknownSync(Schema.Array(LicenseDefinition))(fixture("definitions")), [
      {
        id: "cloudCX2",
        description: "Genesys Cloud CX 2",
        permissions: { ids: ["routing:queue:view", "conversation:communication:view"] },
        prerequisites: [],
        comprises: [
          {
            id: "collaboratePro",
            description: "Collaborate Pro",
            permissions: { ids: [] },
            prerequisites: [],
            comprises: [
              {
                id: "communicate",
                prerequisites: [],
                comprises: [],
                selfUri: "/api/v2/license/definitions/communicate"
              }
            ],
            selfUri: "/api/v2/license/definitions/collaboratePro"
          }
        ],
        selfUri: "/api/v2/license/definitions/cloudCX2"
      },
      {
        id: "gcSTAupgrade",
        description: "Speech and text analytics",
        prerequisites: [{ id: "cloudCX2", selfUri: "/api/v2/license/definitions/cloudCX2" }, { id: "cloudCX1" }],
        comprises: [],
        selfUri: "/api/v2/license/definitions/gcSTAupgrade"
      },
      { id: "wallboardUser", prerequisites: [], comprises: [] }
    ])
  })

  it("tells permissions that the server left out from none at all", () => {
    assert.notProperty(decode({ id: "cloudCX2" }), "permissions")
    assert.notProperty(decode({ id: "cloudCX2", permissions: null }), "permissions")
    assert.deepStrictEqual(decode({ id: "cloudCX2", permissions: { ids: [] } }).permissions, { ids: [] })
  })

  it("refuses a definition without an id, at any depth", () => {
    for (const body of [{}, { id: null }, { id: 2 }, { id: "a", comprises: [{}] }, { id: "a", prerequisites: [{}] }]) {
      assert.throws(() => decode(body), /at .*\["id"\]/)
    }
  })

  it("says where in the body a value is wrong", () => {
    assert.throws(
      () => decode({ id: "a", comprises: [{ id: "b" }, { id: "c", permissions: { ids: ["x", 1] } }] }),
      'at ["comprises"][1]["permissions"]["ids"][1]'
    )
  })

  it("reads definitions a hundred levels deep", () => {
    const depth = 100
    const body = JSON.parse(`${'{"id":"outer","comprises":['.repeat(depth)}{"id":"inner"}${"]}".repeat(depth)}`)
    let inner = decode(body)
    for (let level = 0; level < depth; level++) inner = inner.comprises[0]!
    assert.deepStrictEqual(inner, { id: "inner", prerequisites: [], comprises: [] })
  })
})

describe("Permissions", () => {
  it("refuses a body without ids, the only field of an answer that the contract requires", () => {
    for (const body of [{}, { ids: null }]) {
      assert.throws(() => Schema.decodeUnknownSync(Permissions)(body), /"ids"/)
    }
  })
})
