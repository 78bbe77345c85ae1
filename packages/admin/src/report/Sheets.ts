/**
 * The people of a page as sheets beside it: a page names some of them, a sheet all.
 *
 * A sheet has the columns that `users` writes, so that one program reads both. The one of
 * licenses that no role needs is a desired state, which `plan` reads.
 */
import type { Holder } from "../look/Activity.ts"
import type { Audit } from "../look/Audit.ts"
import * as Profile from "../people/Profile.ts"

/** - `not-known`: holders of whom no login is known, or nothing at all. */
export const kinds = ["leavers", "idle", "never", "not-known", "unneeded"] as const
/** What a sheet is about. */
export type Kind = (typeof kinds)[number]

/** A table of the people of a finding. */
export interface Sheet {
  /** What it is about. */
  readonly kind: Kind
  /** The names of the columns, in their order. */
  readonly columns: ReadonlyArray<string>
  /** A row for each person. */
  readonly rows: ReadonlyArray<{ readonly [column: string]: string | ReadonlyArray<string> }>
}

/** `audit.leavers.csv` beside `audit.html`. */
export const nameOf = (page: string, kind: Kind): string => `${page.replace(/\.html?$/i, "")}.${kind}.csv`

/**
 * All sheets that an audit can have, also those with nobody in them: one of last week
 * would be taken for one of today. The audit must name everybody it found.
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
    const told = Profile.fields.map((field) => (field === "state" ? "userState" : field))
    sheets.push({ kind: "unneeded", columns: ["userId", "licenseId", "state", ...told], rows })
  }
  return sheets
}
