/**
 * How licenses relate: which contain others, and which need others first.
 *
 * A definition tells its parts and its prerequisites; both go on through the parts
 * of parts. Definitions are the organization's own list, which may be incomplete.
 */
import type { LicenseId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"

/** A license that another one, held as well, contains. */
export interface Overlap {
  readonly licenseId: LicenseId
  /** The license that contains it. */
  readonly comprisedBy: LicenseId
}

/** A license without one that it needs. */
export interface Unmet {
  readonly licenseId: LicenseId
  /** The license that it needs. */
  readonly prerequisite: LicenseId
}

/** How the licenses of one organization relate. */
export interface Relations {
  /** The definitions by id. */
  readonly definitions: ReadonlyMap<LicenseId, LicenseDefinition>
  /** All licenses that this one contains, at any depth; not itself. */
  readonly partsOf: (licenseId: LicenseId) => ReadonlySet<LicenseId>
  /** The licenses that this one needs first, as its definition names them. */
  readonly prerequisitesOf: (licenseId: LicenseId) => ReadonlyArray<LicenseId>
  /** What comes with needing this license: its parts, its prerequisites, and theirs. Not itself. */
  readonly impliedBy: (licenseId: LicenseId) => ReadonlySet<LicenseId>
  /** Licenses held for nothing. Each once, under the largest of those that contain it. */
  readonly overlaps: (held: Iterable<LicenseId>) => ReadonlyArray<Overlap>
  /** What is missing. A license that contains the prerequisite will do. */
  readonly unmet: (held: Iterable<LicenseId>) => ReadonlyArray<Unmet>
  /** How many licenses must be held before this one, one after the other. */
  readonly depth: (licenseId: LicenseId) => number
}

/** Reads the relations from the definitions of the organization. */
export const make = (list: ReadonlyArray<LicenseDefinition>): Relations => {
  const definitions = new Map(list.map((definition) => [definition.id, definition]))
  const parts = new Map<LicenseId, ReadonlySet<LicenseId>>()

  const collect = (definition: LicenseDefinition, found: Set<LicenseId>) => {
    // A part may be told by its id alone; its own definition knows more.
    for (const part of [...definition.comprises, ...(definitions.get(definition.id)?.comprises ?? [])]) {
      if (found.has(part.id)) continue
      found.add(part.id)
      collect(part, found)
    }
  }

  const partsOf = (licenseId: LicenseId) => {
    const known = parts.get(licenseId)
    if (known !== undefined) return known
    const found = new Set<LicenseId>()
    const definition = definitions.get(licenseId)
    if (definition !== undefined) collect(definition, found)
    found.delete(licenseId)
    parts.set(licenseId, found)
    return found
  }

  const prerequisitesOf = (licenseId: LicenseId) =>
    (definitions.get(licenseId)?.prerequisites ?? []).map(({ id }) => id)

  const implied = new Map<LicenseId, ReadonlySet<LicenseId>>()
  const impliedBy = (licenseId: LicenseId) => {
    const known = implied.get(licenseId)
    if (known !== undefined) return known
    const found = new Set<LicenseId>()
    const pending = [licenseId]
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      const next = [...partsOf(id), ...prerequisitesOf(id)].filter((id) => !found.has(id))
      for (const id of next) found.add(id)
      pending.push(...next)
    }
    found.delete(licenseId)
    implied.set(licenseId, found)
    return found
  }

  const depths = new Map<LicenseId, number>()
  const depth = (licenseId: LicenseId): number => {
    const known = depths.get(licenseId)
    if (known !== undefined) return known
    // Until it is known: licenses that need each other have no order.
    depths.set(licenseId, 0)
    const found = Math.max(0, ...prerequisitesOf(licenseId).map((id) => 1 + depth(id)))
    depths.set(licenseId, found)
    return found
  }

  return {
    definitions,
    partsOf,
    prerequisitesOf,
    impliedBy,
    overlaps: (held) => {
      const ids = new Set(held)
      return [...ids].flatMap((licenseId) => {
        const containing = [...ids].filter((id) => partsOf(id).has(licenseId))
        const comprisedBy = containing.sort((a, b) => partsOf(b).size - partsOf(a).size || (a < b ? -1 : 1))[0]
        return comprisedBy === undefined ? [] : [{ licenseId, comprisedBy }]
      })
    },
    unmet: (held) => {
      const ids = new Set(held)
      const isHeld = (id: LicenseId) => ids.has(id) || [...ids].some((other) => partsOf(other).has(id))
      return [...ids].flatMap((licenseId) =>
        prerequisitesOf(licenseId)
          .filter((prerequisite) => !isHeld(prerequisite))
          .map((prerequisite) => ({ licenseId, prerequisite }))
      )
    },
    depth
  }
}
