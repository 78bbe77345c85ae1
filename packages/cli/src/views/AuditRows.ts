/**
 * An audit as rows, one for each license. Other formats have the rest of the audit.
 */
import * as ActivityCounts from "@genesys-license/admin/look/ActivityCounts"
import type { Audit } from "@genesys-license/admin/look/Audit"
import type * as Row from "../terminal/Row.ts"
import { count } from "../terminal/Table.ts"

const activityColumns = Object.keys(ActivityCounts.none())

export const columns = ({ activity }: Audit): ReadonlyArray<string> => [
  "licenseId",
  "users",
  "share",
  "isDefined",
  "description",
  ...(activity === undefined ? [] : activityColumns)
]

export const make = ({ activity, licenses }: Audit): ReadonlyArray<Row.Row> => {
  const activities = new Map(activity?.licenses.map((license) => [license.licenseId, license]))
  return licenses.map(({ description, ...license }) => {
    return {
      ...license,
      share: Math.round(license.share * 10_000) / 10_000,
      ...(description !== undefined && { description }),
      ...(activity && (activities.get(license.licenseId) ?? ActivityCounts.none()))
    }
  })
}

/** A sentence about what the rows leave out. */
export const leftOut = (audit: Audit, format: string): string => {
  const { activity, combinations, overlaps, roles, unlicensed, unmetPrerequisites } = audit
  const onRoles = roles === undefined ? 0 : roles.unneeded.length + roles.missing.length
  const parts = [
    unlicensed > 0 ? `${count(unlicensed, "user")} without a license` : "",
    combinations.length > 0 ? count(combinations.length, "combination") : "",
    overlaps.length > 0 ? count(overlaps.length, "overlap") : "",
    unmetPrerequisites.length > 0 ? `${count(unmetPrerequisites.length, "unmet prerequisite")}` : "",
    onRoles > 0 ? `${count(onRoles, "role finding")}` : "",
    activity === undefined ? "" : "divisions and names of idle users"
  ].filter((part) => part !== "")
  return `${format.toUpperCase()} has only the licenses. Left out: ${[...parts, "notes"].join(", ")}. Use --format json for everything.`
}
