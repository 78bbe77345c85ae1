import { assert, describe, it } from "@effect/vitest"
import { LicenseUser, UserLicensesById, UserLicensesEntityListing } from "@genesys-license/schema"
import * as Schema from "effect/Schema"
import { prototypeNames } from "../generators.ts"
import { fixture } from "../fixture.ts"

const ada = "0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a01"

describe("UserLicensesEntityListing", () => {
  const decode = Schema.decodeUnknownSync(UserLicensesEntityListing)

  it("reads a page, and users whose licenses are missing or null as users without licenses", () => {
    assert.deepStrictEqual(decode(fixture("users-page")), {
      entities: [
        {
          id: ada,
          licenses: ["cloudCX3", "gc2WEMupgrade"],
          selfUri: "/api/v2/license/users/0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a01"
        },
        {
          id: "0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a02",
          licenses: [],
          selfUri: "/api/v2/license/users/0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a02"
        },
        { id: "0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a03", licenses: [] },
        { id: "0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a04", licenses: [] }
      ],
      pageSize: 25,
      pageNumber: 3,
      total: 54,
      pageCount: 3
    })
  })

  it("reads a page beyond the last one", () => {
    assert.deepStrictEqual(decode({ pageNumber: 9 }), { entities: [], pageNumber: 9 })
  })

  it("reads a total that a number holds only roughly", () => {
    assert.strictEqual(decode(JSON.parse('{ "total": 9223372036854775807 }')).total, 2 ** 63)
  })

  it("refuses numbers that are not whole, not finite or texts", () => {
    for (const body of ['{ "pageCount": 1.5 }', '{ "total": 1e999 }', '{ "pageSize": "25" }']) {
      assert.throws(() => decode(JSON.parse(body)))
    }
  })

  it("refuses definitions where the list has ids", () => {
    assert.throws(() => decode({ entities: [{ id: ada, licenses: [{ id: "cloudCX3" }] }] }))
  })

  it("refuses what is not a page", () => {
    for (const body of [[], null, "", { entities: {} }]) assert.throws(() => decode(body))
  })
})

describe("LicenseUser", () => {
  const decode = Schema.decodeUnknownSync(LicenseUser)

  it("reads licenses as definitions", () => {
    assert.deepStrictEqual(decode(fixture("user")), {
      id: ada,
      licenses: [
        {
          id: "cloudCX3",
          description: "Genesys Cloud CX 3",
          permissions: { ids: ["routing:queue:view", "quality:evaluation:view"] },
          prerequisites: [],
          comprises: [
            {
              id: "collaboratePro",
              prerequisites: [],
              comprises: [],
              selfUri: "/api/v2/license/definitions/collaboratePro"
            }
          ],
          selfUri: "/api/v2/license/definitions/cloudCX3"
        },
        {
          id: "gc2WEMupgrade",
          prerequisites: [{ id: "cloudCX2", selfUri: "/api/v2/license/definitions/cloudCX2" }],
          comprises: []
        }
      ],
      selfUri: "/api/v2/license/users/0f0b6a3e-4c8b-4c52-9a55-2f6f3b1f7a01"
    })
  })

  it("refuses ids where one user has definitions", () => {
    assert.throws(() => decode({ id: ada, licenses: ["cloudCX3"] }))
  })
})

describe("UserLicensesById", () => {
  const decode = Schema.decodeUnknownSync(UserLicensesById)
  const shapes = fixture("users-by-id") as Record<string, unknown>

  it.each(["object of ids", "object of definitions", "list of ids", "list of definitions"])(
    "reads the ids that a user holds: %s",
    (shape) => {
      assert.deepStrictEqual(decode(shapes[shape]), { [ada]: ["cloudCX3", "gc2WEMupgrade"] })
    }
  )

  it("reads a mixed list, and keeps order and repetition", () => {
    assert.deepStrictEqual(decode({ [ada]: ["b", { id: "a" }, "b"] }), { [ada]: ["b", "a", "b"] })
  })

  it("reads licenses that are missing or null as none", () => {
    assert.deepStrictEqual(decode({ a: {}, b: { licenses: null }, c: { licenses: [] }, d: [] }), {
      a: [],
      b: [],
      c: [],
      d: []
    })
  })

  it("refuses an object of which nothing is recognized, rather than read it as no license", () => {
    assert.throws(() => decode({ a: { cloudCX2: {} } }), /Expected a user's licenses/)
    assert.throws(() => decode({ a: null }))
  })

  it("is written as objects with ids", () => {
    assert.deepStrictEqual(Schema.encodeSync(UserLicensesById)({ [ada]: ["cloudCX3"] }), {
      [ada]: { licenses: ["cloudCX3"] }
    })
  })

  it("keeps users whose ids are names of a prototype's parts", () => {
    const users = decode(fixture("users-by-id-prototype-names"))
    assert.deepStrictEqual(Object.entries(users), [
      ["__proto__", ["cloudCX1"]],
      ["constructor", ["cloudCX2"]],
      ["toString", ["cloudCX3"]],
      ["hasOwnProperty", []]
    ])
    assert.isTrue(Object.getPrototypeOf(users) === Object.prototype || Object.getPrototypeOf(users) === null)
    assert.strictEqual(
      JSON.stringify(Schema.encodeSync(UserLicensesById)(users)),
      JSON.stringify(fixture("users-by-id-prototype-names"))
    )
  })

  it("has no user that the body does not have", () => {
    const users = decode({})
    for (const name of prototypeNames) assert.isFalse(Object.hasOwn(users, name))
  })

  it("takes the last of a user named twice, as JSON does", () => {
    assert.deepStrictEqual(decode(JSON.parse(`{ "${ada}": ["a"], "${ada}": ["b"] }`)), { [ada]: ["b"] })
  })

  it("reads ten thousand users", () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `user-${index}`)
    const users = decode(Object.fromEntries(ids.map((id) => [id, { licenses: [`license of ${id}`] }])))
    assert.deepStrictEqual(Object.keys(users), ids)
    assert.deepStrictEqual(users["user-9999"], ["license of user-9999"])
  })

  it("refuses a body or a user of another shape", () => {
    for (const body of [[], null, "", { a: null }, { a: "cloudCX2" }, { a: { licenses: "cloudCX2" } }, { a: [{}] }]) {
      assert.throws(() => decode(body))
    }
  })
})
