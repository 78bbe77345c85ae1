import { assert, describe, it } from "@effect/vitest"
import { Person, UserEntityListing } from "@genesys-license/schema"
import * as Schema from "effect/Schema"

const decode = Schema.decodeUnknownSync(Person)
const issued = "2026-11-24T08:15:30.123Z"

describe("Person", () => {
  it.each([
    ["the object of the contract", { dateIssued: issued }, { dateIssued: issued }],
    ["an object with more in it", { dateIssued: issued, clientId: "x" }, { dateIssued: issued }],
    ["the bare date", issued, { dateIssued: issued }],
    ["a text that is no date", "yesterday", { dateIssued: "yesterday" }],
    ["an empty text", "", undefined],
    ["null", null, undefined],
    ["an empty object", {}, undefined],
    ["an object with null", { dateIssued: null }, undefined],
    ["an object with an empty text", { dateIssued: "" }, undefined],
    ["nothing at all", undefined, undefined]
  ])("reads lastTokenIssued from %s", (_, lastTokenIssued, read) => {
    assert.deepStrictEqual(decode({ id: "ann", ...(lastTokenIssued !== undefined && { lastTokenIssued }) }), {
      id: "ann",
      ...(read && { lastTokenIssued: read })
    })
  })

  it.each([0, true, [issued], { dateIssued: 0 }])("refuses %j for lastTokenIssued", (lastTokenIssued) => {
    assert.throws(() => decode({ id: "ann", lastTokenIssued }), /lastTokenIssued/)
  })

  it("writes lastTokenIssued as the contract has it", () => {
    const person = decode({ id: "ann", lastTokenIssued: issued })
    assert.deepStrictEqual(Schema.encodeSync(Person)(person), { id: "ann", lastTokenIssued: { dateIssued: issued } })
  })

  it("tells a user whose groups and roles were not asked for from one who has none", () => {
    assert.deepStrictEqual(decode({ id: "ann" }), { id: "ann" })
    assert.deepStrictEqual(decode({ id: "ann", groups: [], authorization: {} }), {
      id: "ann",
      groups: [],
      authorization: { roles: [] }
    })
  })

  it("refuses somebody without an id", () => {
    assert.throws(() => decode({ name: "Ann" }), /id/)
  })
})

describe("UserEntityListing", () => {
  it("is not lost to one user whose date is none", () => {
    const page = Schema.decodeUnknownSync(UserEntityListing)({
      entities: [
        { id: "ann", dateLastLogin: "0000-99-99" },
        { id: "bob", dateLastLogin: "" }
      ]
    })
    assert.deepStrictEqual(page.entities, [{ id: "ann", dateLastLogin: "0000-99-99" }, { id: "bob" }])
  })
})
