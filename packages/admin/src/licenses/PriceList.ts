/**
 * The price of a seat of each license, from a CSV file. The API has no prices. Amounts are exact
 * decimals.
 */
import type { LicenseId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as CsvTable from "../files/CsvTable.ts"
import * as TextFile from "../files/TextFile.ts"

/** The price of one seat. */
export interface Price {
  /** The exact amount, with all decimal places of the file. */
  readonly amount: BigDecimal.BigDecimal
  /** The ISO 4217 code, such as `USD`. */
  readonly currency: string
  /** The period that the price is for. */
  readonly per: "month" | "year"
}

/** The price of a seat, by license. */
export type PriceList = ReadonlyMap<LicenseId, Price>

const columns = {
  licenseId: ["licenseId", "license", "id"],
  price: ["price", "listPrice", "amount"],
  currency: ["currency", "currencyCode"],
  per: ["per", "period"]
} satisfies CsvTable.Columns<"licenseId" | "price" | "currency" | "per">

/** Three digits after a comma may be thousands or decimals. */
const isAmbiguous = (text: string) => /,\d{3}$/.test(text)

const amountOf = (text: string) =>
  /^\d+([.,]\d+)?$/.test(text) && !isAmbiguous(text) ? BigDecimal.fromStringUnsafe(text.replace(",", ".")) : undefined

const perOf = (text: string) => {
  const per = text.toLowerCase() || "month"
  return per === "month" || per === "year" ? per : undefined
}

/** Reads CSV with the columns `licenseId`, `price`, `currency`, and `per` (`month` or `year`; default: `month`). */
export const parse = Effect.fnUntraced(function* (
  text: string,
  { source = "prices" }: { readonly source?: string | undefined } = {}
): Effect.fn.Return<PriceList, AdminError> {
  const table = yield* CsvTable.parse(text, { source, columns, required: ["licenseId", "price", "currency"] })
  const prices = new Map<LicenseId, Price>()
  for (const row of table.rows) {
    const { line } = row
    const invalid = (column: keyof typeof columns, problem: string) =>
      fail(new InvalidInput({ source, line, column, problem }))
    const licenseId = table.cell(row, "licenseId")
    if (licenseId === "") return yield* invalid("licenseId", "must not be empty")
    if (prices.has(licenseId)) return yield* invalid("licenseId", `duplicate license "${quote(licenseId)}"`)

    const price = table.cell(row, "price")
    const amount = amountOf(price)
    if (amount === undefined) {
      const problem = isAmbiguous(price)
        ? `"${quote(price)}" is ambiguous; write 1234 or 1.234`
        : `must be a number such as 120 or 99.50, not "${quote(price)}"`
      return yield* invalid("price", problem)
    }
    const currency = table.cell(row, "currency").toUpperCase()
    if (!/^[A-Z]{3}$/.test(currency)) {
      return yield* invalid("currency", `must be a three-letter code such as USD, not "${quote(currency)}"`)
    }
    const per = perOf(table.cell(row, "per"))
    if (per === undefined) return yield* invalid("per", "must be month or year")
    prices.set(licenseId, { amount, currency, per })
  }
  return prices
})

/** Reads a CSV file. */
export const load = (path: string): Effect.Effect<PriceList, AdminError, FileSystem.FileSystem> =>
  Effect.flatMap(TextFile.read(path), (text) => parse(text, { source: path }))
