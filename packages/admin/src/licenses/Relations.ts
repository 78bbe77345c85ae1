/**
 * How licenses relate: which licenses contain others, and which licenses require others.
 *
 * The definition of a license lists its parts and its prerequisites. Parts can have parts
 * themselves. Each organization has its own definitions, which may be incomplete.
 */
import type { LicenseId } from "@genesys-license/schema/Ids"
import type { LicenseDefinition } from "@genesys-license/schema/license/Definition"

/** A license that a user holds although another license of the user contains it. */
export interface Overlap {
  readonly licenseId: LicenseId
  /** The other license, which contains the first one. */
  readonly comprisedBy: LicenseId
}

/** A license that a user holds without its prerequisite. */
export interface Unmet {
  readonly licenseId: LicenseId
  /** The missing license. */
  readonly prerequisite: LicenseId
}

/** The relations between the licenses of one organization. */
export interface Relations {
  /** The definitions, by id. */
  readonly definitions: ReadonlyMap<LicenseId, LicenseDefinition>
  /** All licenses that a license contains, at any depth, without itself. */
  readonly partsOf: (licenseId: LicenseId) => ReadonlySet<LicenseId>
  /** The prerequisites that the definition of a license lists. */
  readonly prerequisitesOf: (licenseId: LicenseId) => ReadonlyArray<LicenseId>
  /** All licenses that a license implies: its parts, its prerequisites, and theirs, without itself. */
  readonly impliedBy: (licenseId: LicenseId) => ReadonlySet<LicenseId>
  /** Held licenses that another held license contains. If several contain it, `comprisedBy` is the largest. */
  readonly overlaps: (held: Iterable<LicenseId>) => ReadonlyArray<Overlap>
  /** Missing prerequisites. A held license that contains the prerequisite satisfies it. */
  readonly unmet: (held: Iterable<LicenseId>) => ReadonlyArray<Unmet>
  /** The length of the longest chain of prerequisites of a license; 0 if it has none. */
  readonly depth: (licenseId: LicenseId) => number
}

/** Derives the relations from the definitions of the organization. */
export const make = (list: ReadonlyArray<LicenseDefinition>): Relations => {
  const definitions = new Map(list.map((definition) => [definition.id, definition]))
  const parts = new Map<LicenseId, ReadonlySet<LicenseId>>()

  const collect = (definition: LicenseDefinition, found: Set<LicenseId>) => {
    // A part may be listed by its id alone; its own definition lists its parts.
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
    // Ends the recursion for licenses that require each other.
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
