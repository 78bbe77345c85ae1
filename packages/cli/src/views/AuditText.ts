/**
 * An audit as text for people.
 */
import type { Found } from "@genesys-license/admin/look/Activity"
import type { Audit } from "@genesys-license/admin/look/Audit"
import * as Profile from "@genesys-license/admin/people/Profile"
import * as Duration from "effect/Duration"
import * as Table from "../terminal/Table.ts"
import * as FoundUsers from "./FoundUsers.ts"
import * as RoleFindingsText from "./RoleFindingsText.ts"

/** How many combinations the text shows. */
const shownCombinations = 10

export interface Cost {
  readonly title: string
  readonly requests: number
  readonly took: Duration.Duration
  /** More sections, each with its title. */
  readonly more?: ReadonlyArray<string>
}

export const render = (audit: Audit, { more = [], requests, title, took }: Cost, width = Infinity): string =>
  [
    `Licenses of ${title}`,
    held(audit),
    section("Most common combinations", combinations(audit, width)),
    ...activity(audit, width),
    section(
      "Held in addition to a license that includes it",
      FoundUsers.render(
        audit.people,
        audit.overlaps,
        ({ comprisedBy, licenseId }) => `${licenseId} in ${comprisedBy}`,
        width
      )
    ),
    section(
      "Held without a required license",
      FoundUsers.render(
        audit.people,
        audit.unmetPrerequisites,
        (found) => `${found.licenseId} without ${found.prerequisite}`,
        width
      )
    ),
    section(
      "Held, but no longer defined",
      FoundUsers.render(audit.people, audit.undefinedLicenses, ({ licenseId }) => licenseId, width)
    ),
    ...RoleFindingsText.sections(audit, width),
    ...more,
    section("What this audit cannot show", audit.caveats.map((caveat) => `  ${caveat}`).join("\n")),
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

const activity = (audit: Audit, width: number) => {
  if (audit.activity === undefined) return []
  const { couldGiveBack, divisions, inactive, inactiveDays, licenses, notActive, ...other } = audit.activity
  const days = Table.count(inactiveDays, "day")
  const states = Object.entries(notActive.states).map(([state, users]) => `${Table.number(users)} ${state}`)
  const findings = [
    { key: "inactive", column: `idle ${days}`, title: `Idle: no login for ${days}`, found: inactive },
    { key: "neverLoggedIn", column: "never logged in", title: "Never logged in", found: other.neverLoggedIn },
    { key: "noLoginKnown", column: "not known", title: "Last login not known", found: other.noLoginKnown },
    {
      key: "notActive",
      column: "leavers",
      title: `Leavers who still hold a seat${states.length === 0 ? "" : ` (${states.join(", ")})`}`,
      found: notActive
    },
    { key: "unknown", column: "unknown", title: "Nothing known", found: other.unknown }
  ] as const
  // Only a CSV leads to these two findings, so hide them if they are empty.
  const shown = findings.filter(({ found, key }) => found.users > 0 || (key !== "neverLoggedIn" && key !== "unknown"))
  const of = new Map(licenses.map((license) => [license.licenseId, license]))
  const licensed = audit.users - audit.unlicensed
  return [
    section(
      `Seats, as of ${audit.activity.asOf.slice(0, 10)}: ${Table.number(couldGiveBack)} of ${Table.count(licensed, "licensed user")} could give a seat back`,
      Table.ofLines([
        ["License", "held", ...shown.map(({ column }) => column)],
        ...audit.licenses.flatMap(({ licenseId, users }) => {
          const license = of.get(licenseId)
          return license === undefined
            ? []
            : [[licenseId, Table.number(users), ...shown.map(({ key }) => Table.number(license[key]))]]
        }),
        ["users", Table.number(licensed), ...shown.map(({ found }) => Table.number(found.users))]
      ])
    ),
    ...shown.map(({ found, title }) => section(title, holders(found, width))),
    section(
      "Divisions",
      Table.ofLines([
        ["Division", "users", "licensed", `idle ${days}`],
        ...divisions.map(({ division, inactive, licensed, users }) => [
          division === "" ? "(none)" : division,
          ...[users, licensed, inactive].map(Table.number)
        ])
      ])
    )
  ]
}

const holders = ({ listed, users }: Found, width: number) => {
  if (listed.length === 0) return ""
  const hidden = users - listed.length
  const rows = listed.map(({ email = "", lastLogin = "", lastLoginFrom = "", licenses, name = "", userId }) => [
    name,
    email,
    lastLogin.slice(0, 10),
    Profile.sourceNames[lastLoginFrom] ?? "",
    licenses.join(" "),
    userId
  ])
  // Leave out columns that are empty for everybody.
  const filled = [0, 1, 2, 3, 4, 5].filter((column) => rows.some((row) => row[column] !== ""))
  const table = Table.ofLines(
    rows.map((row) => filled.map((column) => row[column]!)),
    filled.map(() => "left"),
    width
  )
  return hidden > 0 ? `${table}\n  and ${Table.number(hidden)} more` : table
}
