/**
 * Billable usage, for people and for programs.
 */
import type { BilledCharge, BilledUsage } from "@genesys-license/admin/look/BilledUsage"
import type { Period } from "@genesys-license/client/BillingService"
import * as DateTime from "effect/DateTime"
import * as Stream from "effect/Stream"
import type * as Output from "../terminal/Output.ts"
import type * as Row from "../terminal/Row.ts"
import * as Table from "../terminal/Table.ts"

const columns = [
  "charge",
  "totalUsage",
  "licenseId",
  "resource",
  "date",
  "isInDirectory",
  "userId",
  "name",
  "department",
  "division",
  "state",
  "holds"
]

export const make = (usage: BilledUsage, { endDate, startDate }: Period): Output.Result => ({
  columns,
  rows: Stream.fromIterable(usage.charges.flatMap(rows)),
  text: (width) => text(usage, `Billable usage from ${day(startDate)} to ${day(endDate)}`, width),
  document: () => ({
    startDate: DateTime.formatIso(startDate),
    endDate: DateTime.formatIso(endDate),
    charges: usage.charges
  })
})

const day = (moment: DateTime.Utc) => DateTime.formatIso(moment).replace(/T00:00:00\.000Z$/, "")

/** One row for each billed person or device. A charge without any has one row, too. */
const rows = ({ charge, licenseId, resources, totalUsage }: BilledCharge): ReadonlyArray<Row.Row> =>
  (resources.length === 0 ? [{}] : resources).map((resource) => ({
    charge,
    ...(totalUsage !== undefined && { totalUsage }),
    ...(licenseId !== undefined && { licenseId }),
    ...resource
  }))

const text = ({ charges }: BilledUsage, title: string, width: number) => {
  if (charges.length === 0) return `${title}\n\nNothing was billed.`
  const hasDirectory = charges.some(({ notInDirectory }) => notInDirectory !== undefined)
  const isMapped = charges.some(({ licenseId }) => licenseId !== undefined)
  const table = Table.ofLines(
    [
      [
        "Charge",
        "Usage",
        "Billed",
        ...(hasDirectory ? ["Not in the directory"] : []),
        ...(isMapped ? ["License", "Held now"] : [])
      ],
      ...charges.map(({ charge, held, licenseId = "", notInDirectory = 0, resources, totalUsage = "" }) => [
        charge,
        totalUsage,
        Table.number(resources.length),
        ...(hasDirectory ? [Table.number(notInDirectory)] : []),
        ...(isMapped ? [licenseId, held === undefined ? "" : Table.number(held)] : [])
      ])
    ],
    undefined,
    width
  )
  return `${title}\n\n${table}\n\nUse --format csv to list who and what was billed.`
}
