/**
 * Maps the charges of a bill to licenses, from a file that somebody who knows the contract has
 * written. Licenses are never guessed from the names of charges, which are free text.
 */
import type { LicenseId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as CsvTable from "../files/CsvTable.ts"
import * as TextFile from "../files/TextFile.ts"

/** The license of each charge. */
export interface ChargeMap {
  /** The license of each charge, by the normalized name of the charge. Several charges may have the same license. */
  readonly byCharge: ReadonlyMap<string, { readonly charge: string; readonly licenseId: LicenseId }>
}

const columns = {
  charge: ["charge", "chargeName", "name"],
  licenseId: ["licenseId", "license", "id"]
} satisfies CsvTable.Columns<"charge" | "licenseId">

/** Normalizes the name of a charge: case and white space do not matter. */
const sameness = (charge: string) => charge.trim().replace(/\s+/g, " ").toLowerCase()

/** The license of a charge. Undefined if the file does not have the charge. */
export const licenseOf = ({ byCharge }: ChargeMap, charge: string): LicenseId | undefined =>
  byCharge.get(sameness(charge))?.licenseId

/** Charges of the file that are not among the given charges: they are misspelled, or not on this bill. */
export const strangers = ({ byCharge }: ChargeMap, charges: Iterable<string>): ReadonlyArray<string> => {
  const known = new Set([...charges].map(sameness))
  return [...byCharge].filter(([key]) => !known.has(key)).map(([, { charge }]) => charge)
}

/** Reads CSV with the columns `charge` and `licenseId`. */
export const parse = Effect.fnUntraced(function* (
  text: string,
  { source = "charges" }: { readonly source?: string | undefined } = {}
): Effect.fn.Return<ChargeMap, AdminError> {
  const table = yield* CsvTable.parse(text, { source, columns, required: ["charge", "licenseId"] })
  const byCharge = new Map<string, { charge: string; licenseId: LicenseId }>()
  for (const row of table.rows) {
    const { line } = row
    const charge = table.cell(row, "charge")
    const licenseId = table.cell(row, "licenseId")
    const empty = charge === "" ? "charge" : licenseId === "" ? "licenseId" : undefined
    if (empty !== undefined) {
      return yield* fail(new InvalidInput({ source, line, column: empty, problem: "must not be empty" }))
    }
    const key = sameness(charge)
    if (byCharge.has(key)) {
      const problem = `duplicate charge "${quote(charge)}"; each charge has one license`
      return yield* fail(new InvalidInput({ source, line, column: "charge", problem }))
    }
    byCharge.set(key, { charge, licenseId })
  }
  return { byCharge }
})

/** Reads a CSV file. */
export const load = (path: string): Effect.Effect<ChargeMap, AdminError, FileSystem.FileSystem> =>
  Effect.flatMap(TextFile.read(path), (text) => parse(text, { source: path }))
