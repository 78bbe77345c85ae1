import { describe, expect, it } from "@effect/vitest"
import { BillingService } from "@genesys-license/client"
import { GenesysError, Forbidden } from "@genesys-license/client/GenesysError"
import type { BillingContract, BillingContractPeriodDetail } from "@genesys-license/schema/billing/Contract"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as Contracts from "../../../packages/admin/src/look/Contracts.ts"

const contract = (id: string, fields: Partial<BillingContract>): BillingContract => ({
  id,
  billingPeriods: [],
  plans: [],
  ...fields
})

const month = (id: string, status?: string) => ({
  id,
  dateStart: `${id}-01T00:00:00Z`,
  dateEnd: `${id}-28T00:00:00Z`,
  ...(status !== undefined && { status })
})

/** An organization with these contracts, of which each period has one charge that is called by both. */
const withContracts =
  (...contracts: ReadonlyArray<BillingContract>) =>
  <A, E>(test: Effect.Effect<A, E, BillingService>) =>
    test.pipe(
      Effect.provideService(BillingService, {
        getUsage: () => Effect.die("not asked for"),
        contracts: Stream.fromIterable(contracts),
        getContractPeriod: ({ billingPeriodId, contractId }) =>
          Effect.succeed<BillingContractPeriodDetail>({
            id: billingPeriodId,
            charges: [{ name: `${contractId} ${billingPeriodId}`, prepaidQuantity: 1.5 }, {}]
          })
      })
    )

const chosen = (options?: { readonly period: string }) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("2026-11-15T12:00:00Z"))
    const { charges } = yield* Contracts.read(options)
    return charges.map(({ charge }) => charge).filter((charge) => charge !== "")
  })

describe("the charges of contracts", () => {
  it.effect("are those of the current period: the open one, the one of today, or the latest", () =>
    Effect.gen(function* () {
      const periods = [month("2026-10"), month("2026-11"), month("2026-12")]
      expect(
        yield* chosen().pipe(
          withContracts(
            contract("open", { billingPeriods: [month("2026-11", "Closed"), month("2026-12", "OPEN")] }),
            contract("open-today", { billingPeriods: periods.map(({ id }) => month(id, "Open")) }),
            contract("today", { billingPeriods: periods, status: "active" }),
            contract("latest", { billingPeriods: [month("2025-02"), month("2025-01")] }),
            contract("dateless", { billingPeriods: [{ id: "p" }] }),
            contract("none", {}),
            contract("ended", { billingPeriods: periods, status: "Inactive" })
          )
        )
      ).toEqual(["open 2026-12", "open-today 2026-11", "today 2026-11", "latest 2025-02", "dateless p"])
    })
  )

  it.effect("are those of the period that is asked for, by its id or by a day in it, of ended contracts too", () =>
    Effect.gen(function* () {
      const contracts = [
        contract("a", { billingPeriods: [month("2026-10"), month("2026-11", "Open")] }),
        contract("b", { billingPeriods: [month("2026-10")], status: "Inactive" })
      ]
      for (const period of ["2026-10", "2026-10-01", "2026-10-28"]) {
        expect(yield* chosen({ period }).pipe(withContracts(...contracts))).toEqual(["a 2026-10", "b 2026-10"])
      }
      const none = yield* Contracts.read({ period: "2026-10-29" }).pipe(withContracts(...contracts))
      expect(none).toEqual({ charges: [], isFound: false, contracts: 2, periodIds: ["2026-10", "2026-11"] })
    })
  )

  it.effect("have no field that was not told", () =>
    Effect.gen(function* () {
      const read = Contracts.read({ period: "p" })
      const { charges } = yield* read.pipe(
        withContracts(contract("a", { externalNumber: "K-1", billingPeriods: [{ id: "p" }] }))
      )
      expect(charges).toEqual([
        { contract: "K-1", periodId: "p", charge: "a p", prepaid: 1.5 },
        { contract: "K-1", periodId: "p", charge: "" }
      ])
    })
  )

  it.effect("fail with the error of the API", () =>
    Effect.gen(function* () {
      const error = new GenesysError({ operation: "getBillingContracts", reason: new Forbidden({ permissions: [] }) })
      const failed = yield* Contracts.read().pipe(
        Effect.provideService(BillingService, {
          getUsage: () => Effect.die("not asked for"),
          contracts: Stream.fail(error),
          getContractPeriod: () => Effect.die("not asked for")
        }),
        Effect.flip
      )
      expect(failed).toBe(error)
    })
  )
})
