/**
 * The charges of contracts in one billing period: quantities bought and used. The API is a
 * preview of Genesys Cloud, and any field may be missing. A missing field is absent here.
 */
import { BillingService } from "@genesys-license/client/BillingService"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { BillingCharge, BillingContract, BillingContractPeriod } from "@genesys-license/schema/billing/Contract"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as Stream from "effect/Stream"

/** A charge of a period. Quantities and amounts are those of the server. */
export interface ContractCharge {
  /** The number of the contract, or its id if it has none. */
  readonly contract: string
  /** The id of the billing period. */
  readonly periodId: string
  /** The start of the period, as the server writes it. */
  readonly dateStart?: string
  /** The end of the period, as the server writes it. */
  readonly dateEnd?: string
  /** The name of the charge, for people. It is not a license id. Empty if it has none. */
  readonly charge: string
  /** The counted unit, such as `User`. */
  readonly unit?: string
  /** The prepaid quantity, used or not. */
  readonly prepaid?: number
  /** The fair use quantity of the contract, which costs nothing extra. */
  readonly fairUse?: number
  /** The quantity used in the period. */
  readonly used?: number
  /** The quantity used beyond the prepaid one. */
  readonly overage?: number
  /** The price of one overage unit. */
  readonly overageRate?: number
  /** The price of all overage units. */
  readonly overageCharge?: number
  /** The ISO 4217 code, such as `USD`. */
  readonly currency?: string
}

/** The charges of a billing period, from all contracts that have it. */
export interface ContractCharges {
  /** The charges, in the order of the contracts. */
  readonly charges: ReadonlyArray<ContractCharge>
  /** Whether any contract has the period. */
  readonly isFound: boolean
  /** The number of contracts that were searched. */
  readonly contracts: number
  /** The periods of these contracts, for an error message about an unknown period. */
  readonly periodIds: ReadonlyArray<string>
}

/**
 * Reads the charges of one period of each contract. `period` is the id of a period, or a day
 * in it such as `2026-10-15`. Default: the current period of each active contract.
 */
export const read = Effect.fn("Contracts.read")(function* ({
  period
}: { readonly period?: string | undefined } = {}): Effect.fn.Return<ContractCharges, GenesysError, BillingService> {
  const billing = yield* BillingService
  const today = DateTime.formatIsoDateUtc(yield* DateTime.now)
  const all = yield* Stream.runCollect(billing.contracts)
  const contracts = period === undefined ? all.filter(isActive) : all
  const periods = contracts.flatMap((contract) => {
    const chosen = choose(contract.billingPeriods, period, today)
    return chosen === undefined ? [] : [{ contract, chosen }]
  })
  const charges = yield* Effect.forEach(
    periods,
    ({ chosen, contract }) =>
      Effect.map(billing.getContractPeriod({ contractId: contract.id, billingPeriodId: chosen.id }), ({ charges }) =>
        charges.map((charge) => toCharge(contract, chosen, charge))
      ),
    { concurrency: 4 }
  )
  return {
    charges: charges.flat(),
    isFound: periods.length > 0,
    contracts: contracts.length,
    periodIds: [...new Set(contracts.flatMap(({ billingPeriods }) => billingPeriods.map(({ id }) => id)))]
  }
})

const isActive = ({ status = "active" }: BillingContract) => status.toLowerCase() === "active"

const has = ({ dateEnd = "", dateStart }: BillingContractPeriod, day: string) =>
  dateStart !== undefined && dateStart.slice(0, 10) <= day && day <= dateEnd.slice(0, 10)

const choose = (periods: ReadonlyArray<BillingContractPeriod>, asked: string | undefined, today: string) => {
  if (asked !== undefined) return periods.find(({ id }) => id === asked) ?? periods.find((period) => has(period, asked))
  const open = periods.filter(({ status }) => status?.toLowerCase() === "open")
  // If several periods are open, take the one that includes today, else the latest.
  const among = open.length > 0 ? open : periods
  return (
    among.find((period) => has(period, today)) ??
    among.toSorted((a, b) => Order.String(a.dateStart ?? "", b.dateStart ?? "")).at(-1)
  )
}

const toCharge = (
  { externalNumber, id }: BillingContract,
  period: BillingContractPeriod,
  charge: BillingCharge
): ContractCharge => {
  const fields = {
    dateStart: period.dateStart?.slice(0, 10),
    dateEnd: period.dateEnd?.slice(0, 10),
    unit: charge.product?.unitOfMeasure,
    prepaid: charge.prepaidQuantity,
    fairUse: charge.fairuseQuantity,
    used: charge.actualQuantity,
    overage: charge.overageQuantity,
    overageRate: charge.overageRate,
    overageCharge: charge.overageCharge,
    currency: charge.overageCurrency
  }
  return {
    contract: externalNumber ?? id,
    periodId: period.id,
    charge: charge.name ?? charge.product?.name ?? "",
    ...withoutAbsent(fields)
  }
}

type Present<A> = { [K in keyof A]?: Exclude<A[K], undefined> }

const withoutAbsent = <A extends object>(fields: A): Present<A> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<A>
