/**
 * What else is known of users: a CSV from whatever knows names and log-ins, since
 * the License API knows neither.
 *
 * `userId` (or `id`) must be there; `email`, `name`, `division`, `lastLogin` and
 * `state` may. `lastLogin` is an ISO date or time, in UTC unless it says otherwise;
 * empty, the user has never logged in. A `state` other than `active` is that of
 * somebody who has left, or was switched off.
 */
import type { UserId } from "@genesys-license/schema/Ids"
import { quote } from "@genesys-license/schema/Quote"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { type AdminError, fail, InvalidInput } from "../AdminError.ts"
import * as CsvTable from "../files/CsvTable.ts"
import * as TextFile from "../files/TextFile.ts"
import * as UserIdCell from "./UserIdCell.ts"

export interface UserFact {
  readonly userId: UserId
  readonly email?: string
  readonly name?: string
  readonly division?: string
  /** In milliseconds since 1970. Absent: never, where the column is there. */
  readonly lastLogin?: number
  readonly state?: string
}

/** A fact as people read it: `lastLogin` in ISO 8601. */
export const readable = ({ lastLogin, ...fact }: UserFact) => ({
  ...fact,
  ...(lastLogin !== undefined && { lastLogin: DateTime.formatIso(DateTime.makeUnsafe(lastLogin)) })
})

export type Column = keyof UserFact

export interface UserFacts {
  readonly byId: ReadonlyMap<UserId, UserFact>
  /** The columns that were there. */
  readonly columns: ReadonlySet<Column>
  /** Columns that say nothing to us, as the header calls them. */
  readonly ignoredColumns: ReadonlyArray<string>
  /** Rows that end before the last column. What they lack is empty, as spreadsheets mean it. */
  readonly shortRows: number
}

const columns = {
  userId: ["userId", "user", "id"],
  email: ["email", "mail"],
  name: ["name", "displayName"],
  division: ["division", "division.name", "divisionName"],
  lastLogin: ["lastLogin", "dateLastLogin"],
  state: ["state", "status"]
} satisfies CsvTable.Columns<Column>

/** What is known of a user, however the organization spells the id. */
export const of = ({ byId }: Pick<UserFacts, "byId">, userId: UserId): UserFact | undefined =>
  byId.get(UserIdCell.sameness(userId))

/** From CSV. A user who is there twice is an error: which row is true? */
export const parse = Effect.fnUntraced(function* (
  text: string,
  { source = "user facts" }: { readonly source?: string | undefined } = {}
): Effect.fn.Return<UserFacts, AdminError> {
  const table = yield* CsvTable.parse(text, { source, columns, required: ["userId"] })
  const byId = new Map<UserId, UserFact>()
  for (const row of table.rows) {
    const { line } = row
    const invalid = (column: Column, problem: string) => fail(new InvalidInput({ source, line, column, problem }))
    // A quote that is left open swallows the rows below it, up to the next quote.
    const swallowing = [...table.columns].find((column) => /[\r\n]/.test(table.cell(row, column)))
    if (swallowing !== undefined) {
      return yield* invalid(swallowing, "the cell goes on in the next line: is a quote left open?")
    }
    const userId = UserIdCell.read(table.cell(row, "userId"))
    if (userId === "") return yield* invalid("userId", "it is empty")
    if (byId.has(userId)) return yield* invalid("userId", `user ${quote(userId)} is there twice`)
    const texts: { [column in "email" | "name" | "division" | "state"]?: string } = {}
    for (const column of ["email", "name", "division", "state"] as const) {
      const cell = table.cell(row, column)
      if (cell !== "") texts[column] = cell
    }
    const login = table.cell(row, "lastLogin")
    const lastLogin = timeOf(login)
    if (login !== "" && lastLogin === undefined) {
      return yield* invalid("lastLogin", `it must be a date such as 2026-01-31, and is "${quote(login)}"`)
    }
    byId.set(userId, { userId, ...texts, ...(lastLogin !== undefined && { lastLogin }) })
  }
  return { byId, columns: table.columns, ignoredColumns: table.others, shortRows: table.shortRows }
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
