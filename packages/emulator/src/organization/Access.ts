/**
 * The roles of users: granted directly, or through groups.
 *
 * The roles are chosen so that they need the licenses that a user holds at the start. A later change
 * of licenses does not change the roles.
 */
import type { LicenseId, RoleId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import type * as Catalog from "./Catalog.ts"
import * as Inference from "./Inference.ts"
import type * as MadeUp from "./MadeUp.ts"

export interface Access {
  /** The roles that are granted directly. */
  readonly roles: ReadonlyArray<RoleId>
  /** The groups of the user. The user also has the roles of these groups. */
  readonly groups: ReadonlyArray<string>
}

/** How roles and licenses differ for some generated users, so that an audit finds something. */
export type Deviation =
  /** No role needs the last license of the user. 4 of 100 users. */
  | "unneededSeat"
  /** A role needs a license that the user does not hold. 1 of 100 users. */
  | "missingSeat"

export const deviationOf = (chance: MadeUp.Chance): Deviation | undefined => {
  if (!chance.isMadeUp) return undefined
  const percentile = chance.number("deviation") % 100
  return percentile < 4 ? "unneededSeat" : percentile < 5 ? "missingSeat" : undefined
}

/**
 * Returns the function that chooses roles for the initial licenses of a user. For each license it chooses a
 * role that needs the license: the first such role for a custom id, and a random one for a generated id.
 * A generated user can also get roles and groups that need no additional license.
 */
export const make = (
  definitions: ReadonlyArray<LicenseDefinition>,
  roles: ReadonlyArray<Catalog.Role>,
  groups: ReadonlyArray<Catalog.Group>
): ((chance: MadeUp.Chance, licenses: ReadonlyArray<LicenseId>) => Access) => {
  const order = new Map(roles.map(({ id }, n) => [id, n]))
  const sorted = (ids: Iterable<RoleId>) => [...new Set(ids)].sort((a, b) => order.get(a)! - order.get(b)!)

  // Cached, because many users hold the same licenses.
  const cache = new Map<string, ReturnType<typeof rolesFor>>()
  const licensed = licensedRoles(roles, definitions)
  const cachedRolesFor = (licenses: ReadonlyArray<LicenseId>) => {
    const key = licenses.join("\n")
    const result = cache.get(key) ?? rolesFor(licenses, licensed, definitions)
    cache.set(key, result)
    return result
  }

  return (chance, licenses) => {
    if (!chance.isMadeUp) {
      return { roles: sorted(cachedRolesFor(licenses).byLicense.map((roles) => roles[0]!)), groups: [] }
    }
    const deviation = deviationOf(chance)
    const { byLicense, covered, uncovered } = cachedRolesFor(
      deviation === "unneededSeat" ? licenses.slice(0, -1) : licenses
    )
    const chosen = new Set(byLicense.map((roles, n) => chance.pick(roles, `role ${n}`)))
    for (const role of covered) if (chance.isOneOf(10, role)) chosen.add(role)
    if (deviation === "missingSeat" && uncovered.length > 0) chosen.add(chance.pick(uncovered, "missing"))

    const joined = groups.filter(
      (group) => group.roles.every((role) => chosen.has(role) || covered.includes(role)) && chance.isOneOf(50, group.id)
    )
    const inherited = new Set(joined.flatMap(({ roles }) => roles))
    return {
      // Some users have a role directly and through a group.
      roles: sorted([...chosen].filter((role) => !inherited.has(role) || chance.isOneOf(10, `${role} twice`))),
      groups: joined.map(({ id }) => id)
    }
  }
}

/** A role that needs at least one license. */
interface LicensedRole extends Catalog.Role {
  readonly needs: ReadonlyArray<LicenseId>
}

const licensedRoles = (
  roles: ReadonlyArray<Catalog.Role>,
  definitions: ReadonlyArray<LicenseDefinition>
): ReadonlyArray<LicensedRole> =>
  roles
    .map((role) => ({ ...role, needs: Inference.licensesFor(role.permissions, definitions) }))
    .filter(({ needs }) => needs.length > 0)

/** Sorts the roles by whether a user with these licenses can have them. */
const rolesFor = (
  licenses: ReadonlyArray<LicenseId>,
  licensed: ReadonlyArray<LicensedRole>,
  definitions: ReadonlyArray<LicenseDefinition>
) => {
  const parts = licenses.flatMap((id) => partsOf(definitions.find((definition) => definition.id === id)))
  const withParts = new Set([...licenses, ...parts])
  const exact = licensed.filter(({ needs }) => needs.every((id) => licenses.includes(id)))
  const exactPermissions = exact.flatMap(({ permissions }) => permissions)
  const needsMore = ({ permissions }: LicensedRole) =>
    Inference.licensesFor([...exactPermissions, ...permissions], definitions).some((id) => !withParts.has(id))
  return {
    /** For each license, the roles that need it and no license that the user does not hold. */
    byLicense: licenses
      .map((license) => exact.filter(({ needs }) => needs.includes(license)).map(({ id }) => id))
      .filter((roles) => roles.length > 0),
    /** The roles that need no additional license. */
    covered: licensed.filter(({ needs }) => needs.every((id) => withParts.has(id))).map(({ id }) => id),
    /** The roles that need an additional license. */
    uncovered: licensed.filter(needsMore).map(({ id }) => id)
  }
}

const partsOf = (definition: LicenseDefinition | undefined): ReadonlyArray<LicenseId> =>
  definition?.comprises.flatMap((part) => [part.id, ...partsOf(part)]) ?? []
