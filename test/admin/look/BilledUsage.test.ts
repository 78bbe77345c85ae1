import { describe, expect, it } from "@effect/vitest"
import type { BillingUsageReport } from "@genesys-license/schema/billing/UsageReport"
import * as Effect from "effect/Effect"
import * as ChargeMap from "../../../packages/admin/src/licenses/ChargeMap.ts"
import * as BilledUsage from "../../../packages/admin/src/look/BilledUsage.ts"

const date = "2026-10-03T00:00:00Z"

const report: BillingUsageReport = {
  startDate: "2026-10-01",
  endDate: "2026-11-01",
  status: "Complete",
  usages: [
    {
      name: "CX 2",
      totalUsage: "3.000000000000000000001",
      resources: [{ name: "Ann@Acme.Example", date }, { name: "bob@acme.example" }, { name: "gone@acme.example" }]
    },
    { name: "Wallboard", totalUsage: "1", resources: [{ name: "device-7" }] },
    { resources: [] }
  ]
}

const people = new Map([
  [
    "ann@acme.example",
    { id: "ann", name: "Ann", department: "Sales", division: { id: "d", name: "Home" }, state: "active" }
  ],
  ["bob@acme.example", { id: "bob" }]
])

describe("billable usage", () => {
  it("is joined with people by their addresses, whatever their capitals", () => {
    const { charges } = BilledUsage.make(report, { people })
    expect(charges[0]).toEqual({
      charge: "CX 2",
      totalUsage: "3.000000000000000000001",
      notInDirectory: 1,
      resources: [
        {
          resource: "Ann@Acme.Example",
          date,
          isInDirectory: true,
          userId: "ann",
          name: "Ann",
          department: "Sales",
          division: "Home",
          state: "active"
        },
        { resource: "bob@acme.example", isInDirectory: true, userId: "bob" },
        { resource: "gone@acme.example", isInDirectory: false }
      ]
    })
    expect(charges[1]).toMatchObject({ notInDirectory: 1, resources: [{ resource: "device-7", isInDirectory: false }] })
    expect(charges[2]).toEqual({ charge: "", notInDirectory: 0, resources: [] })
  })

  it("says nothing of the directory where it was not read", () => {
    const { charges } = BilledUsage.make(report, {})
    expect(charges[1]).toEqual({ charge: "Wallboard", totalUsage: "1", resources: [{ resource: "device-7" }] })
  })

  it.effect("has the holders of a charge's license beside those who were billed, where a file maps it", () =>
    Effect.gen(function* () {
      const map = yield* ChargeMap.parse("charge,licenseId\nCX 2,cloudCX2\nCX 3,cloudCX3\n")
      const holders = new Map([["cloudCX2", new Set(["ann", "eve"])]])
      const usage = BilledUsage.make(report, { people, charges: map, holders })
      expect(usage.charges[0]).toMatchObject({ licenseId: "cloudCX2", held: 2 })
      expect(usage.charges[0]?.resources.map(({ holds }) => holds)).toEqual([true, false, undefined])
      expect(usage.charges[1]).not.toHaveProperty("held")
      expect(usage.strangers).toEqual(["CX 3"])
    })
  )

  it("looks for what may be an address, once each", () => {
    const twice = { ...report, usages: [...report.usages, { resources: [{ name: " ANN@acme.example" }, {}] }] }
    expect([...BilledUsage.emails(twice)]).toEqual(["ann@acme.example", "bob@acme.example", "gone@acme.example"])
  })
})
