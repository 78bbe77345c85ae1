/**
 * Changes of licenses as rows: whose they are comes first for people, and the id for programs.
 */
import type { PlannedPerson } from "@genesys-license/admin/change/Plan"
import type * as Output from "../terminal/Output.ts"
import type * as Row from "../terminal/Row.ts"

/** Who users are, as far as it is known. */
export type Known = ReadonlyMap<string, Pick<PlannedPerson, "email" | "name">>

/** By the ids of those whom a plan names. */
export const known = (people: ReadonlyArray<PlannedPerson> = []): Known =>
  new Map(people.map((person) => [person.userId, person]))

type Change = Row.Row & { readonly userId: string }

export interface Changes {
  readonly columns: ReadonlyArray<string>
  readonly shown: Exclude<Output.Result["shown"], undefined>
  readonly rows: ReadonlyArray<Row.Row>
}

/** Rows with names, if there are any. `columns` are those beside the id of the user. */
export const make = (changes: ReadonlyArray<Change>, columns: ReadonlyArray<string>, people: Known): Changes => {
  const names = ["name", "email"].filter((field) =>
    changes.some(({ userId }) => people.get(userId)?.[field as "email" | "name"] !== undefined)
  )
  return {
    columns: ["userId", ...columns, ...names],
    shown: {
      columns: names.length === 0 ? ["userId", ...columns] : [...names, ...columns, "userId"],
      row: (row) => row
    },
    rows: changes.map((change) => {
      const { email, name } = people.get(change.userId) ?? {}
      return { ...change, ...(name !== undefined && { name }), ...(email !== undefined && { email }) }
    })
  }
}
