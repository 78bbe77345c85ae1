/**
 * Reads facts about users from a CSV: names, last logins and the like.
 *
 * The CSV needs a column `userId` (or `id`) or `email`. If it has both, `userId` identifies the
 * user. A cell of `userId` may also contain an e-mail address. The columns `name`, `department`,
 * `title`, `division`, `manager`, `lastLogin` and `state` are optional. `lastLogin` is an ISO date
 * or time (default time zone: UTC); if it is empty, the user has never logged in. A `state` other
 * than `active` means that the user has left or was deactivated.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as CsvTable from "../files/CsvTable.ts"
import * as TextFile from "../files/TextFile.ts"
import * as Emails from "./Emails.ts"
import type { Field, Profile } from "./Profile.ts"
import { ProfileTable } from "./ProfileTable.ts"
import * as UserIdCell from "./UserIdCell.ts"

/** A row that identifies a user by e-mail address. */
export interface RowByEmail {
  /** The line in the CSV, counted from 1. */
  readonly line: number
  /** The facts of the row. */
  readonly row: Omit<Profile, "userId">
}

/** The content of a CSV of people. */
export interface UserFacts {
  /** The name of the CSV in errors. */
  readonly source: string
  /** The rows that identify a user by id. */
  readonly byId: ReadonlyMap<UserId, Profile>
  /** The rows that identify a user by e-mail address, by `Emails.sameness` of the address. */
  readonly byEmail: ReadonlyMap<string, RowByEmail>
  /** The known columns of the CSV, without `userId`. */
  readonly columns: ReadonlySet<Field>
  /** The names of unknown columns, which are ignored. */
  readonly ignoredColumns: ReadonlyArray<string>
  /** How many rows end before the last column. Their missing cells are read as empty. */
  readonly shortRows: number
}

const texts = ["email", "name", "department", "title", "division", "manager", "state"] as const

const columns = {
  userId: ["userId", "user", "id"],
  email: ["email", "mail"],
  name: ["name", "displayName"],
  department: ["department"],
  title: ["title", "jobTitle"],
  division: ["division", "division.name", "divisionName"],
  manager: ["manager"],
  lastLogin: ["lastLogin", "dateLastLogin"],
  state: ["state", "status"]
} satisfies CsvTable.Columns<Exclude<Field, "lastLoginFrom"> | "userId">

/** Reads CSV. Two rows for one user are an error, because either of them could be right. */
export const parse = (
  text: string,
  { source = "user facts" }: { readonly source?: string | undefined } = {}
): Effect.Effect<UserFacts, AdminError> => read(Stream.make(text), source)

/** Reads a CSV file. */
export const load = (path: string): Effect.Effect<UserFacts, AdminError, FileSystem.FileSystem> =>
  read(TextFile.stream(path), path)

/** Keeps only the profiles in memory, not the CSV. */
const read = Effect.fnUntraced(function* <R>(
  text: Stream.Stream<string, AdminError, R>,
  source: string
): Effect.fn.Return<UserFacts, AdminError, R> {
  const byId = new ProfileTable()
  const byEmail = new Map<string, RowByEmail>()
  const options = { source, columns, required: [["userId", "email"] as const] }
  const table = yield* CsvTable.read(text, options, (header) => (row) => add(header, row))
  return {
    source,
    byId,
    byEmail,
    columns: new Set([...table.columns].filter((column) => column !== "userId")),
    ignoredColumns: table.others,
    shortRows: table.shortRows
  }

  function add(table: CsvTable.Header<keyof typeof columns>, row: CsvTable.Row): AdminError | undefined {
    const naming = table.columns.has("userId") ? "userId" : "email"
    const { line } = row
    const invalid = (column: keyof typeof columns, problem: string) =>
      fail(new InvalidInput({ source, line, column, problem }))
    // A quote that is never closed hides the rows below it, up to the next quote.
    const multiline = [...table.columns].find((column) => /[\r\n]/.test(table.cell(row, column)))
    if (multiline !== undefined) {
      return invalid(multiline, "the cell contains a line break; check for a quote that is never closed")
    }
    const userId = UserIdCell.read(table.cell(row, naming))
    if (userId === "") return invalid(naming, "must not be empty")
    const email = UserIdCell.isEmail(userId) ? Emails.sameness(userId) : undefined
    if (naming === "email" && email === undefined) {
      return invalid("email", `must be an e-mail address, not "${quote(userId)}"`)
    }
    if (byId.has(userId) || (email !== undefined && byEmail.has(email))) {
      return invalid(naming, `duplicate user ${quote(userId)}`)
    }
    const cells: { [column in (typeof texts)[number]]?: string } = {}
    for (const column of texts) {
      const cell = table.cell(row, column)
      if (cell !== "") cells[column] = cell
    }
    const login = table.cell(row, "lastLogin")
    const lastLogin = timeOf(login)
    if (login !== "" && lastLogin === undefined) {
      return invalid("lastLogin", `must be a date such as 2026-01-31, not "${quote(login)}"`)
    }
    const facts: Omit<Profile, "userId"> = {
      ...cells,
      ...(lastLogin !== undefined && { lastLogin, lastLoginFrom: "facts" }),
      ...(login === "" && table.columns.has("lastLogin") && { neverLoggedIn: true })
    }
    if (email === undefined) byId.set(userId, { userId, ...facts })
    else byEmail.set(email, { line, row: facts })
    return undefined
  }
})

/**
 * ISO 8601 and its common variants: a space instead of the `T`, `UTC` or `+0000` as the time zone,
 * and the name of the time zone in brackets. `Date.parse` alone would also accept `1/2/26`, which
 * is a different day in different countries.
 */
const iso =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)(?: ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?(?:\[[\w/+-]+\])?)?$/i

const timeOf = (text: string): number | undefined => {
  const [, date, time = "00:00", zone = "Z"] = iso.exec(text) ?? []
  if (date === undefined) return undefined
  // `Date` turns February 31 into a day in March.
  const isDay = new Date(`${date}T00:00Z`).getUTCDate() === Number(date.slice(-2))
  const [, sign, hours, minutes = "00"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  const offset = sign === undefined ? "Z" : `${sign}${hours}:${minutes}`
  const moment = Date.parse(`${date}T${time.replace(",", ".")}${offset}`)
  return isDay && !Number.isNaN(moment) ? moment : undefined
}
