/**
 * What was bought, and what was used of it, charge by charge, in one billing period of
 * each contract. The API is a preview of the vendor's, and any of its fields may be
 * missing: what was not told is absent here.
 */
import { BillingService } from "@genesys-license/client/BillingService"
import type { GenesysError } from "@genesys-license/client/GenesysError"
import type { BillingCharge, BillingContract, BillingContractPeriod } from "@genesys-license/schema/billing/Contract"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Order from "effect/Order"
import * as Stream from "effect/Stream"

/** A charge of a period. Quantities and amounts are as the server tells them. */
export interface ContractCharge {
  /** The number of the contract, or its id where it has none. */
  readonly contract: string
  /** The id of the billing period. */
  readonly periodId: string
  /** When the period begins, as the server writes it. */
  readonly dateStart?: string
  /** When it ends, as the server writes it. */
  readonly dateEnd?: string
  /** Its name is for people, and no license id. Empty where it has none. */
  readonly charge: string
  /** What is counted, such as `User`. */
  readonly unit?: string
  /** Paid for, used or not. */
  readonly prepaid?: number
  /** Use that costs nothing more, as the contract has it. */
  readonly fairUse?: number
  /** How many were used in the period. */
  readonly used?: number
  /** Used beyond what is paid for. */
  readonly overage?: number
  /** The price of one that is used beyond what is paid for. */
  readonly overageRate?: number
  /** The price of all that were. */
  readonly overageCharge?: number
  /** As ISO 4217 writes it, such as `USD`. */
  readonly currency?: string
}

/** The charges of a billing period, of all contracts that have it. */
export interface ContractCharges {
  /** In the order of the contracts. */
  readonly charges: ReadonlyArray<ContractCharge>
  /** Whether any contract has the period. */
  readonly isFound: boolean
  /** How many contracts were looked at. */
  readonly contracts: number
  /** The periods that these have, for who asked for another. */
  readonly periodIds: ReadonlyArray<string>
}

/**
 * The charges of one period of each contract. `period` is the id of a period or a day
 * in it (`2026-10-15`), of any contract; by default it is the current period of the
 * contracts that are active.
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
  // Where several are open, the one of today; where none tells, the latest.
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
  const told = {
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
    ...withoutAbsent(told)
  }
}

type Present<A> = { [K in keyof A]?: Exclude<A[K], undefined> }

const withoutAbsent = <A extends object>(fields: A): Present<A> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<A>
