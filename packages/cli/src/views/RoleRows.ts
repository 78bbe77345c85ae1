/**
 * Roles as rows: who has each, what it needs, and why.
 */
import type { RoleReport, RoleWithCost } from "@genesys-license/admin/look/RoleReport"
import type * as Row from "../terminal/Row.ts"
import { count } from "../terminal/Table.ts"

/** What is shown beside the roles. */
export interface Shown {
  /** The first people of each role. */
  readonly isNaming: boolean
  /** The permissions that nobody uses. */
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
  // One permission may cost two licenses.
  permissions: [...new Set(costs.flatMap(({ permissions }) => permissions))],
  ...(costs.some(({ unused }) => unused !== undefined) && {
    unused: [...new Set(costs.flatMap(({ unused = [] }) => unused))]
  }),
  ...(listed.length > 0 && { who: listed.map(({ name, userId }) => name ?? userId).join(", ") }),
  roleId
})

/** All that is known of the roles; nobody is listed where nobody was to be named. */
export const document = ({ roles, ...report }: RoleReport, isNaming: boolean): object => ({
  roles: roles.map(({ listed, ...role }) => ({ ...role, ...(isNaming && { listed }) })),
  ...report
})

/** What the numbers of people leave out, in a sentence. */
export const leftOut = ({ people, unknown }: RoleReport): string | undefined =>
  unknown === 0
    ? undefined
    : `Genesys Cloud did not tell the roles of ${count(unknown, "user")} of ${count(people, "active user")}. They are counted under no role.`
