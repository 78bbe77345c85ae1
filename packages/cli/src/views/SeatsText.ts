/**
 * Seats bought and list prices: as text for people, and as columns of an audit.
 */
import { grouped, type SeatPrice } from "@genesys-license/admin/look/SeatPrices"
import type { LicenseId } from "@genesys-license/schema/Ids"
import type { Seats } from "../flags/Seats.ts"
import type * as Row from "../terminal/Row.ts"
import * as Table from "../terminal/Table.ts"

/** The sections, each with its title. */
export const sections = ({ bought, listPrices }: Seats, width: number): ReadonlyArray<string> => [
  ...(bought === undefined ? [] : [`Seats held and bought (preview)\n\n${ofBought(bought, width)}`]),
  ...(listPrices === undefined ? [] : [`List price of seats held\n\n${ofPrices(listPrices, width)}`])
]

const ofBought = ({ charges, leftOut }: NonNullable<Seats["bought"]>, width: number) => {
  const table =
    charges.length === 0
      ? "  No charge of the contracts has both a license in the CSV and a prepaid quantity."
      : Table.ofLines(
          [
            ["License", "Held", "Bought", "Used", "Overage", "Charge"],
            ...charges.map(({ bought, charge, held, licenseId, overage, used }) => [
              licenseId,
              ...[held, bought].map(Table.number),
              ...[used, overage].map((value) => (value === undefined ? "" : Table.number(value))),
              charge
            ])
          ],
          ["left", "right", "right", "right", "right", "left"],
          width
        )
  return leftOut.length === 0
    ? table
    : `${table}\n\n  Left out: ${Table.count(leftOut.length, "charge")} without a license in the CSV, or without a prepaid quantity.`
}

const ofPrices = ({ licenses, totals, unpriced }: NonNullable<Seats["listPrices"]>, width: number) => {
  const table = Table.ofLines(
    [
      ["License", "Seats", "Price", "List price", ""],
      ...licenses.map(({ currency, licenseId, listPrice, per, price, seats }) => [
        licenseId,
        Table.number(seats),
        grouped(price),
        grouped(listPrice),
        unit({ currency, per })
      ]),
      ...totals.map(({ listPrice, ...of }) => ["all seats", "", "", grouped(listPrice), unit(of)])
    ],
    ["left", "right", "right", "right", "left"],
    width
  )
  const without = unpriced.length === 0 ? "" : `  Held, but without a price in the CSV: ${unpriced.join(", ")}.\n`
  return `${table}\n\n${without}  The list price is not what you pay: contracts have discounts, and a seat may be prepaid or not billed.`
}

const unit = ({ currency, per }: Pick<SeatPrice, "currency" | "per">) => `${currency} per ${per}`

export const columns = ({ bought, listPrices }: Seats): ReadonlyArray<string> => [
  ...(bought === undefined ? [] : ["bought"]),
  ...(listPrices === undefined ? [] : ["price", "listPrice", "currency", "per"])
]

/** The cells of a license. With several charges, `bought` has several numbers: they may count different things, so they are not added up. */
export const cells = ({ bought, listPrices }: Seats, of: LicenseId): Row.Row => {
  const numbers = bought?.charges.filter(({ licenseId }) => licenseId === of).map(({ bought }) => bought) ?? []
  const { currency, listPrice, per, price } = listPrices?.licenses.find(({ licenseId }) => licenseId === of) ?? {}
  return {
    ...(numbers.length > 0 && { bought: numbers.length === 1 ? numbers[0] : numbers.map(String) }),
    ...(price !== undefined && { price, listPrice, currency, per })
  }
}
