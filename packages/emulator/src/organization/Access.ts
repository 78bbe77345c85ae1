/**
 * Which roles people have, by grants of their own and through groups.
 *
 * Licenses follow roles: what people held when the organization began is what their
 * roles need. A change of licenses later changes no role.
 */
import type { LicenseId, RoleId, UserId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"
import type * as Catalog from "./Catalog.ts"
import * as Inference from "./Inference.ts"
import * as MadeUp from "./MadeUp.ts"

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

export const deviationOf = (seed: string, id: UserId): Deviation | undefined => {
  if (!MadeUp.isMadeUp(id)) return undefined
  const chance = MadeUp.number(seed, id, "deviation") % 100
  return chance < 4 ? "unneededSeat" : chance < 5 ? "missingSeat" : undefined
}

/** Gives what somebody who began with some licenses has. */
export const make = (
  seed: string,
  definitions: ReadonlyArray<LicenseDefinition>,
  roles: ReadonlyArray<Catalog.Role>,
  groups: ReadonlyArray<Catalog.Group>
): ((id: UserId, licenses: ReadonlyArray<LicenseId>) => Access) => {
  const costing = roles.flatMap(({ id, permissions }) => {
    const needs = Inference.licensesFor(permissions, definitions)
    return needs.length === 0 ? [] : [{ id, needs }]
  })
  const order = new Map(roles.map(({ id }, n) => [id, n]))
  const sorted = (ids: Iterable<RoleId>) => [...new Set(ids)].sort((a, b) => order.get(a)! - order.get(b)!)

  // Many hold the same: what it allows is found once.
  const allowances = new Map<string, ReturnType<typeof allow>>()
  const allow = (licenses: ReadonlyArray<LicenseId>) => {
    const covered = new Set(licenses.flatMap((id) => [id, ...partsOf(definitions.find((part) => part.id === id))]))
    return {
      /** What somebody with these licenses can have at no further cost. */
      fitting: costing.filter(({ needs }) => needs.every((id) => covered.has(id))).map(({ id }) => id),
      /** The same, only by the licenses themselves and not by what they comprise. */
      exact: costing.filter(({ needs }) => needs.every((id) => licenses.includes(id))),
      tooMuch: costing.filter(({ needs }) => !needs.every((id) => covered.has(id))).map(({ id }) => id)
    }
  }
  const allowanceOf = (licenses: ReadonlyArray<LicenseId>) => {
    const key = licenses.join("\n")
    const allowance = allowances.get(key) ?? allow(licenses)
    allowances.set(key, allowance)
    return allowance
  }

  return (id, licenses) => {
    if (!MadeUp.isMadeUp(id)) return { roles: allowanceOf(licenses).exact.map(({ id }) => id), groups: [] }
    const deviation = deviationOf(seed, id)
    const { exact, fitting, tooMuch } = allowanceOf(deviation === "unneededSeat" ? licenses.slice(0, -1) : licenses)
    const chosen = new Set<RoleId>()
    for (const license of deviation === "unneededSeat" ? licenses.slice(0, -1) : licenses) {
      const needing = exact.filter(({ needs }) => needs.includes(license))
      if (needing.length > 0) chosen.add(MadeUp.pick(needing, seed, id, license).id)
    }
    for (const role of fitting) if (MadeUp.isOneOf(10, seed, id, role)) chosen.add(role)
    if (deviation === "missingSeat" && tooMuch.length > 0) chosen.add(MadeUp.pick(tooMuch, seed, id, "missing"))

    const joined = groups.filter(
      (group) =>
        group.roles.every((role) => chosen.has(role) || fitting.includes(role)) &&
        MadeUp.isOneOf(50, seed, id, group.id)
    )
    const inherited = new Set(joined.flatMap(({ roles }) => roles))
    return {
      // Some have a role in both ways.
      roles: sorted(
        [...chosen].filter((role) => !inherited.has(role) || MadeUp.isOneOf(10, seed, id, `${role}/twice`))
      ),
      groups: joined.map(({ id }) => id)
    }
  }
}

const partsOf = (definition: LicenseDefinition | undefined): ReadonlyArray<LicenseId> =>
  definition?.comprises.flatMap((part) => [part.id, ...partsOf(part)]) ?? []
