/**
 * People who are named in a spreadsheet: any CSV with a column `userId`, `email` or
 * `name`. In each row the first of them that is not empty says who is meant. Other
 * columns say nothing, so that a list that was made for another purpose can be used.
 */
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as CsvTable from "../files/CsvTable.ts"
import * as TextFile from "../files/TextFile.ts"
import type { Named } from "./NamedPeople.ts"
import * as UserIdCell from "./UserIdCell.ts"

const columns = {
  userId: ["userId", "user", "id"],
  email: ["email", "mail", "emailAddress"],
  name: ["name", "displayName", "fullName"],
  // A list of licenses is made for `plan`. Here, it may say something else than the caller.
  licenseId: ["licenseId", "license"],
  state: ["state"]
} as const

/** The columns that say who is meant. */
const naming = ["userId", "email", "name"] as const

/** What a sheet is called, and what for. */
export interface Options {
  /** What errors call the text. Default: `sheet`. */
  readonly source?: string | undefined
  /** What the caller does with the people. Default: not known, and rows may say what they like. */
  readonly purpose?: { readonly licenseId: string; readonly state: "present" | "absent" } | undefined
}

/** From CSV. A row that names nobody, or contradicts the purpose, is an error. */
export const parse = Effect.fnUntraced(function* (
  text: string,
  { purpose, source = "sheet" }: Options = {}
): Effect.fn.Return<ReadonlyArray<Named>, AdminError> {
  const table = yield* CsvTable.parse(text, { source, columns, required: [naming] })
  const named: Array<Named> = []
  for (const row of table.rows) {
    const { line } = row
    const invalid = (column: string, problem: string) => fail(new InvalidInput({ source, line, column, problem }))
    const cell = (column: keyof typeof columns) => UserIdCell.visible(table.cell(row, column))
    const column = naming.find((one) => cell(one) !== "")
    if (column === undefined) {
      const problem = `the row names nobody: nothing is in ${naming.filter((one) => table.columns.has(one)).join(" or ")}`
      return yield* fail(new InvalidInput({ source, line, problem }))
    }
    // A quote that is left open swallows the rows below it, up to the next quote.
    if (/[\r\n]/.test(cell(column))) {
      return yield* invalid(column, "the cell goes on in the next line, as if a quote were left open")
    }
    if (column === "email" && !UserIdCell.isEmail(cell("email"))) {
      return yield* invalid("email", `it must be an e-mail address, and is "${quote(cell("email"))}"`)
    }
    if (purpose !== undefined) {
      const [licenseId, state] = [cell("licenseId"), cell("state").toLowerCase()]
      if (licenseId !== "" && licenseId !== purpose.licenseId) {
        return yield* invalid("licenseId", `it is about ${quote(licenseId)}, and not about ${quote(purpose.licenseId)}`)
      }
      if ((state === "present" || state === "absent") && state !== purpose.state) {
        return yield* invalid("state", `it is ${state}, which is the opposite of what is asked for`)
      }
    }
    const text = column === "userId" ? UserIdCell.read(cell(column)) : cell(column)
    named.push({ by: column !== "userId" ? column : UserIdCell.isEmail(text) ? "email" : "id", text, line })
  }
  if (named.length === 0)
    return yield* fail(new InvalidInput({ source, problem: "there are no rows below the header" }))
  return named
})

/** From a CSV file. */
export const load = Effect.fnUntraced(function* (
  path: string,
  options: Pick<Options, "purpose"> = {}
): Effect.fn.Return<ReadonlyArray<Named>, AdminError, FileSystem.FileSystem> {
  if (/\.(xlsx|xlsm|xls|ods|numbers)$/i.test(path)) {
    const problem = 'this is a workbook, and a CSV is needed: save the sheet as CSV (in Excel: "CSV UTF-8")'
    return yield* fail(new InvalidInput({ source: path, problem }))
  }
  return yield* parse(yield* TextFile.read(path), { ...options, source: path })
})
