/**
 * An audit for people.
 */
import type { Found, Holder } from "@genesys-license/admin/look/Activity"
import type { Audit } from "@genesys-license/admin/look/Audit"
import * as Duration from "effect/Duration"
import * as Table from "../terminal/Table.ts"
import * as RoleFindingsText from "./RoleFindingsText.ts"

/** How many combinations a reader wants to see. */
const shownCombinations = 10

export interface Cost {
  readonly title: string
  readonly requests: number
  readonly took: Duration.Duration
}

export const render = (audit: Audit, { requests, title, took }: Cost, width = Infinity): string =>
  [
    `Licenses of ${title}`,
    held(audit),
    section("Most common combinations", combinations(audit, width)),
    section("Held beside a license that contains it", overlaps(audit)),
    section("Held without a license that it needs", unmet(audit)),
    section(
      "Held, and not defined any more",
      named(audit.undefinedLicenses, ({ licenseId }) => licenseId)
    ),
    ...activity(audit, width),
    ...RoleFindingsText.sections(audit.roles, width),
    section("What this does not tell", audit.caveats.map((caveat) => `  ${caveat}`).join("\n")),
    `${Table.count(requests, "request")}, ${(Duration.toMillis(took) / 1000).toFixed(1)} s`
  ]
    .filter((part) => part !== "")
    .join("\n\n")

const section = (title: string, body: string) => (body === "" ? "" : `${title}\n\n${body}`)

const share = (part: number, whole: number) => (whole === 0 ? "" : Table.percent(part / whole))

const held = ({ licenses, unlicensed, users }: Audit) =>
  Table.ofLines([
    ["License", "Users", ""],
    ...licenses.map((license) => [license.licenseId, Table.number(license.users), share(license.users, users)]),
    ["no license", Table.number(unlicensed), share(unlicensed, users)],
    ["all users", Table.number(users), ""]
  ])

const combinations = ({ combinations, users }: Audit, width: number) => {
  if (combinations.length === 0) return ""
  const hidden = combinations.length - shownCombinations
  const table = Table.ofLines(
    combinations
      .slice(0, shownCombinations)
      .map((combination) => [
        combination.licenseIds.join(" + "),
        Table.number(combination.users),
        share(combination.users, users)
      ]),
    undefined,
    width
  )
  return hidden > 0 ? `${table}\n  and ${Table.number(hidden)} more` : table
}

const overlaps = ({ overlaps }: Audit) =>
  named(overlaps, ({ comprisedBy, licenseId }) => `${licenseId} in ${comprisedBy}`)

const unmet = ({ unmetPrerequisites }: Audit) =>
  named(unmetPrerequisites, ({ licenseId, prerequisite }) => `${licenseId} without ${prerequisite}`)

/** A line for each finding, and beneath it the users that were asked for. */
const named = <F extends { readonly users: number; readonly userIds: ReadonlyArray<string> }>(
  findings: ReadonlyArray<F>,
  name: (finding: F) => string
) => {
  const lines = Table.ofLines(findings.map((finding) => [name(finding), Table.number(finding.users)])).split("\n")
  return findings.flatMap(({ userIds }, index) => [lines[index]!, ...userIds.map((id) => `    ${id}`)]).join("\n")
}

const activity = ({ activity }: Audit, width: number) => {
  if (activity === undefined) return []
  const { divisions, inactive, inactiveDays, licenses, neverLoggedIn, notActive, unknown } = activity
  const findings = [
    [`No log-in for ${Table.count(inactiveDays, "day")}`, inactive],
    ["Never logged in", neverLoggedIn],
    ["Not active any more", notActive],
    ["Not among the facts", unknown]
  ] as const
  return [
    section(
      `Licensed users, as of ${activity.asOf.slice(0, 10)}`,
      Table.ofLines([
        ["License", "inactive", "never logged in", "not active", "unknown"],
        ...licenses.map((license) => [
          license.licenseId,
          ...[license.inactive, license.neverLoggedIn, license.notActive, license.unknown].map(Table.number)
        ]),
        ["users", ...findings.map(([, { users }]) => Table.number(users))]
      ])
    ),
    section(
      "Divisions",
      Table.ofLines([
        ["Division", "users", "licensed", "inactive"],
        ...divisions.map(({ division, inactive, licensed, users }) => [
          division === "" ? "(none)" : division,
          ...[users, licensed, inactive].map(Table.number)
        ])
      ])
    ),
    ...findings.map(([title, found]) => section(title, holders(found, width)))
  ]
}

const holders = ({ listed, users }: Found, width: number) => {
  if (listed.length === 0) return ""
  const hidden = users - listed.length
  const table = Table.ofLines(
    listed.map((holder) => [
      holder.userId,
      called(holder),
      (holder.lastLogin ?? "").slice(0, 10),
      holder.licenses.join(" ")
    ]),
    ["left", "left", "left", "left"],
    width
  )
  return hidden > 0 ? `${table}\n  and ${Table.number(hidden)} more` : table
}

const called = ({ email, name }: Holder) => name ?? email ?? ""
