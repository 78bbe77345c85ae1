import { assert, describe, it } from "@effect/vitest"
import { ErrorBody } from "@genesys-license/schema"
import * as Schema from "effect/Schema"
import { fixture } from "./fixture.ts"

const decode = Schema.decodeUnknownSync(ErrorBody)

describe("ErrorBody", () => {
  it("reads a rate limit", () => {
    assert.deepStrictEqual(decode(fixture("error-429")), {
      message: "Rate limit exceeded the maximum. Retry the request in [42] seconds",
      code: "too.many.requests.retry.after",
      status: 429,
      contextId: "5f2b1c1e-9a35-4d0c-8c40-7f9a3f1f2c11",
      details: [],
      errors: []
    })
  })

  it("reads a rejected token", () => {
    assert.deepStrictEqual(decode(fixture("error-401")), {
      message: "Invalid login credentials.",
      code: "bad.credentials",
      status: 401,
      contextId: "5f2b1c1e-9a35-4d0c-8c40-7f9a3f1f2c12",
      details: [],
      errors: []
    })
  })

  it("reads missing permissions, and the parameters of the message", () => {
    assert.deepStrictEqual(decode(fixture("error-403")), {
      message:
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: [authorization:grant:add, authorization:license:view]",
      code: "missing.any.permissions",
      status: 403,
      messageWithParams:
        "Unable to perform the requested action. You must have at least one of the following permissions assigned: {permissions}",
      messageParams: { permissions: "[authorization:grant:add, authorization:license:view]" },
      contextId: "5f2b1c1e-9a35-4d0c-8c40-7f9a3f1f2c13",
      details: [],
      errors: []
    })
  })

  it("reads details, errors within errors and the limit", () => {
    assert.deepStrictEqual(decode(fixture("error-400")), {
      message: "The request could not be understood by the server due to malformed syntax.",
      code: "bad.request",
      status: 400,
      contextId: "5f2b1c1e-9a35-4d0c-8c40-7f9a3f1f2c14",
      details: [{ errorCode: "invalid.value", fieldName: "pageSize" }],
      errors: [
        {
          message: "Value [x] is not valid for field type [int]. Allowable values are: 1 and above",
          code: "invalid.value",
          status: 400,
          details: [],
          errors: [{ code: "constraint.validation", details: [], errors: [] }]
        }
      ],
      limit: { key: "request.bytes.max", namespace: "platform.api", value: 512_000 }
    })
  })

  it("reads an empty object", () => {
    assert.deepStrictEqual(decode({}), { details: [], errors: [] })
  })

  it("reads a limit in a namespace that is not yet published", () => {
    assert.deepStrictEqual(decode({ limit: { namespace: "a.new.namespace", value: 1 } }).limit, {
      namespace: "a.new.namespace",
      value: 1
    })
  })

  it("keeps message parameters that are named like parts of a prototype", () => {
    const body = JSON.parse('{ "messageParams": { "__proto__": "a", "constructor": "b" } }')
    assert.deepStrictEqual(Object.entries(decode(body).messageParams ?? {}), [
      ["__proto__", "a"],
      ["constructor", "b"]
    ])
  })

  it("refuses what is not an error body", () => {
    for (const other of [null, [], "<html>502 Bad Gateway</html>", 502, { errors: {} }, { status: "429" }]) {
      assert.throws(() => decode(other))
    }
  })

  it("reads errors a hundred levels deep", () => {
    const depth = 100
    const body = JSON.parse(`${'{"errors":['.repeat(depth)}{"code":"at.the.bottom"}${"]}".repeat(depth)}`)
    let inner = decode(body)
    for (let level = 0; level < depth; level++) inner = inner.errors[0]!
    assert.deepStrictEqual(inner, { code: "at.the.bottom", details: [], errors: [] })
  })
})
