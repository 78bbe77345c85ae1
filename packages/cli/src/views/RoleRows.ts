/**
 * Roles as rows: their users, the licenses they need, and why.
 */
import type { RoleReport, RoleWithCost } from "@genesys-license/admin/look/RoleReport"
import type * as Row from "../terminal/Row.ts"
import { count, number } from "../terminal/Table.ts"

/** Optional columns. */
export interface Shown {
  /** Names of the first users of each role. */
  readonly isNaming: boolean
  /** Permissions that nobody uses. */
  readonly unused: boolean
}

export const columns = ({ isNaming, unused }: Shown): ReadonlyArray<string> => [
  "name",
  "people",
  "licenses",
  "permissions",
  ...(unused ? ["unused"] : []),
  ...(isNaming ? ["who"] : []),
  "roleId"
]

export const make = ({ costs, listed, name, people, roleId }: RoleWithCost): Row.Row => ({
  ...(name !== undefined && { name }),
  people,
  licenses: costs.map(({ licenseId }) => licenseId),
  // One permission may need two licenses.
  permissions: [...new Set(costs.flatMap(({ permissions }) => permissions))],
  ...(costs.some(({ unused }) => unused !== undefined) && {
    unused: [...new Set(costs.flatMap(({ unused = [] }) => unused))]
  }),
  ...(listed.length > 0 && { who: listed.map(({ name, userId }) => name ?? userId).join(", ") }),
  roleId
})

/** Everything about the roles. With `--list 0` there are no lists of users. */
export const document = ({ roles, ...report }: RoleReport, isNaming: boolean): object => ({
  roles: roles.map(({ listed, ...role }) => ({ ...role, ...(isNaming && { listed }) })),
  ...report
})

/** A sentence about the users whom the numbers leave out. */
export const leftOut = ({ people, unknown }: RoleReport): string | undefined =>
  unknown === 0
    ? undefined
    : `Genesys Cloud did not return the roles of ${number(unknown)} of ${count(people, "active user")}. No role counts them.`
