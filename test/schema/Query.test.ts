import { assert, describe, it } from "@effect/vitest"
import { BillingApi, RolesApi, UsersApi } from "@genesys-license/schema"
import * as DateTime from "effect/DateTime"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** Reads a query as a server does, which sees a parameter that is sent once as a text. */
const reader = (schema: Schema.Constraint | undefined) =>
  Schema.decodeUnknownResult(Schema.toCodecArrayFromSingle(schema as Schema.Codec<unknown>))

const users = reader(UsersApi.groups.users.endpoints.getUsers.query)
const user = reader(UsersApi.groups.users.endpoints.getUser.query)
const roles = reader(RolesApi.groups.authorization.endpoints.getAuthorizationRoles.query)
const usage = reader(BillingApi.groups.billing.endpoints.getBillingReportsBillableusage.query)
const contracts = reader(BillingApi.groups.billingContracts.endpoints.getBillingContracts.query)

const page = { pageSize: 25, pageNumber: 1 }

describe("a query", () => {
  it("is read with the documented defaults when it is empty", () => {
    assert.deepStrictEqual(users({}), Result.succeed({ ...page, state: "active" }))
    assert.deepStrictEqual(user({}), Result.succeed({ state: "active" }))
    assert.deepStrictEqual(roles({}), Result.succeed({ ...page, userCount: true }))
    assert.deepStrictEqual(contracts({}), Result.succeed({}))
  })

  it("is read with one value and with several", () => {
    assert.deepStrictEqual(users({ id: "a" }), Result.succeed({ ...page, state: "active", id: ["a"] }))
    assert.deepStrictEqual(users({ id: ["a", "b"] }), Result.succeed({ ...page, state: "active", id: ["a", "b"] }))
    assert.deepStrictEqual(
      roles({ userCount: "false", permission: "a:b:c" }),
      Result.succeed({ ...page, userCount: false, permission: ["a:b:c"] })
    )
  })

  it("is read with several values in one parameter, as the official JavaScript SDK sends them", () => {
    assert.deepStrictEqual(
      user({ expand: "dateLastLogin,lasttokenissued" }),
      Result.succeed({ state: "active", expand: ["dateLastLogin", "lasttokenissued"] })
    )
    assert.deepStrictEqual(users({ id: "a,b" }), Result.succeed({ ...page, state: "active", id: ["a", "b"] }))
    assert.deepStrictEqual(
      roles({ permission: ["a:b:c,d:e:*", "f:g:h"] }),
      Result.succeed({ ...page, userCount: true, permission: ["a:b:c", "d:e:*", "f:g:h"] })
    )
  })

  it.each([
    ["a state that there is not", users, { state: "gone" }],
    ["a state that one user cannot be asked for in", user, { state: "any" }],
    ["an expansion in the wrong case", users, { expand: "lastTokenIssued" }],
    ["more than 100 ids", users, { id: Array.from({ length: 101 }, (_, n) => `${n}`) }],
    ["more than 100 ids in one parameter", users, { id: Array.from({ length: 101 }, (_, n) => `${n}`).join() }],
    ["more than 100 roles", roles, { id: Array.from({ length: 101 }, (_, n) => `${n}`) }],
    ["neither true nor false", roles, { userCount: "yes" }],
    ["no page", roles, { pageNumber: "0" }],
    ["a period without an end", usage, { startDate: "2026-11-01T00:00:00Z" }],
    ["a date that is none", usage, { startDate: "2026-11-01T00:00:00Z", endDate: "soon" }],
    ["a day that there is not", contracts, { dateEnd: "2026-02-30" }],
    ["a time for a day", contracts, { dateStart: "2026-11-01T00:00:00Z" }]
  ] as const)("is refused with %s", (_, read, query) => {
    assert.isTrue(Result.isFailure(read(query)))
  })

  it("is written with a parameter for each value", () => {
    const urls = HttpApiClient.urlBuilder(UsersApi)
    const query = { ...page, state: "any" } as const
    assert.strictEqual(
      urls.getUsers({ query: { ...query, id: ["a", "b"], expand: ["dateLastLogin", "lasttokenissued"] } }),
      "/api/v2/users?pageSize=25&pageNumber=1&id=a&id=b&expand=dateLastLogin&expand=lasttokenissued&state=any"
    )
    assert.strictEqual(
      urls.getUsers({ query: { ...query, id: ["a"], expand: [] } }),
      "/api/v2/users?pageSize=25&pageNumber=1&id=a&state=any"
    )
  })

  it("is written with dates as the vendor writes them", () => {
    const urls = HttpApiClient.urlBuilder(BillingApi)
    const [startDate, endDate] = [DateTime.makeUnsafe("2026-11-01"), DateTime.makeUnsafe("2026-12-01T01:00:00+01:00")]
    assert.strictEqual(
      decodeURIComponent(
        urls.getBillingReportsBillableusage({ query: { startDate, endDate: DateTime.toUtc(endDate) } })
      ),
      "/api/v2/billing/reports/billableusage?startDate=2026-11-01T00:00:00.000Z&endDate=2026-12-01T00:00:00.000Z"
    )
  })
})
