/**
 * Which roles people have, by grants of their own and through groups.
 *
 * Licenses follow roles: what people held when the organization began is what their
 * roles need. A change of licenses later changes no role.
 */
import type { LicenseId, RoleId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import type * as Catalog from "./Catalog.ts"
import * as Inference from "./Inference.ts"
import type * as MadeUp from "./MadeUp.ts"

export interface Access {
  /** Roles granted to somebody directly. */
  readonly roles: ReadonlyArray<RoleId>
  /** The groups of somebody, whose roles they have as well. */
  readonly groups: ReadonlyArray<string>
}

/**
 * Of those made up, in how many the roles and the licenses disagree, so that an audit
 * finds something.
 */
export type Deviation =
  /** The last license is held, and no role needs it. In 4 of 100. */
  | "unneededSeat"
  /** A role needs a license that is not held. In 1 of 100. */
  | "missingSeat"

export const deviationOf = (chance: MadeUp.Chance): Deviation | undefined => {
  if (!chance.isMadeUp) return undefined
  const one = chance.number("deviation") % 100
  return one < 4 ? "unneededSeat" : one < 5 ? "missingSeat" : undefined
}

/**
 * Gives what somebody who began with some licenses has: for each license a role that
 * needs it, the first one for an id by hand, and by chance for one that is made up. That
 * one may have more roles at no further cost, and be in groups that give no more.
 */
export const make = (
  definitions: ReadonlyArray<LicenseDefinition>,
  roles: ReadonlyArray<Catalog.Role>,
  groups: ReadonlyArray<Catalog.Group>
): ((chance: MadeUp.Chance, licenses: ReadonlyArray<LicenseId>) => Access) => {
  const order = new Map(roles.map(({ id }, n) => [id, n]))
  const sorted = (ids: Iterable<RoleId>) => [...new Set(ids)].sort((a, b) => order.get(a)! - order.get(b)!)

  // Many hold the same: what that allows is found once.
  const found = new Map<string, ReturnType<typeof allow>>()
  const costing = costOf(roles, definitions)
  const allow = (licenses: ReadonlyArray<LicenseId>) => allowance(licenses, costing, definitions)
  const allowed = (licenses: ReadonlyArray<LicenseId>) => {
    const key = licenses.join("\n")
    const known = found.get(key) ?? allow(licenses)
    found.set(key, known)
    return known
  }

  return (chance, licenses) => {
    if (!chance.isMadeUp) {
      return { roles: sorted(allowed(licenses).byLicense.map((roles) => roles[0]!)), groups: [] }
    }
    const deviation = deviationOf(chance)
    const { byLicense, fitting, tooMuch } = allowed(deviation === "unneededSeat" ? licenses.slice(0, -1) : licenses)
    const chosen = new Set(byLicense.map((roles, n) => chance.pick(roles, `role ${n}`)))
    for (const role of fitting) if (chance.isOneOf(10, role)) chosen.add(role)
    if (deviation === "missingSeat" && tooMuch.length > 0) chosen.add(chance.pick(tooMuch, "missing"))

    const joined = groups.filter(
      (group) => group.roles.every((role) => chosen.has(role) || fitting.includes(role)) && chance.isOneOf(50, group.id)
    )
    const inherited = new Set(joined.flatMap(({ roles }) => roles))
    return {
      // Some have a role in both ways.
      roles: sorted([...chosen].filter((role) => !inherited.has(role) || chance.isOneOf(10, `${role} twice`))),
      groups: joined.map(({ id }) => id)
    }
  }
}

/** A role that needs licenses. */
interface Costing extends Catalog.Role {
  readonly needs: ReadonlyArray<LicenseId>
}

const costOf = (
  roles: ReadonlyArray<Catalog.Role>,
  definitions: ReadonlyArray<LicenseDefinition>
): ReadonlyArray<Costing> =>
  roles
    .map((role) => ({ ...role, needs: Inference.licensesFor(role.permissions, definitions) }))
    .filter(({ needs }) => needs.length > 0)

/** Which roles go with some licenses. */
const allowance = (
  licenses: ReadonlyArray<LicenseId>,
  costing: ReadonlyArray<Costing>,
  definitions: ReadonlyArray<LicenseDefinition>
) => {
  const parts = licenses.flatMap((id) => partsOf(definitions.find((definition) => definition.id === id)))
  const covered = new Set([...licenses, ...parts])
  const exact = costing.filter(({ needs }) => needs.every((id) => licenses.includes(id)))
  const together = exact.flatMap(({ permissions }) => permissions)
  const needsMore = ({ permissions }: Costing) =>
    Inference.licensesFor([...together, ...permissions], definitions).some((id) => !covered.has(id))
  return {
    /** For each license that a role needs, those roles that need it and none that is not held. */
    byLicense: licenses
      .map((license) => exact.filter(({ needs }) => needs.includes(license)).map(({ id }) => id))
      .filter((roles) => roles.length > 0),
    /** All roles that cost nothing more. */
    fitting: costing.filter(({ needs }) => needs.every((id) => covered.has(id))).map(({ id }) => id),
    /** Those that cost something more. */
    tooMuch: costing.filter(needsMore).map(({ id }) => id)
  }
}

const partsOf = (definition: LicenseDefinition | undefined): ReadonlyArray<LicenseId> =>
  definition?.comprises.flatMap((part) => [part.id, ...partsOf(part)]) ?? []
