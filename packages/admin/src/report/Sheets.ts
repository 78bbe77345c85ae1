/**
 * The people of an audit as CSV sheets beside its page. The page names some of them, a sheet
 * names all.
 *
 * A sheet has the columns that `users` writes, so a program can read both. The sheet of
 * licenses that no role needs is a desired state for `plan`.
 */
import type { Holder } from "../look/Activity.ts"
import type { Audit } from "../look/Audit.ts"
import * as Profile from "../people/Profile.ts"

/** The kinds of sheets. `not-known` lists holders whose last login is not known, or about whom nothing is known. */
export const kinds = ["leavers", "idle", "never", "not-known", "unneeded"] as const
/** The finding that a sheet lists. */
export type Kind = (typeof kinds)[number]

/** A table of the people of a finding. */
export interface Sheet {
  /** The finding that the sheet lists. */
  readonly kind: Kind
  /** The names of the columns, in order. */
  readonly columns: ReadonlyArray<string>
  /** A row for each person. */
  readonly rows: ReadonlyArray<{ readonly [column: string]: string | ReadonlyArray<string> }>
}

/** The path of a sheet: `audit.leavers.csv` for `audit.html`. */
export const nameOf = (page: string, kind: Kind): string => `${page.replace(/\.html?$/i, "")}.${kind}.csv`

/**
 * All sheets of an audit, including empty ones: otherwise an old file would be taken for
 * today's. The audit must list all users of each finding.
 */
export const of = ({ activity, people = [], roles }: Audit): ReadonlyArray<Sheet> => {
  const sheets: Array<Sheet> = []
  if (activity !== undefined) {
    const holders = (kind: Kind, listed: ReadonlyArray<Holder>) =>
      sheets.push({ kind, columns: ["userId", "licenses", ...Profile.fields], rows: listed })
    holders("leavers", activity.notActive.listed)
    holders("idle", activity.inactive.listed)
    holders("never", activity.neverLoggedIn.listed)
    holders("not-known", [...activity.noLoginKnown.listed, ...activity.unknown.listed])
  }
  if (roles !== undefined) {
    const known = new Map(people.map((profile) => [profile.userId, profile]))
    const rows = roles.unneeded.flatMap(({ licenseId, userIds }) =>
      userIds.map((userId) => {
        const { state, ...profile } = known.get(userId) ?? { userId }
        return { ...profile, ...(state !== undefined && { userState: state }), licenseId, state: "absent" }
      })
    )
    const columns = Profile.fields.map((field) => (field === "state" ? "userState" : field))
    sheets.push({ kind: "unneeded", columns: ["userId", "licenseId", "state", ...columns], rows })
  }
  return sheets
}
