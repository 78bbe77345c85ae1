/**
 * What somebody knows of users beside the organization: a CSV of names, log-ins and the like.
 *
 * `userId` (or `id`) or `email` must be there; without a `userId`, rows are by e-mail, and a
 * cell of `userId` may be an e-mail, too. `name`, `department`, `title`, `division`,
 * `manager`, `lastLogin` and `state` may be there. `lastLogin` is an ISO date or time, in UTC
 * unless it says otherwise; empty, the user has never logged in. A `state` other than
 * `active` is that of somebody who has left, or was switched off.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as CsvTable from "../files/CsvTable.ts"
import * as TextFile from "../files/TextFile.ts"
import * as Emails from "./Emails.ts"
import type { Field, Profile } from "./Profile.ts"
import * as UserIdCell from "./UserIdCell.ts"

/** A row that names a user by e-mail. */
export interface RowByEmail {
  /** Its line in the CSV, counted from 1. */
  readonly line: number
  /** What it says. */
  readonly row: Omit<Profile, "userId">
}

/** A CSV of people, as it was read. */
export interface UserFacts {
  /** What errors call the CSV. */
  readonly source: string
  /** Rows that name a user by id. */
  readonly byId: ReadonlyMap<UserId, Profile>
  /** Rows that name a user by e-mail, by the sameness of the address. */
  readonly byEmail: ReadonlyMap<string, RowByEmail>
  /** The columns that were there, beside the one that names the user. */
  readonly columns: ReadonlySet<Field>
  /** Columns that say nothing to us, as the header calls them. */
  readonly ignoredColumns: ReadonlyArray<string>
  /** Rows that end before the last column. What they lack is empty, as spreadsheets mean it. */
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

/** From CSV. A user who is there twice is an error: which row is true? */
export const parse = Effect.fnUntraced(function* (
  text: string,
  { source = "user facts" }: { readonly source?: string | undefined } = {}
): Effect.fn.Return<UserFacts, AdminError> {
  const table = yield* CsvTable.parse(text, { source, columns, required: [["userId", "email"]] })
  const naming = table.columns.has("userId") ? "userId" : "email"
  const byId = new Map<UserId, Profile>()
  const byEmail = new Map<string, RowByEmail>()
  for (const row of table.rows) {
    const { line } = row
    const invalid = (column: keyof typeof columns, problem: string) =>
      fail(new InvalidInput({ source, line, column, problem }))
    // A quote that is left open swallows the rows below it, up to the next quote.
    const swallowing = [...table.columns].find((column) => /[\r\n]/.test(table.cell(row, column)))
    if (swallowing !== undefined) {
      return yield* invalid(swallowing, "the cell goes on in the next line: is a quote left open?")
    }
    const userId = UserIdCell.read(table.cell(row, naming))
    if (userId === "") return yield* invalid(naming, "it is empty")
    const email = UserIdCell.isEmail(userId) ? Emails.sameness(userId) : undefined
    if (naming === "email" && email === undefined) {
      return yield* invalid("email", `it must be an e-mail address, and is "${quote(userId)}"`)
    }
    if (byId.has(userId) || (email !== undefined && byEmail.has(email))) {
      return yield* invalid(naming, `user ${quote(userId)} is there twice`)
    }
    const told: { [column in (typeof texts)[number]]?: string } = {}
    for (const column of texts) {
      const cell = table.cell(row, column)
      if (cell !== "") told[column] = cell
    }
    const login = table.cell(row, "lastLogin")
    const lastLogin = timeOf(login)
    if (login !== "" && lastLogin === undefined) {
      return yield* invalid("lastLogin", `it must be a date such as 2026-01-31, and is "${quote(login)}"`)
    }
    const known: Omit<Profile, "userId"> = {
      ...told,
      ...(lastLogin !== undefined && { lastLogin, lastLoginFrom: "facts" }),
      ...(login === "" && table.columns.has("lastLogin") && { neverLoggedIn: true })
    }
    if (email === undefined) byId.set(userId, { userId, ...known })
    else byEmail.set(email, { line, row: known })
  }
  return {
    source,
    byId,
    byEmail,
    columns: new Set([...table.columns].filter((column) => column !== "userId")),
    ignoredColumns: table.others,
    shortRows: table.shortRows
  }
})

/** From a CSV file. */
export const load = (path: string): Effect.Effect<UserFacts, AdminError, FileSystem.FileSystem> =>
  Effect.flatMap(TextFile.read(path), (text) => parse(text, { source: path }))

/**
 * ISO 8601, and what programs make of it: a space for the `T`, `UTC` or `+0000` for
 * the zone, and the zone once more in brackets. Not what engines make of `1/2/26` or
 * `5`, which are different days in different countries.
 */
const iso =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)(?: ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?(?:\[[\w/+-]+\])?)?$/i

const timeOf = (text: string): number | undefined => {
  const [, date, time = "00:00", zone = "Z"] = iso.exec(text) ?? []
  if (date === undefined) return undefined
  // The 31st of February is a day in March to the engine.
  const isDay = new Date(`${date}T00:00Z`).getUTCDate() === Number(date.slice(-2))
  const [, sign, hours, minutes = "00"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? []
  const offset = sign === undefined ? "Z" : `${sign}${hours}:${minutes}`
  const moment = Date.parse(`${date}T${time.replace(",", ".")}${offset}`)
  return isDay && !Number.isNaN(moment) ? moment : undefined
}
