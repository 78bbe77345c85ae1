/**
 * Seats held, at list price. A list price is not what is paid: contracts have
 * discounts, and a seat may be prepaid, or billed only to who logs in.
 */
import type { LicenseId } from "@genesys-license/schema/Ids"
import * as BigDecimal from "effect/BigDecimal"
import * as Order from "effect/Order"
import type { Price, PriceList } from "../licenses/PriceList.ts"

/** Amounts are decimals in a text, so that none is rounded. */
export interface SeatPrice {
  readonly licenseId: LicenseId
  /** How many hold the license. */
  readonly seats: number
  /** Of one seat. */
  readonly price: string
  /** Of all seats. */
  readonly listPrice: string
  /** As ISO 4217 writes it, such as `USD`. */
  readonly currency: string
  /** What the price buys a seat for. */
  readonly per: Price["per"]
}

/** What the held licenses cost by a list of prices. */
export interface SeatPrices {
  /** Licenses that the list has, in the order of the audit. */
  readonly licenses: ReadonlyArray<SeatPrice>
  /** One sum for each currency and period: different ones are never added up. */
  readonly totals: ReadonlyArray<Pick<SeatPrice, "listPrice" | "currency" | "per">>
  /** Licenses that are held, and that the list does not have. */
  readonly unpriced: ReadonlyArray<LicenseId>
  /** Licenses of the list that the organization does not have. */
  readonly strangers: ReadonlyArray<LicenseId>
}

/** Multiplies holders by prices. */
export const make = (
  licenses: ReadonlyArray<{ readonly licenseId: LicenseId; readonly users: number }>,
  prices: PriceList
): SeatPrices => {
  const totals = new Map<string, { readonly sum: BigDecimal.BigDecimal } & Pick<Price, "currency" | "per">>()
  const priced: Array<SeatPrice> = []
  for (const { licenseId, users } of licenses) {
    const price = prices.get(licenseId)
    if (price === undefined) continue
    const { amount, currency, per } = price
    const all = BigDecimal.multiply(amount, BigDecimal.fromBigInt(BigInt(users)))
    priced.push({ licenseId, seats: users, price: text(amount), listPrice: text(all), currency, per })
    const key = `${currency} ${per}`
    const sum = totals.get(key)?.sum ?? BigDecimal.fromBigInt(0n)
    totals.set(key, { currency, per, sum: BigDecimal.sum(sum, all) })
  }
  const known = new Set(licenses.map(({ licenseId }) => licenseId))
  return {
    licenses: priced,
    totals: [...totals]
      .sort(([a], [b]) => Order.String(a, b))
      .map(([, { currency, per, sum }]) => ({ listPrice: text(sum), currency, per })),
    unpriced: licenses.filter(({ licenseId, users }) => users > 0 && !prices.has(licenseId)).map((of) => of.licenseId),
    strangers: [...prices.keys()].filter((licenseId) => !known.has(licenseId))
  }
}

/** With two decimals or more: `120.50`. */
const text = (amount: BigDecimal.BigDecimal) => {
  const { scale, value } = BigDecimal.normalize(amount)
  const decimals = Math.max(2, scale)
  const digits = (value * 10n ** BigInt(decimals - scale)).toString().padStart(decimals + 1, "0")
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
