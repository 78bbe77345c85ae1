/**
 * What a person agrees to before anything is changed: in which organization, who, and
 * which license.
 */
import * as Profile from "@genesys-license/admin/people/Profile"
import type { AssignmentChange } from "@genesys-license/client/AssignmentOutcome"
import * as Fit from "../terminal/Fit.ts"
import * as Table from "../terminal/Table.ts"

export interface Proposal {
  /** What the organization is called, and where it is. */
  readonly organization: string
  /** Everything that would be sent. */
  readonly changes: ReadonlyArray<AssignmentChange>
  /** Who the users are, as far as it is known. */
  readonly people: ReadonlyMap<string, Pick<Profile.Profile, "email" | "name">>
}

/** How many changes are shown, those that take something away first. */
export const shown = 20

/** The changes that are shown. */
export const first = (changes: ReadonlyArray<AssignmentChange>) =>
  changes.toSorted((a, b) => Number(b.change === "remove") - Number(a.change === "remove")).slice(0, shown)

/** What is said before the question; `width` is that of the terminal. */
export const text = ({ changes, organization, people }: Proposal, width: number): string => {
  const rows = first(changes).map(({ change, licenseId, userId }) => {
    const called = Profile.addressed(people.get(userId) ?? {})
    return { user: userId, called, licenseId, change }
  })
  const hasNames = rows.some(({ called }) => called !== "")
  const lines = [
    ["User", "License", "Change", ...(hasNames ? ["Id"] : [])],
    ...rows.map(({ called, change, licenseId, user }) => [
      called === "" ? user : called,
      licenseId,
      change === "remove" ? "take away" : "give",
      ...(hasNames ? [user] : [])
    ])
  ]
  const hidden = changes.length - rows.length
  return [
    Fit.wrap(`Organization: ${organization}`, width),
    "",
    Table.ofLines(
      lines,
      lines[0]!.map(() => "left"),
      width
    ),
    ...(hidden > 0 ? [`  and ${Table.number(hidden)} more; \`genesys-license show\` has them all`] : []),
    ""
  ].join("\n")
}

/** The question itself, on one line. */
export const sentence = (changes: ReadonlyArray<AssignmentChange>): string => {
  const removals = changes.filter(({ change }) => change === "remove").length
  const additions = changes.length - removals
  const take = removals > 0 ? `take away ${Table.count(removals, "license")}` : ""
  const give = additions > 0 ? `give ${Table.count(additions, "license")}` : ""
  const what = [take, give].filter((part) => part !== "").join(" and ")
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}`
}
