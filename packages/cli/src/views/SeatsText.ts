/**
 * Seats bought and their list prices: for people, and as columns beside an audit.
 */
import type { SeatPrice } from "@genesys-license/admin/look/SeatPrices"
import type { LicenseId } from "@genesys-license/schema/Ids"
import type { Seats } from "../flags/Seats.ts"
import type * as Row from "../terminal/Row.ts"
import * as Table from "../terminal/Table.ts"

/** What is told of the seats, each with its title. */
export const sections = ({ bought, listPrices }: Seats, width: number): ReadonlyArray<string> => [
  ...(bought === undefined ? [] : [`Seats held and bought (preview)\n\n${ofBought(bought, width)}`]),
  ...(listPrices === undefined ? [] : [`List price of seats held\n\n${ofPrices(listPrices, width)}`])
]

const ofBought = ({ charges, leftOut }: NonNullable<Seats["bought"]>, width: number) => {
  const table =
    charges.length === 0
      ? "  No charge of the contracts has both a license in the file and a number."
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
    : `${table}\n\n  Left out: ${Table.count(leftOut.length, "charge")} without a license in the file, or without a number.`
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
  const without = unpriced.length === 0 ? "" : `  Held, and without a price: ${unpriced.join(", ")}.\n`
  return `${table}\n\n${without}  A list price is not what is paid: contracts have discounts, and a seat may be prepaid or not billed.`
}

const unit = ({ currency, per }: Pick<SeatPrice, "currency" | "per">) => `${currency} a ${per}`

/** Of an exact decimal, which is no number of the engine. */
const grouped = (amount: string) => amount.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",")

export const columns = ({ bought, listPrices }: Seats): ReadonlyArray<string> => [
  ...(bought === undefined ? [] : ["bought"]),
  ...(listPrices === undefined ? [] : ["price", "listPrice", "currency", "per"])
]

/** The cells of a license. Where it has several charges, `bought` is several numbers: they may not be of one kind. */
export const cells = ({ bought, listPrices }: Seats, of: LicenseId): Row.Row => {
  const numbers = bought?.charges.filter(({ licenseId }) => licenseId === of).map(({ bought }) => bought) ?? []
  const { currency, listPrice, per, price } = listPrices?.licenses.find(({ licenseId }) => licenseId === of) ?? {}
  return {
    ...(numbers.length > 0 && { bought: numbers.length === 1 ? numbers[0] : numbers.map(String) }),
    ...(price !== undefined && { price, listPrice, currency, per })
  }
}
