/**
 * Seats bought, from the contracts, and list prices of the seats held. Only if the audit was
 * given the files that tell them.
 */
import type { Bought } from "../look/Bought.ts"
import { grouped, type SeatPrice, type SeatPrices } from "../look/SeatPrices.ts"
import { andMore, type Content, count, type Markup, markup, named, number, some, table } from "./Markup.ts"

/** What was found out about seats. A part is absent if it was not asked for or could not be read. */
export interface Seats {
  readonly bought?: Bought | undefined
  readonly listPrices?: SeatPrices | undefined
}

/** The maximum number of rows that people can still read. */
const most = 100

export const section = ({ bought, listPrices }: Seats): Content =>
  (bought !== undefined || listPrices !== undefined) &&
  markup`<section id="seats">
<h2>Seats</h2>
${bought !== undefined && ofBought(bought)}
${listPrices !== undefined && ofPrices(listPrices)}
</section>`

const ofBought = ({ charges, leftOut }: Bought): Markup => {
  const { first, more } = some(charges, most)
  return markup`<h3 id="bought">Seats held and bought (preview)</h3>
<p class="note">Bought, used and overage are what the contracts say. The use of a concurrent charge is its peak, not the number of holders.</p>
${
  charges.length === 0
    ? markup`<p>No charge of the contracts has both a license in the CSV and a prepaid quantity.</p>`
    : table({
        caption: "Seats held and bought, by charge",
        isTitled: true,
        columns: ["License", "Held", "Bought", "Used", "Overage", { text: "Charge" }],
        rows: first.map(({ bought, charge, held, licenseId, overage, used }) => [
          named(licenseId),
          number(held),
          number(bought),
          used === undefined ? "not told" : number(used),
          overage === undefined ? "not told" : number(overage),
          named(charge)
        ]),
        more: andMore(more, "charge")
      })
}
${leftOut.length > 0 && markup`<p>Left out: ${count(leftOut.length, "charge")} without a license in the CSV, or without a prepaid quantity.</p>`}`
}

const ofPrices = ({ licenses, totals, unpriced }: SeatPrices): Markup => {
  const { first, more } = some(licenses, most)
  const missing = some(unpriced.map(named), 10)
  return markup`<h3 id="prices">List price of seats held</h3>
<p class="note">The list price is not what you pay: contracts have discounts, and a seat may be prepaid or not billed.</p>
${
  licenses.length === 0
    ? markup`<p>No license in the CSV is a license of the organization.</p>`
    : table({
        caption: "List price of seats held, by license",
        isTitled: true,
        columns: ["License", "Seats", "Price", "List price", { text: "Unit" }],
        rows: first.map(({ listPrice, price, seats, ...of }) => [
          named(of.licenseId),
          number(seats),
          grouped(price),
          grouped(listPrice),
          unit(of)
        ]),
        more: andMore(more, "license")
      })
}
${totals.map((total) => markup`<p><strong>All seats: ${grouped(total.listPrice)} ${unit(total)}</strong></p>`)}
${unpriced.length > 0 && markup`<p>Held, but without a price in the CSV: ${missing.first.join(", ")}${missing.more > 0 && ` and ${number(missing.more)} more`}.</p>`}`
}

const unit = ({ currency, per }: Pick<SeatPrice, "currency" | "per">) => `${currency} per ${per}`
