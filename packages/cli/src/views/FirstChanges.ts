/**
 * The first changes of a plan, for the person who decides about it. Users are shown by name,
 * and by id if they have no e-mail address.
 */
import type { AssignmentChange } from "@genesys-license/client/AssignmentOutcome"
import * as Profile from "@genesys-license/admin/people/Profile"
import * as Table from "../terminal/Table.ts"
import * as ChangeRows from "./ChangeRows.ts"

/** How many changes are shown. */
const shown = 20

/** The changes to show. Removals come first. */
export const of = (changes: ReadonlyArray<AssignmentChange>): ReadonlyArray<AssignmentChange> =>
  changes.toSorted((a, b) => Number(b.change === "remove") - Number(a.change === "remove")).slice(0, shown)

/** A table of the first changes. `hint` says how to see all, if there are more. */
export const text = (
  changes: ReadonlyArray<AssignmentChange>,
  people: ChangeRows.Names,
  { hint, width }: { readonly hint: string; readonly width: number }
): string => {
  const rows = of(changes).map(({ change, licenseId, userId }) => {
    const { email = "", name = "" } = people.get(userId) ?? {}
    const called = Profile.addressed({ email, name })
    // Several people may have the same name.
    const id = called !== "" && email === "" ? userId : ""
    return { user: called === "" ? userId : called, licenseId, change, id }
  })
  const hasIds = rows.some(({ id }) => id !== "")
  const lines = [
    ["User", "License", "Change", ...(hasIds ? ["Id"] : [])],
    ...rows.map(({ change, id, licenseId, user }) => [
      user,
      licenseId,
      ChangeRows.inWords(change),
      ...(hasIds ? [id] : [])
    ])
  ]
  const hidden = changes.length - rows.length
  const table = Table.ofLines(
    lines,
    lines[0]!.map(() => "left"),
    width
  )
  return hidden > 0 ? `${table}\n  and ${Table.number(hidden)} more; ${hint}` : table
}
