/**
 * Charges of contracts, for people and for programs.
 */
import type { ContractCharge, ContractCharges } from "@genesys-license/admin/look/Contracts"
import * as Stream from "effect/Stream"
import type * as Output from "../terminal/Output.ts"
import * as Table from "../terminal/Table.ts"

const columns = [
  "contract",
  "periodId",
  "dateStart",
  "dateEnd",
  "charge",
  "unit",
  "prepaid",
  "fairUse",
  "used",
  "overage",
  "overageRate",
  "overageCharge",
  "currency"
]

export const make = ({ charges }: ContractCharges): Output.Result => ({
  columns,
  rows: Stream.fromIterable(charges.map((charge) => ({ ...charge }))),
  text: (width) => text(charges, width),
  document: () => ({ charges })
})

/** The message if there are no charges. */
export const nothing = ({ contracts }: ContractCharges): string =>
  contracts === 0
    ? "This API shows no active contract of the organization."
    : "The contracts have no charges in this billing period."

/** One table for each period of each contract. */
const text = (charges: ReadonlyArray<ContractCharge>, width: number) => {
  const periods = Map.groupBy(charges, ({ contract, periodId }) => JSON.stringify([contract, periodId]))
  return [...periods.values()]
    .map((charges) => {
      const { contract, dateEnd = "", dateStart = "", periodId } = charges[0]!
      const table = Table.ofLines(
        [
          ["Charge", "Unit", "Prepaid", "Used", "Overage", "Overage charge"],
          ...charges.map(({ charge, currency = "", overage, overageCharge, prepaid, unit = "", used }) => [
            charge,
            unit,
            ...[prepaid, used, overage].map(numberIfKnown),
            overageCharge === undefined ? "" : `${numberIfKnown(overageCharge)} ${currency}`.trim()
          ])
        ],
        undefined,
        width
      )
      const days = dateStart === "" && dateEnd === "" ? "" : `, ${dateStart} to ${dateEnd}`
      return `Contract ${contract}, billing period ${periodId}${days} (preview)\n\n${table}`
    })
    .join("\n\n")
}

const numberIfKnown = (value: number | undefined) => (value === undefined ? "" : Table.number(value))
