/**
 * The list price of seats held. It is not what is paid: contracts have discounts, and a seat
 * may be prepaid, or billed only if its holder logs in.
 */
import type { LicenseId } from "@genesys-license/schema/Ids"
import * as BigDecimal from "effect/BigDecimal"
import * as Order from "effect/Order"
import type { Price, PriceList } from "../licenses/PriceList.ts"

/** The list price of one license. Amounts are decimals as text, so that nothing is rounded. */
export interface SeatPrice {
  readonly licenseId: LicenseId
  /** The number of holders. */
  readonly seats: number
  /** The price of one seat. */
  readonly price: string
  /** The price of all seats. */
  readonly listPrice: string
  /** The ISO 4217 code, such as `USD`. */
  readonly currency: string
  /** The period of the price: a month or a year. */
  readonly per: Price["per"]
}

/** The list prices of all seats held. */
export interface SeatPrices {
  /** Licenses with a price, in the order of the audit. */
  readonly licenses: ReadonlyArray<SeatPrice>
  /** One sum for each currency and period. Different ones are never added up. */
  readonly totals: ReadonlyArray<Pick<SeatPrice, "listPrice" | "currency" | "per">>
  /** Licenses that are held but have no price. */
  readonly unpriced: ReadonlyArray<LicenseId>
  /** Licenses of the price list that the organization does not have. */
  readonly strangers: ReadonlyArray<LicenseId>
}

/** Multiplies the holders of each license by its price. */
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

/** Formats an amount with at least two decimals: `120.50`. */
const text = (amount: BigDecimal.BigDecimal) => {
  const { scale, value } = BigDecimal.normalize(amount)
  const decimals = Math.max(2, scale)
  const digits = (value * 10n ** BigInt(decimals - scale)).toString().padStart(decimals + 1, "0")
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** Adds thousands separators to an exact decimal, which stays a text so that it is not rounded. */
export const grouped = (amount: string): string => amount.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",")
