/**
 * Findings as text: a line with the number of users, and below it the users to name, each
 * with the id at the end.
 */
import type { Found } from "@genesys-license/admin/look/Audit"
import * as Profile from "@genesys-license/admin/people/Profile"
import * as Table from "../terminal/Table.ts"

export const render = <F extends Found>(
  people: ReadonlyArray<Profile.Readable> = [],
  findings: ReadonlyArray<F>,
  name: (finding: F) => string,
  width: number
): string => {
  const known = new Map(people.map((profile) => [profile.userId, profile]))
  const rows = findings.map((finding) => [name(finding), Table.number(finding.users)])
  const lines = Table.ofLines(rows, undefined, width).split("\n")
  return findings
    .flatMap(({ userIds }, index) => {
      const users = userIds.map((userId) => [Profile.addressed(known.get(userId) ?? {}), userId])
      const hasNames = users.some(([called]) => called !== "")
      const table = Table.ofLines(
        users.map(([called = "", userId = ""]) => (hasNames ? [called, userId] : [userId])),
        ["left", "left"],
        width - 2
      )
      return [lines[index]!, ...(users.length === 0 ? [] : [table.replace(/^/gm, "  ")])]
    })
    .join("\n")
}
