/**
 * License changes as rows. Tables for people begin with names; CSV begins with the user id.
 */
import type { PlannedPerson } from "@genesys-license/admin/change/Plan"
import type { Field } from "@genesys-license/admin/people/Profile"
import type * as Output from "../terminal/Output.ts"
import type * as Row from "../terminal/Row.ts"

/** What is known of users, by user id. */
export type Known = ReadonlyMap<string, { readonly [K in Exclude<Field, "lastLogin">]?: string }>

/** The names of users, by user id. */
export type Names = ReadonlyMap<string, Pick<PlannedPerson, "email" | "name">>

/** The people that a plan contains, by user id. */
export const known = (people: ReadonlyArray<PlannedPerson> = []): Known =>
  new Map(people.map((person) => [person.userId, person]))

/** A change in a table for people. Files and programs get the value itself. */
export const inWords = (change: string): string =>
  change === "remove" ? "take away" : change === "add" ? "give" : change

type Change = Row.Row & { readonly userId: string }

export interface Changes {
  readonly columns: ReadonlyArray<string>
  readonly shown: Exclude<Output.Result["shown"], undefined>
  readonly rows: ReadonlyArray<Row.Row>
}

/** Makes the rows. `columns` follow the user id. `fields` about the users are added if a user has any. */
export const make = (
  changes: ReadonlyArray<Change>,
  columns: ReadonlyArray<string>,
  people: Known,
  fields: ReadonlyArray<Exclude<Field, "lastLogin">> = ["name", "email"]
): Changes => {
  const known = fields.filter((field) => changes.some(({ userId }) => people.get(userId)?.[field] !== undefined))
  const names = known.filter((field) => field === "name" || field === "email")
  return {
    columns: ["userId", ...columns, ...known],
    shown: {
      columns: names.length === 0 ? ["userId", ...columns] : [...names, ...columns, "userId"],
      row: (row) => row
    },
    rows: changes.map((change) => {
      const person = people.get(change.userId)
      const about = known.flatMap((field) => (person?.[field] === undefined ? [] : [[field, person[field]]]))
      return { ...change, ...Object.fromEntries(about) }
    })
  }
}
