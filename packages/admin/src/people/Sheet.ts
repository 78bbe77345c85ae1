/**
 * Reads a list of people from any CSV that has a column `userId`, `email` or `name`. In each row,
 * the first of these columns that is not empty identifies the person. Other columns are ignored,
 * so that existing lists can be used as they are.
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
  // Lists for `plan` have these columns. They must not contradict `purpose`.
  licenseId: ["licenseId", "license"],
  state: ["state"]
} as const

/** The columns that identify a person, in order of precedence. */
const naming = ["userId", "email", "name"] as const

/** Options for reading a list of people. */
export interface Options {
  /** The name of the text in errors (default: `sheet`). */
  readonly source?: string | undefined
  /** The change that the caller plans for the people. Rows that contradict it are errors (default: no check). */
  readonly purpose?: { readonly licenseId: string; readonly state: "present" | "absent" } | undefined
}

/** Reads CSV. A row that names nobody or contradicts `purpose` is an error. */
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
      const problem = `the row names nobody; fill in ${naming.filter((one) => table.columns.has(one)).join(" or ")}`
      return yield* fail(new InvalidInput({ source, line, problem }))
    }
    // A quote that is never closed hides the rows below it, up to the next quote.
    if (/[\r\n]/.test(cell(column))) {
      return yield* invalid(column, "the cell contains a line break; check for a quote that is never closed")
    }
    if (column === "email" && !UserIdCell.isEmail(cell("email"))) {
      return yield* invalid("email", `must be an e-mail address, not "${quote(cell("email"))}"`)
    }
    if (purpose !== undefined) {
      const [licenseId, state] = [cell("licenseId"), cell("state").toLowerCase()]
      if (licenseId !== "" && licenseId !== purpose.licenseId) {
        return yield* invalid("licenseId", `must be ${quote(purpose.licenseId)} or empty, not ${quote(licenseId)}`)
      }
      if ((state === "present" || state === "absent") && state !== purpose.state) {
        return yield* invalid("state", `must be ${purpose.state} or empty for this change, not ${state}`)
      }
    }
    const text = column === "userId" ? UserIdCell.read(cell(column)) : cell(column)
    named.push({ by: column !== "userId" ? column : UserIdCell.isEmail(text) ? "email" : "id", text, line })
  }
  if (named.length === 0)
    return yield* fail(new InvalidInput({ source, problem: "there are no rows below the header" }))
  return named
})

/** Reads a CSV file. */
export const load = Effect.fnUntraced(function* (
  path: string,
  options: Pick<Options, "purpose"> = {}
): Effect.fn.Return<ReadonlyArray<Named>, AdminError, FileSystem.FileSystem> {
  if (/\.(xlsx|xlsm|xls|ods|numbers)$/i.test(path)) {
    const problem = 'workbooks are not supported; save the sheet as CSV (in Excel: "CSV UTF-8")'
    return yield* fail(new InvalidInput({ source: path, problem }))
  }
  return yield* parse(yield* TextFile.read(path), { ...options, source: path })
})
