/**
 * The text before a change is confirmed: the organization, the users and the licenses.
 */
import type { AssignmentChange } from "@genesys-license/client/AssignmentOutcome"
import * as Fit from "../terminal/Fit.ts"
import * as Table from "../terminal/Table.ts"
import type * as ChangeRows from "./ChangeRows.ts"
import * as FirstChanges from "./FirstChanges.ts"

export interface Proposal {
  /** The name and the host of the organization. */
  readonly organization: string
  /** All changes that would be sent. */
  readonly changes: ReadonlyArray<AssignmentChange>
  /** The names of users, if they are known. */
  readonly people: ChangeRows.Names
  /** How to see all changes, if there are many. */
  readonly hint: string
}

/** The text before the question. `width` is the width of the terminal. */
export const text = ({ changes, hint, organization, people }: Proposal, width: number): string =>
  [Fit.wrap(`Organization: ${organization}`, width), "", FirstChanges.text(changes, people, { hint, width }), ""].join(
    "\n"
  )

/** The question itself, without the question mark. */
export const sentence = (changes: ReadonlyArray<AssignmentChange>): string => {
  const removals = changes.filter(({ change }) => change === "remove").length
  const additions = changes.length - removals
  const take = removals > 0 ? `take away ${Table.count(removals, "license")}` : ""
  const give = additions > 0 ? `give ${Table.count(additions, "license")}` : ""
  const what = [take, give].filter((part) => part !== "").join(" and ")
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}`
}
