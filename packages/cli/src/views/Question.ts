/**
 * What a person agrees to before anything is changed: in which organization, who, and
 * which license.
 */
import type { AssignmentChange } from "@genesys-license/client/AssignmentOutcome"
import * as Fit from "../terminal/Fit.ts"
import * as Table from "../terminal/Table.ts"
import type * as ChangeRows from "./ChangeRows.ts"
import * as FirstChanges from "./FirstChanges.ts"

export interface Proposal {
  /** What the organization is called, and where it is. */
  readonly organization: string
  /** Everything that would be sent. */
  readonly changes: ReadonlyArray<AssignmentChange>
  /** Who the users are, as far as it is known. */
  readonly people: ChangeRows.Names
  /** How somebody sees all changes, if there are many. */
  readonly hint: string
}

/** What is said before the question; `width` is that of the terminal. */
export const text = ({ changes, hint, organization, people }: Proposal, width: number): string =>
  [Fit.wrap(`Organization: ${organization}`, width), "", FirstChanges.text(changes, people, { hint, width }), ""].join(
    "\n"
  )

/** The question itself, on one line. */
export const sentence = (changes: ReadonlyArray<AssignmentChange>): string => {
  const removals = changes.filter(({ change }) => change === "remove").length
  const additions = changes.length - removals
  const take = removals > 0 ? `take away ${Table.count(removals, "license")}` : ""
  const give = additions > 0 ? `give ${Table.count(additions, "license")}` : ""
  const what = [take, give].filter((part) => part !== "").join(" and ")
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}`
}
