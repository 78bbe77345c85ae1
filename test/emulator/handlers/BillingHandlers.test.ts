import { describe, expect, it } from "@effect/vitest"
import { Emulator, type EmulatorOptions } from "@genesys-license/emulator/Emulator"
import { BillingContractPeriodDetail } from "@genesys-license/schema/billing/Contract"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { call } from "../Caller.ts"

const emulator = (options?: EmulatorOptions) => Effect.provide(Emulator.layerTest(options))

const options: EmulatorOptions = {
  users: [
    { id: "ann", licenses: ["cloudCX2"] },
    { id: "bob", licenses: ["cloudCX2", "gcSTAupgrade"] },
    { id: "eve", licenses: ["cloudCX2"] }
  ],
  people: [
    { id: "ann", email: "ann@acme.example", dateLastLogin: "2026-11-10T00:00:00Z", lastTokenIssued: null },
    { id: "bob", email: "bob@acme.example", dateLastLogin: null, lastTokenIssued: { dateIssued: "2026-11-20" } },
    { id: "eve", email: "eve@acme.example", dateLastLogin: "2026-10-10T00:00:00Z", lastTokenIssued: null }
  ]
}

const usage = (startDate: string, endDate = "2026-12-01T00:00:00Z") =>
  Effect.map(
    call("GET", `/api/v2/billing/reports/billableusage?startDate=${startDate}&endDate=${endDate}`),
    ({ body }) => body
  )

describe("getBillingReportsBillableusage", () => {
  it.effect("is in progress at the first request for a period, and complete from the second on", () =>
    Effect.gen(function* () {
      const date = "2026-11-01T00:00:00.000Z"
      const period = { startDate: date, endDate: "2026-12-01T00:00:00.000Z" }
      expect(yield* usage(date)).toEqual({ ...period, status: "InProgress", usages: [] })
      const complete = {
        ...period,
        status: "Complete",
        usages: [
          {
            name: "Genesys Cloud CX 2",
            totalUsage: "2",
            resources: [
              { name: "ann@acme.example", date },
              { name: "bob@acme.example", date }
            ]
          },
          {
            name: "Speech and Text Analytics Upgrade",
            totalUsage: "1",
            resources: [{ name: "bob@acme.example", date }]
          }
        ]
      }
      expect(yield* usage(date)).toEqual(complete)
      expect(yield* usage(date)).toEqual(complete)
      expect((yield* usage("2026-10-01T00:00:00Z")).status).toBe("InProgress")
      expect((yield* usage("2026-10-01T00:00:00Z")).usages[0].totalUsage).toBe("3")
    }).pipe(emulator(options))
  )

  it.effect("is in progress again after a reset, and refuses an invalid period", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      yield* usage("2026-11-01T00:00:00Z")
      yield* organization.reset
      expect((yield* usage("2026-11-01T00:00:00Z")).status).toBe("InProgress")
      expect((yield* usage("november")).code).toBe("invalid.query.param.value")
    }).pipe(emulator(options))
  )
})

describe("a period whose end is before its start", () => {
  it.effect("is refused, and no report is started", () =>
    Effect.gen(function* () {
      const path = "/api/v2/billing/reports/billableusage?startDate=2026-11-02T00:00:00Z&endDate=2026-11-01T00:00:00Z"
      for (const _ of [1, 2]) {
        expect(yield* call("GET", path)).toMatchObject({ status: 400, body: { code: "bad.request" } })
      }
    }).pipe(emulator(options))
  )
})

describe("the contract", () => {
  it.effect("has its periods, and the bought seats in tens", () =>
    Effect.gen(function* () {
      const { body } = yield* call("GET", "/api/v2/billing/contracts")
      const [contract] = body.entities
      expect(contract).toMatchObject({ status: "Active", dateStart: "2026-01-01", dateEnd: "2026-12-31" })
      expect(contract.billingPeriods).toHaveLength(11)
      expect(contract.billingPeriods.at(-1)).toEqual({
        id: "2026-11",
        dateStart: "2026-11-01",
        dateEnd: "2026-11-30",
        status: "Open"
      })
      const quantities = contract.plans.map(({ id, items }: any) => [id, items[0].quantity])
      expect(Object.fromEntries(quantities)).toMatchObject({ cloudCX2: 10, gcSTAupgrade: 10, cloudCX3: 0 })
      expect((yield* call("GET", `/api/v2/billing/contracts/${contract.id}`)).body).toEqual(contract)
      expect((yield* call("GET", "/api/v2/billing/contracts?status=Inactive")).body.entities).toEqual([])
      expect((yield* call("GET", "/api/v2/billing/contracts?dateStart=2027-01-01")).body.entities).toEqual([])
      expect((yield* call("GET", "/api/v2/billing/contracts/another")).status).toBe(404)
    }).pipe(emulator(options), startingAt("2026-11-15T12:00:00Z"))
  )

  it.effect("charges for seats in use beyond the bought ones", () =>
    Effect.gen(function* () {
      const { organization } = yield* Emulator
      yield* organization.updateUsers(() =>
        Array.from({ length: 12 }, (_, n) => ({ id: `user-${n}`, licenses: ["cloudCX2"] }))
      )
      const { id } = (yield* call("GET", "/api/v2/billing/contracts")).body.entities[0]
      const { body } = yield* call("GET", `/api/v2/billing/contracts/${id}/billingperiods/2026-11`)
      const { charges } = yield* Schema.decodeUnknownEffect(BillingContractPeriodDetail)(body)
      expect(charges.find(({ id }) => id === "cloudCX2")).toEqual({
        id: "cloudCX2",
        name: "Genesys Cloud CX 2",
        product: { id: "cloudCX2", name: "Genesys Cloud CX 2", unitOfMeasure: "User" },
        prepaidQuantity: 10,
        actualQuantity: 12,
        overageQuantity: 2,
        overageRate: 120,
        overageCharge: 240,
        overageCurrency: "USD"
      })
      const status = (path: string) =>
        Effect.map(call("GET", `/api/v2/billing/contracts/${path}`), ({ status }) => status)
      expect(yield* status(`${id}/billingperiods/2027-01`)).toBe(404)
      expect(yield* status(`another/billingperiods/2026-11`)).toBe(404)
    }).pipe(emulator(options), startingAt("2026-11-15T12:00:00Z"))
  )
})

const startingAt =
  (time: string) =>
  <A, E, R>(test: Effect.Effect<A, E, R>) =>
    Effect.andThen(TestClock.setTime(Date.parse(time)), test)
