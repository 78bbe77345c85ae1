/**
 * Changes of licenses as rows: whose they are comes first for people, and the id for programs.
 */
import type { PlannedPerson } from "@genesys-license/admin/change/Plan"
import type { Field } from "@genesys-license/admin/people/Profile"
import type * as Output from "../terminal/Output.ts"
import type * as Row from "../terminal/Row.ts"

/** Who users are, as far as it is known. */
export type Known = ReadonlyMap<string, { readonly [K in Exclude<Field, "lastLogin">]?: string }>

/** The same, as far as it names them. */
export type Names = ReadonlyMap<string, Pick<PlannedPerson, "email" | "name">>

/** By the ids of those whom a plan names. */
export const known = (people: ReadonlyArray<PlannedPerson> = []): Known =>
  new Map(people.map((person) => [person.userId, person]))

type Change = Row.Row & { readonly userId: string }

export interface Changes {
  readonly columns: ReadonlyArray<string>
  readonly shown: Exclude<Output.Result["shown"], undefined>
  readonly rows: ReadonlyArray<Row.Row>
}

/** Rows with names, if there are any. `columns` are those beside the id of the user; `fields`: what is told of people. */
export const make = (
  changes: ReadonlyArray<Change>,
  columns: ReadonlyArray<string>,
  people: Known,
  fields: ReadonlyArray<Exclude<Field, "lastLogin">> = ["name", "email"]
): Changes => {
  const told = fields.filter((field) => changes.some(({ userId }) => people.get(userId)?.[field] !== undefined))
  const names = told.filter((field) => field === "name" || field === "email")
  return {
    columns: ["userId", ...columns, ...told],
    shown: {
      columns: names.length === 0 ? ["userId", ...columns] : [...names, ...columns, "userId"],
      row: (row) => row
    },
    rows: changes.map((change) => {
      const person = people.get(change.userId)
      const about = told.flatMap((field) => (person?.[field] === undefined ? [] : [[field, person[field]]]))
      return { ...change, ...Object.fromEntries(about) }
    })
  }
}
